package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.paymentsissued.ledger.ProcoreCatalogue;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.procore.ProcoreCompanies.Company;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of Procore for the lookup, call by call: the projects that the account may see, then for each what is asked
 * for. What was read before is asked for by its change date alone. Whatever keeps it from going on ends it; what it has read
 * stays, and the next one goes on.
 */
public final class CommitmentRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(CommitmentRefresh.class);
    private static final int PER_PAGE = 100;
    private static final int MOST_PAGES = 1000;
    private static final long LONGEST_WAIT_SECONDS = 120;
    private static final String WORK_ORDER = "work_order_contract";
    private static final String PURCHASE_ORDER = "purchase_order_contract";

    /** What is read of a project; commitments first, because an invoice may not tell of which kind its own is. */
    enum Subject {
        WORK_ORDER_CONTRACTS("/v1.0/work_order_contracts"),
        PURCHASE_ORDER_CONTRACTS("/v1.0/purchase_order_contracts"),
        INVOICES("/v1.1/requisitions");

        private final String path;

        Subject(String path) {
            this.path = path;
        }
    }

    /** A page to be asked for. @param subject null for the list of projects */
    private record Page(Company company, Subject subject, long projectId, int number, int seen, Instant begun) { }

    private final CommitmentRefreshes refreshes;
    private final ProcoreCatalogue catalogue;
    private final List<Subject> subjects;
    private final Deque<Page> pages = new ArrayDeque<>();
    private final Instant begun;
    /** Companies of which everything was read so far. */
    private final Set<Company> whole = new LinkedHashSet<>();
    private final List<Company> companies;
    private int projects;
    private int invoices;

    CommitmentRefresh(CommitmentRefreshes refreshes, List<Company> companies, List<Subject> subjects) {
        this.refreshes = refreshes;
        this.catalogue = refreshes.catalogue();
        this.subjects = subjects;
        this.begun = refreshes.now();
        this.companies = companies;
        for (Company company : companies) {
            pages.add(new Page(company, null, 0, 1, 0, begun));
            whole.add(company);
        }
    }

    public boolean isUnfinished() {
        return !pages.isEmpty();
    }

    public ProcoreCall nextCall() {
        Page page = pages.peek();
        String paging = "&page=" + page.number() + "&per_page=" + PER_PAGE;
        if (page.subject() == null) {
            return ProcoreCall.get(page.company().id(), "/v1.1/projects", "company_id=" + page.company().id()
                    + "&filters%5Bby_status%5D=Active&view=normal" + paging);
        }
        // Whole days, one early and one late: neither clocks nor the format of a moment can lose a change then.
        String changed = refreshes.readAt(page.company(), page.projectId(), page.subject().name())
                .map(at -> "&filters%5Bupdated_at%5D=" + day(at).minusDays(1) + "..." + day(refreshes.now()).plusDays(2))
                .orElse("");
        return ProcoreCall.get(page.company().id(), page.subject().path,
                "project_id=" + page.projectId() + changed + paging);
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }

    void take(ProcoreAnswer answer) {
        Page page = pages.peek();
        Optional<JsonNode> rows = answer.status() == 200
                ? PaymentJson.tree(answer.body()).filter(JsonNode::isArray) : Optional.empty();
        if (rows.isPresent()) {
            refreshes.pause().answered(answer);
            pages.remove();
            read(page, rows.get(), answer);
        } else {
            notRead(page, answer);
        }
        if (isUnfinished() && !mayGoOn()) {
            LOG.info("The commitment lookup was refreshed in part; the next sync goes on.");
            giveUp();
        }
        if (!isUnfinished()) {
            int filled = companies.stream().mapToInt(company -> company.companyFiles().stream()
                    .mapToInt(file -> catalogue.fillLookup(company.id(), file)).sum()).sum();
            if (subjects.size() == Subject.values().length) {
                whole.forEach(company -> refreshes.finished(company, begun));
            }
            LOG.info("Commitment lookup from Procore: {} projects, {} subcontractor invoices read, {} bills new or changed",
                    projects, invoices, filled);
        }
    }

    private void read(Page page, JsonNode rows, ProcoreAnswer answer) {
        for (JsonNode row : rows) {
            if (page.subject() == null) {
                project(page.company(), row);
            } else if (page.subject() == Subject.INVOICES) {
                invoice(page, row);
            } else {
                commitment(page, row);
            }
        }
        int seen = page.seen() + rows.size();
        Optional<Integer> total = answer.header("Total").filter(text -> text.matches("\\d{1,9}")).map(Integer::parseInt);
        boolean more = answer.header("Link").map(link -> link.contains("rel=\"next\"") || link.contains("rel=next"))
                .orElse(!rows.isEmpty() && total.map(all -> seen < all).orElse(rows.size() >= PER_PAGE));
        if (more && page.number() < MOST_PAGES) {
            pages.addFirst(new Page(page.company(), page.subject(), page.projectId(), page.number() + 1, seen,
                    page.begun()));
        } else if (page.subject() != null) {
            catalogue.markRead(page.company().id(), page.projectId(), page.subject().name(), page.begun());
        }
    }

    private void project(Company company, JsonNode row) {
        long id = row.path("id").asLong();
        catalogue.putProject(company.id(), id, row.path("name").asText(""));
        projects++;
        for (Subject subject : subjects) {
            // A refresh that was cut short goes on where it stopped.
            if (subjects.size() == 1 || refreshes.isDue(company, id, subject.name())) {
                pages.add(new Page(company, subject, id, 1, 0, refreshes.now()));
            }
        }
    }

    private void commitment(Page page, JsonNode row) {
        catalogue.put(page.company().id(), new ProcoreCatalogue.Commitment(page.projectId(), row.path("id").asLong(),
                page.subject() == Subject.WORK_ORDER_CONTRACTS ? WORK_ORDER : PURCHASE_ORDER, row.path("number").asText(""),
                row.path("title").asText(""), row.path("vendor").path("company").asText(""), row.path("status").asText("")));
    }

    private void invoice(Page page, JsonNode row) {
        invoices++;
        long commitment = row.path("commitment_id").asLong();
        Optional<String> type = type(row.path("commitment_type").asText(""))
                .or(() -> catalogue.typeOf(page.company().id(), page.projectId(), commitment));
        if (type.isEmpty()) {
            LOG.warn("Subcontractor invoice {} is of a commitment of unknown kind \"{}\"; it was left out.",
                    row.path("id").asLong(), row.path("commitment_type").asText(""));
            return;
        }
        String bill = row.path("origin_id").asText("").strip();
        catalogue.put(page.company().id(), page.company().companyFiles(), new ProcoreCatalogue.Invoice(
                row.path("id").asLong(), new Placement(page.projectId(), commitment, type.get(),
                        Optional.of(row.path("id").asLong()), row.path("invoice_number").asText("")),
                row.path("origin_id").isNull() || bill.length() > 100 ? "" : bill));
    }

    private static Optional<String> type(String said) {
        String letters = said.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return letters.contains("workorder") ? Optional.of(WORK_ORDER)
                : letters.contains("purchaseorder") ? Optional.of(PURCHASE_ORDER) : Optional.empty();
    }

    private void notRead(Page page, ProcoreAnswer answer) {
        ProcorePause pause = refreshes.pause();
        String said = ErrorText.of(answer.body());
        if (answer.kind() != ProcoreAnswer.Kind.ANSWERED) {
            if (pause.take(answer) != ProcoreAnswer.Kind.THROTTLED) {
                giveUp();
            }
            return;
        }
        switch (answer.status()) {
            case 401 -> {
                pause.refused("Procore refuses the login of the service account: " + said + ". Check procore.client-id and"
                        + " procore.client-secret, and that both hosts belong to one environment.");
                giveUp();
            }
            case 403, 404 -> {
                pause.answered(answer);
                pages.remove();
                LOG.info("{} cannot be read (HTTP {}: {}); it is left out. The command check tells what to switch on.",
                        page.subject() == null ? "The list of projects" : page.subject().path + " of project "
                                + page.projectId(), answer.status(), said);
                if (page.subject() == null) {
                    whole.remove(page.company());
                }
            }
            default -> {
                pause.failed("HTTP " + answer.status() + ": " + said);
                giveUp();
            }
        }
    }

    /** What is left unread goes with the next refresh. */
    private void giveUp() {
        pages.forEach(page -> whole.remove(page.company()));
        pages.clear();
    }

    /** A short limit is waited out; a long one, or Procore being away, ends this refresh. */
    private boolean mayGoOn() {
        Optional<ProcorePause.Pause> pause = refreshes.pause().now();
        if (pause.isEmpty()) {
            return true;
        }
        if (pause.get().reason() != ProcorePause.Reason.THROTTLED
                || pause.get().until().isAfter(refreshes.now().plusSeconds(LONGEST_WAIT_SECONDS))) {
            return false;
        }
        try {
            while (refreshes.pause().isOn() && !refreshes.isStopping()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return !refreshes.isStopping();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
