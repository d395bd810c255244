package org.paymentsissued.procore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.ledger.WaitingBills.Bill;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.procore.Proposal.Doubt;
import org.paymentsissued.procore.Proposal.Evidence;

/**
 * Finds the commitment of a bill in what was read of Procore. Money follows a certain proposal without a person, so each doubt
 * makes it likely at most.
 */
public final class Matching {

    private static final int MOST = 5;
    /** Where so many commitments have one number, numbers like it are counted in each project: alone they do not tell the project. */
    private static final int COUNTED_PER_PROJECT = 3;
    /** Subcontractors number their applications for payment like this, on each commitment from 1. */
    private static final Pattern COUNTED_INVOICE = Pattern.compile("0*\\d{1,3}");
    private static final Set<String> OUT_OF_USE = Set.of("void", "voided", "terminated", "deleted");
    private static final Set<String> NOT_OPEN = Set.of("void", "voided", "terminated", "deleted", "closed", "complete", "draft");
    /** Custom fields of a bill with one of these in their name hold the number of an order. */
    private static final List<String> ORDER_FIELDS = List.of("po", "order", "commitment", "subcontract", "contract");

    private final boolean isWhole;
    private final Map<Long, Project> projects = new HashMap<>();
    private final Map<CommitmentRef, Commitment> commitments = new LinkedHashMap<>();
    private final Map<String, List<Commitment>> byNumber = new HashMap<>();
    /** What numbers begin with that are counted in each project, such as SC-. */
    private final Set<String> counted = new HashSet<>();
    private final Map<String, List<Commitment>> byOriginId = new HashMap<>();
    private final Map<String, List<Commitment>> byVendor = new HashMap<>();
    private final Map<String, List<Invoice>> invoices = new HashMap<>();

    /** @param isWhole whether every project that is read was read to its end, and is not stale */
    public Matching(ProcoreCatalog.Snapshot catalog, boolean isWhole) {
        this.isWhole = isWhole;
        catalog.projects().forEach(project -> projects.put(project.id(), project));
        for (Commitment commitment : catalog.commitments()) {
            commitments.put(commitment.ref(), commitment);
            add(byNumber, PlainNames.number(commitment.number()), commitment);
            add(byOriginId, PlainNames.number(commitment.originId()), commitment);
            add(byVendor, PlainNames.withoutSuffix(commitment.vendor()), commitment);
        }
        byNumber.forEach((number, all) -> {
            if (all.size() >= COUNTED_PER_PROJECT) {
                counted.add(series(number));
            }
        });
        catalog.invoices().forEach(invoice -> add(invoices, PlainNames.number(invoice.number()), invoice));
    }

    private static String series(String number) {
        return number.replaceAll("\\d+$", "");
    }

    private static <T> void add(Map<String, List<T>> map, String key, T value) {
        if (!key.isEmpty()) {
            map.computeIfAbsent(key, none -> new ArrayList<>()).add(value);
        }
    }

    /** The best first. */
    public List<Proposal> of(Bill bill) {
        return new OfBill(bill).proposals();
    }

    /** The project of a commitment; one without a name where the catalog does not hold it. */
    private Project project(long id) {
        return projects.getOrDefault(id, new Project(id, "", ""));
    }

    private enum JobSays { NOTHING, THIS_PROJECT, NEARLY_THIS_PROJECT, ANOTHER_PROJECT, UNCLEAR }

    private final class OfBill {
        private final Bill bill;
        private final Bills.Facts facts;
        private final String vendor;
        private final List<Named> jobs;
        private final Map<Commitment, Set<Evidence>> found = new LinkedHashMap<>();
        private final Map<Commitment, List<Invoice>> invoicesOf = new HashMap<>();
        private final Set<Doubt> ofAll = EnumSet.noneOf(Doubt.class);

        private OfBill(Bill bill) {
            this.bill = bill;
            facts = bill.facts();
            vendor = PlainNames.withoutSuffix(facts.vendor());
            jobs = facts.jobs().stream().map(Matching.this::projectsNamedBy).toList();
        }

