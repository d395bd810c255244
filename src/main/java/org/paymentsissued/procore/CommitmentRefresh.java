package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.procore.ProcoreCompanies.Company;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of Procore for the lookup, call by call: the projects that the account may see, then the lists of each. Of a
 * list that was read before only what has changed is asked for. A list that Procore does not give is set aside with the
 * reason, and the next one is read; if Procore is unavailable, the reading ends. What was read stays; the next sync continues.
 */
public final class CommitmentRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(CommitmentRefresh.class);
    /** Every list of Procore takes a page of this size. */
    private static final int SMALL_PAGE = 100;
    private static final int MOST_PAGES = 1000;
    private static final int MOST_WAITS_FOR_A_PAGE = 5;
    /** One project may fail alone; this many in a row mean that Procore itself has failed. */
    private static final int MOST_PROJECTS_IN_A_ROW = 5;
    /** Each of them may cost procore.request-timeout. */
    private static final int MOST_CALLS_WITHOUT_ANSWER = 10;
    private static final long LONGEST_WAIT_SECONDS = 120;
    private static final int FORBIDDEN = 403;
    private static final int PROXY_WANTS_A_LOGIN = 407;
    private static final String WORK_ORDER = "work_order_contract";
    private static final String PURCHASE_ORDER = "purchase_order_contract";
    /** Stands for the company itself where a project is named. */
    static final long COMPANY = 0;

    /** A list of Procore. That of all commitments costs one call, but tells neither their kind nor what has changed. */
    enum Subject {
        PROJECTS("/v1.1/projects", "The list of projects", 300),
        COMMITMENTS("/v1.0/commitments", "The commitments", 1000),
        WORK_ORDER_CONTRACTS("/v1.0/work_order_contracts", "The subcontracts", 1000),
        PURCHASE_ORDER_CONTRACTS("/v1.0/purchase_order_contracts", "The purchase orders", 1000),
        INVOICES("/v1.1/requisitions", "The subcontractor invoices", 1000);

        static final List<Subject> OF_A_PROJECT = List.of(COMMITMENTS, INVOICES);
        /** The same where Procore does not list all commitments at once. */
        static final List<Subject> BY_KIND = List.of(WORK_ORDER_CONTRACTS, PURCHASE_ORDER_CONTRACTS, INVOICES);

        private final String path;
        private final String words;
        private final int largestPage;

        Subject(String path, String words, int largestPage) {
            this.path = path;
            this.words = words;
            this.largestPage = largestPage;
        }

        String words() {
            return words;
        }

        String path() {
            return path;
        }
    }

    /** A list that is being read. */
    private static final class Listing {
        private final Company company;
        private final long projectId;
        private final Subject subject;
        /** From when on changes are asked for; empty where the whole list is. */
        private Optional<Instant> since;
        private final Set<Long> seen = new HashSet<>();
        private Instant begun;
        private int perPage;
        private int page = 1;
        /** Read because Procore refused to list all commitments at once. */
        private boolean insteadOfAll;

        private Listing(Company company, long projectId, Subject subject, Optional<Instant> since) {
            this.company = company;
            this.projectId = projectId;
            this.subject = subject;
            this.since = since;
            perPage = subject.largestPage;
        }

        /** One list of both kinds is given whole. */
        private Listing whole() {
            since = Optional.empty();
            return this;
        }

        private void again() {
            page = 1;
            seen.clear();
        }
    }

    private final CommitmentRefreshes refreshes;
    private final ProcoreCatalog catalog;
    private final List<Company> companies;
    private final Extent extent;
    private final Deque<Listing> listings = new ArrayDeque<>();
    private final Instant begun;
    /** Companies of which everything was read so far. */
    private final Set<Company> whole;
    private final Set<Company> listedWhole = new LinkedHashSet<>();
    /** Names of projects. */
    private final Map<Long, String> listed = new HashMap<>();
    private final Set<Long> failedInARow = new HashSet<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<Instant> procoresTime = Optional.empty();
    private ProcoreCall lastCall;
    /** Why the list of projects was not given, where Procore itself may be away. */
    private Optional<String> silence = Optional.empty();
    private boolean answered;
    private boolean stopped;
    private int waits;
    private int withoutAnswer;
    private int projects;
    private int invoices;

    /** What is read of each project. */
    enum Extent { ALL, INVOICES }

    CommitmentRefresh(CommitmentRefreshes refreshes, List<Company> companies, Extent extent) {
        this.refreshes = refreshes;
        this.catalog = refreshes.catalog();
        this.companies = companies;
        this.extent = extent;
        this.begun = refreshes.now();
        this.whole = new LinkedHashSet<>(companies);
        companies.forEach(company -> listings.add(new Listing(company, COMPANY, Subject.PROJECTS, Optional.empty())));
    }

    public boolean isUnfinished() {
        return !listings.isEmpty();
    }

    /** What could not be read and why, in sentences for an operator. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    public ProcoreCall nextCall() {
        lastCall = call();
        return lastCall;
    }

    /** The call that waits for its answer. */
    ProcoreCall lastCall() {
        return lastCall;
    }

    private ProcoreCall call() {
        Listing listing = listings.peek();
        String paging = "&page=" + listing.page + "&per_page=" + listing.perPage;
        if (listing.page == 1) {
            listing.begun = refreshes.now();
        }
        if (listing.subject == Subject.PROJECTS) {
            return ProcoreCall.get(listing.company.id(), listing.subject.path, "company_id=" + listing.company.id()
                    + "&filters%5Bby_status%5D=Active&view=normal" + paging);
        }
        // A day early: neither clocks nor the format of a moment can lose a change then. It ends now, because Procore may
        // refuse what is yet to come.
        String changed = listing.since.map(at -> "&filters%5Bupdated_at%5D="
                + LocalDate.ofInstant(at, ZoneOffset.UTC).minusDays(1) + "T00:00:00Z..." + nowAtProcore()).orElse("");
        return ProcoreCall.get(listing.company.id(), listing.subject.path, "project_id=" + listing.projectId + changed + paging);
    }

    private Instant nowAtProcore() {
        Instant ours = refreshes.now();
        return procoresTime.filter(ours::isAfter).orElse(ours).truncatedTo(ChronoUnit.SECONDS);
    }

    void take(ProcoreAnswer answer) {
        Listing listing = listings.peek();
        procoresTime = answer.status() == 0 ? Optional.empty() : Optional.of(ProcorePause.serverTime(answer));
        Optional<JsonNode> rows = answer.status() == 200
                ? PaymentJson.tree(answer.body()).filter(JsonNode::isArray) : Optional.empty();
        if (rows.isPresent()) {
            refreshes.pause().answered(answer);
            answered = true;
            failedInARow.clear();
            waits = 0;
            read(listing, rows.get(), answer);
        } else {
            notRead(listing, answer);
        }
        if (isUnfinished() && !mayGoOn()) {
            stop(refreshes.pause().now().map(ProcorePause.Pause::sentence).orElse("the program is stopping"));
        }
        if (!isUnfinished()) {
            finish();
        }
    }

    private void finish() {
        if (!answered) {
            // Nothing else may be due to find it out.
            silence.ifPresent(refreshes.pause()::away);
        }
        int filled = companies.stream().mapToInt(company -> company.companyFiles().stream()
                .mapToInt(file -> catalog.fillLookup(company.id(), file)).sum()).sum();
        if (extent == Extent.ALL) {
            whole.forEach(company -> refreshes.finished(company, begun));
            if (!stopped) {
                companies.forEach(company -> catalog.noLongerStale(company.id(), COMPANY, CommitmentRefreshes.WHOLE));
            }
        }
        LOG.info("Commitment lookup from Procore: {} projects, {} subcontractor invoices read, {} bills new or changed",
                projects, invoices, filled);
    }

    // --------------------------------------------------------------------------------------------------------- reading

    private void read(Listing listing, JsonNode rows, ProcoreAnswer answer) {
        int before = listing.seen.size();
        int withoutId = 0;
        List<JsonNode> fresh = new ArrayList<>();
        for (JsonNode row : rows) {
            long id = row.path("id").asLong();
            withoutId += id <= 0 ? 1 : 0;
            if (id > 0 && listing.seen.add(id)) {
                fresh.add(row);
            }
        }
        catalog.together(() -> fresh.forEach(row -> take(listing, row.path("id").asLong(), row)));
        if (withoutId > 0) {
            LOG.warn("{}: {} rows without an id were skipped.", partName(listing), withoutId);
        }
        // A server that ignores paging gives the same page again and again.
        boolean news = listing.seen.size() > before;
        Optional<Integer> total = answer.header("Total").filter(text -> text.matches("\\d{1,9}")).map(Integer::parseInt);
        boolean more = news && answer.header("Link")
                .map(link -> link.contains("rel=\"next\"") || link.contains("rel=next"))
                .orElse(total.map(all -> listing.seen.size() < all).orElse(mayBeCut(listing, rows.size())));
        if (more && listing.page < MOST_PAGES) {
            listing.page++;
        } else if (more) {
            setAside(listing, "the list has more than " + MOST_PAGES + " pages");
        } else if (!news && !rows.isEmpty() && total.map(all -> listing.seen.size() < all).orElse(false)) {
            setAside(listing, "the list has " + total.get() + " rows, but returns the same " + listing.seen.size()
                    + " on every page");
        } else {
            readToTheEnd(listing);
        }
    }

    /** Without a word about further pages: a server may give fewer rows than were asked for, and then a round number. */
    private static boolean mayBeCut(Listing listing, int rows) {
        return rows >= listing.perPage || rows > 0 && rows % 5 == 0;
    }

    private void take(Listing listing, long id, JsonNode row) {
        switch (listing.subject) {
            case PROJECTS -> project(listing.company, id, row);
            case INVOICES -> invoice(listing, id, row);
            case COMMITMENTS, WORK_ORDER_CONTRACTS, PURCHASE_ORDER_CONTRACTS ->
                    catalog.put(listing.company.id(), commitment(listing.subject, listing.projectId, row));
        }
    }

    private void readToTheEnd(Listing listing) {
        listings.remove();
        catalog.noLongerStale(listing.company.id(), listing.projectId, listing.subject.name());
        if (listing.subject != Subject.PROJECTS) {
            catalog.markRead(listing.company.id(), listing.projectId, listing.subject.name(), listing.begun);
            commitmentsRead(listing);
            return;
        }
        listedWhole.add(listing.company);
        if (listedWhole.size() == refreshes.companies()) {
            allAreListed();
        }
    }

    private void commitmentsRead(Listing listing) {
        String company = listing.company.id();
        switch (listing.subject) {
            case COMMITMENTS -> {
                if (listing.seen.isEmpty() && !refreshes.areAllListedAtOnce()) {
                    // An empty list may come from a server that does not know it.
                    readByKind(listing, false);
                    return;
                }
                refreshes.allAreListedAtOnce(true);
                catalog.keepOnly(company, listing.projectId, listing.seen);
                if (listing.seen.isEmpty()) {
                    listings.removeIf(other -> other.projectId == listing.projectId && other.subject == Subject.INVOICES);
                    catalog.noLongerStale(company, listing.projectId, Subject.INVOICES.name());
                } else if (catalog.hasUnknownKinds(company, listing.projectId)) {
                    listings.addFirst(new Listing(listing.company, listing.projectId, Subject.WORK_ORDER_CONTRACTS, Optional.empty()));
                } else {
                    catalog.noLongerStale(company, listing.projectId, Subject.WORK_ORDER_CONTRACTS.name());
                    catalog.noLongerStale(company, listing.projectId, Subject.PURCHASE_ORDER_CONTRACTS.name());
                }
            }
            case WORK_ORDER_CONTRACTS -> {
                if (listing.insteadOfAll && !refreshes.areAllListedAtOnce()) {
                    refreshes.allAreListedAtOnce(false);
                }
                if (listing.since.isEmpty() && refreshes.areAllListedAtOnce()) {
                    catalog.theOthersAre(company, listing.projectId, PURCHASE_ORDER);
                }
            }
            default -> { }
        }
    }

    private void readByKind(Listing listing, boolean isRefused) {
        for (Subject subject : List.of(Subject.PURCHASE_ORDER_CONTRACTS, Subject.WORK_ORDER_CONTRACTS)) {
            Listing ofKind = new Listing(listing.company, listing.projectId, subject,
                    refreshes.readAt(listing.company, listing.projectId, subject.name()));
            ofKind.insteadOfAll = isRefused;
            listings.addFirst(ofKind);
        }
    }

    /** A project that is no longer listed or chosen is not stale; a chosen one must be listed. */
    private void allAreListed() {
        Set<Long> chosen = refreshes.chosen();
        for (Company company : companies) {
            for (ProcoreCatalog.StalePart part : catalog.stale(company.id())) {
                boolean isListed = listed.containsKey(part.projectId());
                if (part.projectId() != COMPANY && (isListed ? part.subject().equals(Subject.PROJECTS.name())
                        : !chosen.contains(part.projectId()))) {
                    catalog.noLongerStale(company.id(), part.projectId(), part.subject());
                }
            }
        }
        chosen.stream().filter(id -> !listed.containsKey(id)).sorted().forEach(id -> stale(companies.get(0), id,
                Subject.PROJECTS, "Project " + id + " of commitments.projects is not among the active projects that Procore"
                + " shows to the service account", "Permit it for the app in Procore, or remove it from commitments.projects."));
    }

    private void project(Company company, long id, JsonNode row) {
        if (!refreshes.chosen().isEmpty() && !refreshes.chosen().contains(id)) {
            return;
        }
        listed.put(id, row.path("name").asText(""));
        catalog.put(company.id(), new Project(id, row.path("name").asText(""), row.path("project_number").asText("")));
        projects++;
        List<Subject> subjects = extent == Extent.INVOICES ? List.of(Subject.INVOICES)
                : refreshes.areListedByKind() ? Subject.BY_KIND : Subject.OF_A_PROJECT;
        for (Subject subject : subjects) {
            // An interrupted refresh continues where it stopped.
            boolean empty = extent == Extent.INVOICES && refreshes.areAllListedAtOnce() && !catalog.hasCommitments(company.id(), id);
            if (extent == Extent.INVOICES && !empty || extent == Extent.ALL && (refreshes.isDue(company, id, subject.name())
                    || isStale(company, id, subject))) {
                Listing listing = new Listing(company, id, subject, refreshes.readAt(company, id, subject.name()));
                listings.add(subject == Subject.COMMITMENTS ? listing.whole() : listing);
            }
        }
    }

    /** The list of all commitments leads to the lists of a kind, and so stands for them. */
    private boolean isStale(Company company, long projectId, Subject subject) {
        return refreshes.isStale(company, projectId, subject.name()) || subject == Subject.COMMITMENTS
                && Subject.BY_KIND.stream().anyMatch(kind -> kind != Subject.INVOICES
                        && refreshes.isStale(company, projectId, kind.name()));
    }

    /** A commitment as a row of a list shows it. */
    static Commitment commitment(Subject subject, long projectId, JsonNode row) {
        String type = switch (subject) {
            case WORK_ORDER_CONTRACTS -> WORK_ORDER;
            case PURCHASE_ORDER_CONTRACTS -> PURCHASE_ORDER;
            default -> Stream.of("commitment_type", "contract_type", "type").map(field -> row.path(field).asText(""))
                    .flatMap(said -> type(said).stream()).findFirst().orElse("");
        };
        return new Commitment(projectId, row.path("id").asLong(), type, row.path("number").asText(""), row.path("title").asText(""),
                row.path("vendor").path("company").asText(row.path("vendor").path("name").asText("")),
                row.path("deleted_at").isTextual() ? ProcoreCatalog.DELETED : row.path("status").asText(""),
                row.path("origin_id").isNull() ? "" : row.path("origin_id").asText(""));
    }

    private void invoice(Listing listing, long id, JsonNode row) {
        invoices++;
        long commitment = row.path("commitment_id").asLong();
        if (commitment <= 0) {
            LOG.warn("Subcontractor invoice {} names no commitment; it was skipped.", id);
            return;
        }
        String bill = row.path("origin_id").isNull() ? "" : row.path("origin_id").asText("").strip();
        catalog.put(listing.company.id(), listing.company.companyFiles(), new Invoice(id,
                new CommitmentRef(listing.projectId, commitment), row.path("invoice_number").asText(""),
                bill.length() > 100 ? "" : bill, due(row)));
    }

    /** What is due on an invoice: as number or text, with or without separators. */
    private static Optional<BigDecimal> due(JsonNode row) {
        String text = row.path("summary").path("current_payment_due").asText("").replaceAll("[,$\\s]", "");
        return text.matches("-?\\d{1,14}(\\.\\d{1,6})?") ? Optional.of(new BigDecimal(text).setScale(2, RoundingMode.HALF_UP))
                : Optional.empty();
    }

    private static Optional<String> type(String said) {
        String letters = said.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return letters.contains("workorder") || letters.contains("subcontract") ? Optional.of(WORK_ORDER)
                : letters.contains("purchaseorder") ? Optional.of(PURCHASE_ORDER) : Optional.empty();
    }

    // ----------------------------------------------------------------------------------------------------- not reading

    private void notRead(Listing listing, ProcoreAnswer answer) {
        ProcorePause pause = refreshes.pause();
        switch (answer.kind()) {
            case ANSWERED -> refused(listing, answer);
            case THROTTLED -> {
                pause.take(answer);
                if (++waits > MOST_WAITS_FOR_A_PAGE) {
                    stop(answer.reason() + ", again and again");
                }
            }
            case AWAY, MISCONFIGURED, UNKNOWN -> {
                // A page or a redirect for one project alone is that project's trouble.
                boolean ofOneProject = answer.status() > 0 && answer.status() != PROXY_WANTS_A_LOGIN
                        && listing.subject != Subject.PROJECTS;
                if (ofOneProject || answer.kind() == ProcoreAnswer.Kind.UNKNOWN) {
                    silence = Optional.of(answer.reason());
                    failed(listing, answer);
                } else {
                    pause.take(answer);
                    stop(answer.reason());
                }
            }
        }
    }

    private void refused(Listing listing, ProcoreAnswer answer) {
        String said = ErrorText.of(answer.body());
        String refusal = "HTTP " + answer.status() + (said.isEmpty() ? "" : ": " + said);
        if (answer.status() == 401) {
            String sentence = "Procore refuses the login of the service account: " + said + ". Check procore.client-id and"
                    + " procore.client-secret, and that both hosts belong to one environment.";
            refreshes.pause().refused(sentence);
            stop(sentence);
            return;
        }
        if (answer.status() == FORBIDDEN && answer.isPage()) {
            // A firewall's, not Procore's; where it stands for one project alone, the list of projects came before.
            silence = Optional.of(answer.pageReason());
        } else {
            refreshes.pause().answered(answer);
            answered = true;
        }
        switch (answer.status()) {
            case 403 -> leftOut(listing, refusal);
            case 404 -> {
                if (listing.subject == Subject.COMMITMENTS) {
                    listings.remove();
                    readByKind(listing, true);
                } else {
                    leftOut(listing, refusal);
                }
            }
            case 400, 405, 406, 422, 501 -> {
                if (listing.subject == Subject.COMMITMENTS) {
                    listings.remove();
                    readByKind(listing, true);
                } else if (listing.since.isPresent()) {
                    LOG.info("{}: Procore refuses to list only the changes ({}); the whole list is read.", partName(listing), refusal);
                    listing.since = Optional.empty();
                    listing.again();
                } else if (listing.perPage > SMALL_PAGE) {
                    listing.perPage = SMALL_PAGE;
                    listing.again();
                } else {
                    setAside(listing, refusal);
                }
            }
            case 200 -> setAside(listing, "the answer is not a list: " + said);
            default -> setAside(listing, refusal);
        }
    }

    /** A project that was never readable is not permitted, or has the tool turned off; one that was readable is missing. */
    private void leftOut(Listing listing, String refusal) {
        if (listing.subject == Subject.PROJECTS || refreshes.chosen().contains(listing.projectId)
                || refreshes.readAt(listing.company, listing.projectId, listing.subject.name()).isPresent()) {
            setAside(listing, refusal);
            return;
        }
        listings.remove();
        LOG.info("{} of project {} cannot be read ({}); the project was skipped. Run the check command to see what to turn on.",
                listing.subject.words, listing.projectId, refusal);
    }

    /** A list that Procore does not return. What was read of it before stays in use. */
    private void setAside(Listing listing, String reason) {
        listings.remove();
        whole.remove(listing.company);
        stale(listing.company, listing.projectId, listing.subject, partName(listing) + " could not be read (" + reason + ")",
                "What was read before stays in use; the next sync tries again.");
    }

    /** The same, where Procore itself may be in trouble. */
    private void failed(Listing listing, ProcoreAnswer answer) {
        setAside(listing, answer.reason());
        failedInARow.add(listing.projectId);
        withoutAnswer += answer.status() == 0 ? 1 : 0;
        if (withoutAnswer >= MOST_CALLS_WITHOUT_ANSWER) {
            stop("Procore did not answer " + MOST_CALLS_WITHOUT_ANSWER + " calls");
        } else if (failedInARow.size() >= MOST_PROJECTS_IN_A_ROW) {
            stop("Procore did not return the lists of " + MOST_PROJECTS_IN_A_ROW + " projects in a row");
        }
    }

    private String partName(Listing listing) {
        String name = listed.getOrDefault(listing.projectId, "");
        return listing.subject.words + (listing.projectId == COMPANY ? "" : " of project "
                + (name.isEmpty() ? String.valueOf(listing.projectId) : name + " (" + listing.projectId + ")"));
    }

    private void stale(Company company, long projectId, Subject subject, String sentence, String andNow) {
        catalog.markStale(company.id(), projectId, subject.name(), refreshes.now(), sentence + ".");
        LOG.warn("Commitment lookup: {}. {}", sentence, andNow);
        notes.add("Commitment lookup: " + sentence + ". " + andNow);
    }

    /** Ends the refresh; what is left unread goes with the next one. */
    private void stop(String reason) {
        stopped = true;
        Set<Company> unread = new LinkedHashSet<>();
        listings.forEach(listing -> unread.add(listing.company));
        listings.clear();
        whole.removeAll(unread);
        if (!unread.isEmpty() && !refreshes.isStopping()) {
            String sentence = "Only part of it was read: " + reason + (reason.endsWith(".") ? "" : ".");
            unread.forEach(company -> catalog.markStale(company.id(), COMPANY, CommitmentRefreshes.WHOLE, refreshes.now(),
                    sentence));
            LOG.warn("Commitment lookup: {} The next sync continues.", sentence);
            notes.add("Commitment lookup: " + sentence + " The next sync continues.");
        }
    }

    /** Waits for a short limit to pass; a long one, or an unavailable Procore, ends this refresh. */
    private boolean mayGoOn() {
        Optional<ProcorePause.Pause> pause = refreshes.pause().now();
        Instant latest = refreshes.now().plusSeconds(LONGEST_WAIT_SECONDS);
        if (pause.isPresent() && (pause.get().reason() != ProcorePause.Reason.THROTTLED || pause.get().until().isAfter(latest))) {
            return false;
        }
        try {
            while (refreshes.pause().isOn() && !refreshes.isStopping()) {
                if (refreshes.now().isAfter(latest)) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return !refreshes.isStopping();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
