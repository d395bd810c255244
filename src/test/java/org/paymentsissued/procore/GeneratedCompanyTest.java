package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.ledger.ProcoreCatalog.Snapshot;
import org.paymentsissued.ledger.WaitingBills.Bill;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.procore.Proposal.Certainty;

/**
 * A company of 200 vendors, 60 projects, 400 commitments and 5,000 bills, with the noise of real books: order numbers that every
 * project counts from 1, invoice numbers that vendors use again, vendors whose names are nearly equal, closed, void and
 * terminated commitments, work that Procore does not know. Which commitment each bill belongs to is known to the test alone.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GeneratedCompanyTest {

    private static final int VENDORS = 200;
    private static final int PROJECTS = 60;
    private static final int COMMITMENTS = 400;
    private static final int BILLS = 5_000;
    /** Of the commitments, so many more exist in life alone: their bills name orders that Procore does not hold. */
    private static final int NOT_IN_PROCORE = 60;

    /** @param isKnown whether Procore holds its order number or invoice number */
    private record Paid(Bill bill, Optional<CommitmentRef> belongsTo, boolean isKnown) { }

    private final List<Project> projects = new ArrayList<>();
    private final List<Commitment> commitments = new ArrayList<>();
    private final List<Commitment> elsewhere = new ArrayList<>();
    private final List<Invoice> invoices = new ArrayList<>();
    private final List<Paid> bills = new ArrayList<>();

    private void generate(long seed) {
        Random random = new Random(seed);
        List<String> vendors = vendors(random);
        for (int i = 0; i < PROJECTS; i++) {
            String name = PLACES[i % PLACES.length] + " " + BUILDINGS[i / PLACES.length % BUILDINGS.length];
            projects.add(new Project(1_000 + i, i % 9 == 8 ? projects.get(i - 1).name() + " 2" : name,
                    random.nextInt(5) == 0 ? "" : String.format(Locale.ROOT, "24-%03d", 100 + i)));
        }
        int[] counted = new int[PROJECTS];
        for (int i = 0; i < COMMITMENTS + NOT_IN_PROCORE; i++) {
            int project = random.nextInt(PROJECTS);
            boolean order = random.nextInt(3) == 0;
            String number = (order ? "PO-" : "SC-") + String.format(Locale.ROOT, "%03d", ++counted[project]);
            String vendor = vendors.get(Math.min(random.nextInt(VENDORS), random.nextInt(VENDORS)));
            String type = order ? "purchase_order_contract" : "work_order_contract";
            String originId = random.nextInt(4) == 0 ? String.valueOf(1_000 + random.nextInt(700)) : "";
            Commitment commitment = new Commitment(1_000 + project, 50_000 + i, type, number, "Work " + i, vendor, status(random),
                    originId);
            (i < COMMITMENTS ? commitments : elsewhere).add(commitment);
        }
        for (int i = 0; i < BILLS; i++) {
            bills.add(bill(i, random));
        }
    }

    private static final String[] PLACES = {"Riverside", "Depot Street", "Maple", "Harbor View", "Northgate", "Canyon", "Old Mill",
        "Lakeside", "Union", "Summit", "Prairie", "Cedar Hill"};
    private static final String[] BUILDINGS = {"Clinic", "Garage", "School Annex", "Warehouse", "Apartments"};
    private static final String[] FIRST = {"Harlan", "Basin", "Peak", "Mesa", "Salt Flat", "Nunez", "O'Brien", "Delta", "Summit",
        "Granite"};
    private static final String[] TRADE = {"Drywall", "Electric", "Rentals", "Steel Supply", "Plumbing & Heating", "Roofing", "Concrete"};

    /** Each tenth differs from the one before in its suffix alone. */
    private static List<String> vendors(Random random) {
        List<String> vendors = new ArrayList<>();
        for (int i = 0; vendors.size() < VENDORS; i++) {
            String name = FIRST[i % FIRST.length] + " " + TRADE[i / FIRST.length % TRADE.length]
                    + (i >= FIRST.length * TRADE.length ? " " + (char) ('A' + i / (FIRST.length * TRADE.length)) : "");
            vendors.add(name + (random.nextInt(3) == 0 ? "" : " LLC"));
            if (i % 10 == 0 && vendors.size() < VENDORS) {
                vendors.add(name + " Inc.");
            }
        }
        return vendors;
    }

    private static String status(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> "Void";
            case 1 -> "Terminated";
            case 2, 3, 4 -> "Closed";
            case 5 -> "Draft";
            default -> "Approved";
        };
    }

    private Paid bill(int i, Random random) {
        boolean inProcore = random.nextInt(10) > 0;
        Commitment commitment = inProcore ? commitments.get(random.nextInt(commitments.size()))
                : elsewhere.get(random.nextInt(elsewhere.size()));
        String number = random.nextInt(3) == 0 ? String.valueOf(1 + random.nextInt(12)) : "INV-" + (10_000 + i);
        BigDecimal amount = BigDecimal.valueOf(random.nextInt(4) == 0 ? (1 + random.nextInt(5)) * 50_000L : random.nextInt(4_000_000), 2);
        boolean hasOrder = random.nextInt(10) < 6;
        boolean hasInvoice = inProcore && random.nextInt(10) < 6;
        if (hasInvoice) {
            invoices.add(new Invoice(900_000 + i, commitment.ref(), noisy(number, random), "", Optional.of(
                    random.nextInt(8) == 0 ? amount.subtract(BigDecimal.ONE) : amount)));
        }
        String order = !hasOrder ? "" : commitment.originId().isEmpty() ? commitment.number() : commitment.originId();
        List<String> orders = order.isEmpty() ? List.of() : random.nextInt(20) == 0 ? List.of(noisy(order, random), "QB-" + i)
                : List.of(noisy(order, random));
        List<String> jobs = random.nextInt(4) == 0 ? List.of() : List.of(job(commitment.projectId(), random));
        Bill bill = new Bill(new Bills.Facts("default", "B" + i, asTyped(commitment.vendor(), random), number, Optional.empty(),
                random.nextInt(20) == 0 ? Optional.empty() : Optional.of(amount), random.nextInt(6) == 0 ? "draw " + i + " "
                + commitment.number() : "", jobs, orders, List.of(), List.of()), 1, amount, Set.of());
        return new Paid(bill, inProcore ? Optional.of(commitment.ref()) : Optional.empty(), inProcore && (hasOrder || hasInvoice));
    }

    private String job(long projectId, Random random) {
        Project project = projects.get((int) (projectId - 1_000));
        String name = random.nextInt(8) == 0 ? project.name().split(" ")[0] : project.name();
        return (random.nextInt(3) == 0 ? "" : "Customer " + projectId % 7 + ":")
                + (project.number().isEmpty() || random.nextBoolean() ? name : project.number() + " " + name);
    }

    private static String noisy(String number, Random random) {
        return random.nextInt(4) == 0 ? " " + number.toLowerCase(Locale.ROOT) : number;
    }

    /** QuickBooks' spelling of a vendor: the suffix may be missing or another, and so may case and punctuation. */
    private static String asTyped(String vendor, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> vendor.toUpperCase(Locale.ROOT);
            case 1 -> vendor.replaceAll(" (LLC|Inc\\.)$", "");
            case 2 -> vendor.replace("&", "and").replace("LLC", "L.L.C.");
            default -> vendor;
        };
    }

    /** The numbers that count. */
    private record Score(long certain, long wrong, long known, long proposed, long bestIsRight, List<String> wrongOnes) {

        double coverage() {
            return (double) proposed / known;
        }
    }

    private Score score(Snapshot catalog, boolean isWhole) {
        Matching matching = new Matching(catalog, isWhole);
        long certain = 0;
        long known = 0;
        long proposed = 0;
        long right = 0;
        List<String> wrong = new ArrayList<>();
        for (Paid paid : bills) {
            List<Proposal> proposals = matching.of(paid.bill());
            boolean hasCertain = proposals.stream().anyMatch(one -> one.certainty() == Certainty.CERTAIN);
            certain += hasCertain ? 1 : 0;
            if (hasCertain && !paid.belongsTo().equals(Optional.of(proposals.get(0).commitment().ref()))) {
                wrong.add(paid + " got " + proposals.get(0));
            }
            known += paid.isKnown() ? 1 : 0;
            proposed += paid.isKnown() && !proposals.isEmpty() ? 1 : 0;
            right += paid.isKnown() && !proposals.isEmpty()
                    && paid.belongsTo().equals(Optional.of(proposals.get(0).commitment().ref())) ? 1 : 0;
        }
        Score score = new Score(certain, wrong.size(), known, proposed, right, wrong);
        System.out.printf(Locale.ROOT, "Mapping of a generated company: %,d bills, %,d certain, %d of them wrong (precision %.4f);"
                + " %,d with an order or invoice that Procore knows, %.1f %% of them with a proposal, the first one right for %.1f %%%n",
                bills.size(), certain, score.wrong(), certain == 0 ? 1.0 : (double) (certain - score.wrong()) / certain, known,
                100 * score.coverage(), 100.0 * right / known);
        return score;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 6, 20261130})
    void no_certain_proposal_is_wrong_and_nine_of_ten_known_bills_get_one(long seed) {
        generate(seed);

        Score score = score(new Snapshot(projects, commitments, invoices), true);

        assertThat(score.wrongOnes()).isEmpty();
        assertThat(score.coverage()).isGreaterThanOrEqualTo(0.9);
        assertThat(score.certain()).as("certain enough to be of use").isGreaterThan(BILLS / 4);
    }

    @Test
    void with_one_project_not_yet_read_nothing_is_certain_and_afterward_nothing_is_wrong() {
        generate(7);
        long unread = 1_007;
        Snapshot partly = new Snapshot(projects, commitments.stream().filter(one -> one.projectId() != unread).toList(),
                invoices.stream().filter(one -> one.commitment().projectId() != unread).toList());

        Score before = score(partly, false);

        assertThat(before.certain()).isZero();
        assertThat(score(new Snapshot(projects, commitments, invoices), true).wrongOnes()).isEmpty();
    }

    @Test
    void a_project_that_the_account_may_not_see_makes_no_certain_proposal_wrong_where_bills_name_their_job() {
        generate(11);
        Set<Long> hidden = new HashSet<>(Set.of(1_003L, 1_017L, 1_044L));
        Snapshot visible = new Snapshot(projects.stream().filter(one -> !hidden.contains(one.id())).toList(),
                commitments.stream().filter(one -> !hidden.contains(one.projectId())).toList(),
                invoices.stream().filter(one -> !hidden.contains(one.commitment().projectId())).toList());
        bills.removeIf(paid -> paid.bill().facts().jobs().isEmpty());

        assertThat(score(visible, true).wrongOnes()).isEmpty();
    }

    @Test
    void the_company_is_as_large_and_as_noisy_as_it_is_meant_to_be() {
        generate(1);

        assertThat(projects).hasSize(PROJECTS);
        assertThat(commitments).hasSize(COMMITMENTS);
        assertThat(bills).hasSize(BILLS);
        assertThat(commitments.stream().map(Commitment::number).distinct().count()).as("order numbers used again").isLessThan(60);
        assertThat(commitments.stream().collect(Collectors.groupingBy(Commitment::status)).keySet())
                .contains("Void", "Terminated", "Closed", "Draft", "Approved");
        assertThat(invoices.stream().map(Invoice::number).distinct().count()).as("invoice numbers used again")
                .isLessThan(invoices.size() * 9L / 10);
    }
}