        private List<Proposal> proposals() {
            orders();
            invoices();
            memo();
            List<Commitment> fitting = found.keySet().stream().filter(this::isOfVendor)
                    .filter(commitment -> jobSays(commitment) != JobSays.ANOTHER_PROJECT).toList();
            if (fitting.isEmpty()) {
                fitting = onlyOpenOfTheJob();
            }
            if (fitting.size() > 1) {
                ofAll.add(Doubt.SEVERAL_CANDIDATES);
            }
            if (fitting.stream().anyMatch(commitment -> bill.declined().contains(commitment.ref()))) {
                ofAll.add(Doubt.TAKEN_BACK);
            }
            if (!isWhole) {
                ofAll.add(Doubt.PROCORE_NOT_WHOLLY_READ);
            }
            List<Commitment> shown = fitting.isEmpty() ? againstAppearances() : fitting;
            return shown.stream().filter(commitment -> !bill.declined().contains(commitment.ref())).map(this::proposal)
                    .sorted(Comparator.comparing((Proposal proposal) -> proposal.doubts().size())
                            .thenComparing(proposal -> proposal.doubts().contains(Doubt.NOT_IN_USE))
                            .thenComparing(proposal -> proposal.evidence().iterator().next())
                            .thenComparing(proposal -> -proposal.evidence().size())).limit(MOST).toList();
        }

        // ---------------------------------------------------------------------------------------------------- evidence

        private void orders() {
            List<Set<Commitment>> leads = new ArrayList<>();
            for (String order : orderNumbers()) {
                leads.add(note(Evidence.ORDER_NUMBER, Stream.of(byNumber, byOriginId)
                        .flatMap(index -> index.getOrDefault(order, List.of()).stream())));
            }
            for (String id : facts.orderIds()) {
                note(Evidence.ORDER_ID, byOriginId.getOrDefault(PlainNames.number(id), List.of()).stream());
            }
            // One order of several that Procore does not know, or knows as another vendor's: the bill is not for the rest alone.
            boolean elsewhere = leads.stream().anyMatch(lead -> lead.stream().noneMatch(this::isOfVendor)
                    && (leads.size() > 1 || !lead.isEmpty()));
            if (elsewhere) {
                ofAll.add(Doubt.ORDER_ELSEWHERE);
            }
        }

        private Set<String> orderNumbers() {
            Stream<String> custom = facts.customFields().stream().map(field -> field.split(" = ", 2))
                    .filter(field -> field.length == 2 && PlainNames.words(field[0]).stream().anyMatch(ORDER_FIELDS::contains))
                    .map(field -> field[1]);
            Set<String> numbers = new java.util.LinkedHashSet<>();
            Stream.concat(facts.purchaseOrders().stream(), custom).map(PlainNames::number).filter(number -> !number.isEmpty())
                    .forEach(numbers::add);
            return numbers;
        }

        private Set<Commitment> note(Evidence evidence, Stream<Commitment> which) {
            Set<Commitment> noted = new HashSet<>();
            which.forEach(commitment -> {
                found.computeIfAbsent(commitment, none -> EnumSet.noneOf(Evidence.class)).add(evidence);
                noted.add(commitment);
            });
            return noted;
        }

        private void invoices() {
            List<Invoice> same = invoices.getOrDefault(PlainNames.number(facts.number()), List.of()).stream()
                    .filter(invoice -> invoice.billTxnId().isEmpty() || invoice.billTxnId().equals(facts.txnId()))
                    .filter(invoice -> commitments.containsKey(invoice.commitment()))
                    .filter(invoice -> isOfVendor(commitments.get(invoice.commitment()))).toList();
            for (Invoice invoice : same) {
                Commitment commitment = commitments.get(invoice.commitment());
                boolean amountFits = invoice.amount().isPresent() && facts.amountDue().isPresent()
                        && invoice.amount().get().compareTo(facts.amountDue().get()) == 0;
                note(amountFits ? Evidence.INVOICE_AND_AMOUNT : Evidence.INVOICE, Stream.of(commitment));
                invoicesOf.computeIfAbsent(commitment, none -> new ArrayList<>()).add(invoice);
            }
        }

        /** Where people write the order when QuickBooks has no field for it. */
        private void memo() {
            for (String word : facts.memo().toUpperCase(Locale.ROOT).split("[\\s,;:()]+")) {
                if (word.length() >= 3 && word.chars().anyMatch(Character::isDigit)) {
                    note(Evidence.MEMO, byNumber.getOrDefault(word, List.of()).stream().filter(this::isOfVendor));
                }
            }
        }

        private List<Commitment> onlyOpenOfTheJob() {
            List<Commitment> open = vendor.isEmpty() ? List.of() : byVendor.getOrDefault(vendor, List.of()).stream()
                    .filter(this::isOfJob)
                    .filter(commitment -> !NOT_OPEN.contains(commitment.status().toLowerCase(Locale.ROOT))).toList();
            if (open.size() != 1) {
                return List.of();
            }
            note(Evidence.ONLY_OPEN_COMMITMENT, open.stream());
            return open;
        }

        /** An order number where vendor or job disagree: shown only where no more than one commitment could be meant. */
        private List<Commitment> againstAppearances() {
            List<Commitment> ofJob = found.keySet().stream().filter(this::isOfJob).toList();
            List<Commitment> ofVendor = found.keySet().stream().filter(this::isOfVendor).toList();
            return !ofVendor.isEmpty() ? ofVendor : ofJob.size() == 1 ? ofJob : found.size() == 1 ? List.copyOf(found.keySet())
                    : List.of();
        }

        // ------------------------------------------------------------------------------------------------------ doubts

        private Proposal proposal(Commitment commitment) {
            Set<Evidence> evidence = found.get(commitment);
            Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
            doubts.addAll(ofAll);
            List<Invoice> same = invoicesOf.getOrDefault(commitment, List.of());
            boolean byOrder = evidence.contains(Evidence.ORDER_NUMBER) || evidence.contains(Evidence.ORDER_ID);
            addIf(doubts, Doubt.NO_SURE_EVIDENCE, !byOrder && !evidence.contains(Evidence.INVOICE_AND_AMOUNT));
            addIf(doubts, Doubt.SEVERAL_INVOICES, !byOrder && same.size() > 1);
            addIf(doubts, Doubt.OTHER_VENDOR, !isOfVendor(commitment));
            addIf(doubts, Doubt.VENDOR_UNCLEAR, isOfVendor(commitment) && isVendorUnclear(commitment));
            addIf(doubts, Doubt.OTHER_JOB, jobSays(commitment) == JobSays.ANOTHER_PROJECT);
            addIf(doubts, Doubt.JOB_UNCLEAR, jobSays(commitment) == JobSays.UNCLEAR
                    || jobSays(commitment) == JobSays.NEARLY_THIS_PROJECT);
            addIf(doubts, Doubt.NUMBER_IS_COMMON, jobs.isEmpty() && (byOrder ? !evidence.contains(Evidence.ORDER_ID)
                    && !evidence.contains(Evidence.INVOICE_AND_AMOUNT) && isCommon(commitment)
                    : COUNTED_INVOICE.matcher(PlainNames.number(facts.number())).matches()));
            addIf(doubts, Doubt.NOT_IN_USE, OUT_OF_USE.contains(commitment.status().toLowerCase(Locale.ROOT)));
            boolean isTheInvoice = same.size() == 1 && evidence.contains(Evidence.INVOICE_AND_AMOUNT);
            return new Proposal(commitment, project(commitment.projectId()), isTheInvoice ? Optional.of(same.get(0))
                    : Optional.empty(), evidence, doubts);
        }

        /** Whether it was found by nothing but a number that other projects may have as well. */
        private boolean isCommon(Commitment commitment) {
            return orderNumbers().contains(PlainNames.number(commitment.number()))
                    ? counted.contains(series(PlainNames.number(commitment.number())))
                    : byOriginId.getOrDefault(PlainNames.number(commitment.originId()), List.of()).size() >= COUNTED_PER_PROJECT;
        }

        private static void addIf(Set<Doubt> doubts, Doubt doubt, boolean holds) {
            if (holds) {
                doubts.add(doubt);
            }
        }

        private boolean isOfVendor(Commitment commitment) {
            return !vendor.isEmpty() && (vendor.equals(PlainNames.withoutSuffix(commitment.vendor()))
                    || PlainNames.whole(facts.vendor()).equals(PlainNames.whole(commitment.vendor())));
        }

        /** The name without its suffix is more than one vendor's, and this commitment's vendor is not exactly the bill's. */
        private boolean isVendorUnclear(Commitment commitment) {
            String whole = PlainNames.whole(commitment.vendor());
            return !whole.equals(PlainNames.whole(facts.vendor())) && byVendor.getOrDefault(vendor, List.of()).stream()
                    .anyMatch(other -> !PlainNames.whole(other.vendor()).equals(whole));
        }

        private boolean isOfJob(Commitment commitment) {
            JobSays says = jobSays(commitment);
            return says == JobSays.THIS_PROJECT || says == JobSays.NEARLY_THIS_PROJECT;
        }

        private JobSays jobSays(Commitment commitment) {
            if (jobs.isEmpty()) {
                return JobSays.NOTHING;
            }
            long project = commitment.projectId();
            if (jobs.stream().anyMatch(job -> !job.exactly().isEmpty() && !job.exactly().contains(project))) {
                return JobSays.ANOTHER_PROJECT;
            }
            if (jobs.stream().allMatch(job -> job.exactly().size() == 1)) {
                return JobSays.THIS_PROJECT;
            }
            return jobs.stream().allMatch(job -> job.exactly().contains(project) || job.nearly().equals(Set.of(project)))
                    ? JobSays.NEARLY_THIS_PROJECT : JobSays.UNCLEAR;
        }
    }

    /** The projects that a job names. @param exactly by number and name, so that money may follow  @param nearly by a part of the name */
    private record Named(Set<Long> exactly, Set<Long> nearly) { }

    /** Reads a job such as {@code Customer:24-118 Riverside Clinic}. */
    private Named projectsNamedBy(String job) {
        String[] levels = job.split(":");
        List<List<String>> texts = Stream.of(levels).skip(levels.length > 1 ? 1 : 0).map(PlainNames::words)
                .filter(words -> !words.isEmpty()).toList();
        Named named = new Named(new HashSet<>(), new HashSet<>());
        for (Project project : projects.values()) {
            List<String> number = PlainNames.words(project.number());
            List<String> name = PlainNames.words(project.name());
            for (List<String> text : texts) {
                if (isExactly(text, number, name)) {
                    named.exactly().add(project.id());
                } else if (PlainNames.contains(text, name) || PlainNames.contains(text, number)
                        || text.size() > 1 && PlainNames.contains(name, text)) {
                    named.nearly().add(project.id());
                }
            }
        }
        return named;
    }

    /** Riverside Clinic 2 is not Riverside Clinic, and 101 Main Street need not be project 101. */
    private static boolean isExactly(List<String> text, List<String> number, List<String> name) {
        if (text.equals(name) || text.equals(number)) {
            return true;
        }
        boolean begins = !number.isEmpty() && Collections.indexOfSubList(text, number) == 0;
        boolean ends = !number.isEmpty() && text.size() > number.size()
                && text.subList(text.size() - number.size(), text.size()).equals(number);
        List<String> rest = begins ? text.subList(number.size(), text.size())
                : ends ? text.subList(0, text.size() - number.size()) : List.of();
        return rest.stream().anyMatch(word -> word.length() > 2 && name.contains(word));
    }
}
