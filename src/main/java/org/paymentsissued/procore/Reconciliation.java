package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.paymentsissued.ledger.Holdings;
import org.paymentsissued.ledger.Holdings.Commitment;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.ProcoreCompanies.Company;

/**
 * Compares every payment of the ledger with what Procore's lists really show, commitment by commitment. It only reads
 * Procore; what it writes into the ledger becomes due and goes through the ordinary delivery. A commitment whose list cannot
 * be read is reported, and the others are compared.
 */
public final class Reconciliation {

    /** Each of them has cost several calls and pauses. */
    private static final int MOST_UNANSWERED_IN_A_ROW = 3;
    private static final Pattern KEY = Pattern.compile("([^|]+)\\|([^|]+)");

    private final Holdings holdings;
    private final ProcoreCompanies companies;
    private final Clock clock;

    public Reconciliation(Holdings holdings, ProcoreCompanies companies, Clock clock) {
        this.holdings = holdings;
        this.companies = companies;
        this.clock = clock;
    }

    /** How Procore differs from QuickBooks, or why that is not known. */
    public enum Kind {
        MISSING, EXTRA, DIFFERS, NOT_LINKED,
        /** Procore answers, but not with a list that can be read. */
        UNREADABLE,
        /** Procore does not answer. */
        UNANSWERED,
        /** A setting has to be changed before Procore answers. */
        MISCONFIGURED;

        /** Whether nothing is known about the commitment. */
        public boolean isNotCompared() {
            return this == UNREADABLE || this == UNANSWERED || this == MISCONFIGURED;
        }
    }

    /**
     * One difference.
     *
     * @param wanted  amount in QuickBooks; empty where it holds none
     * @param there   amount in Procore, all records of the key together; empty where there is none
     * @param records ids in Procore
     * @param fixable whether the next delivery corrects it once the ledger knows
     */
    public record Finding(Kind kind, Commitment commitment, String key, String payment, String bill,
            Optional<BigDecimal> wanted, Optional<BigDecimal> there, List<Long> records, String sentence,
            boolean fixable) { }

    /**
     * What was compared.
     *
     * @param equal  payments and bills on which both agree
     * @param others records of people, of Procore Pay and of other integrations, which this program never changes
     */
    public record Compared(Commitment commitment, int equal, int others, List<Finding> findings) {

        public boolean has(Kind kind) {
            return findings.stream().anyMatch(finding -> finding.kind() == kind);
        }
    }

    /**
     * Compares all commitments.
     *
     * @param procore   makes a call
     * @param writeDown whether the ledger learns what was found, so that what differs becomes due
     */
    public List<Compared> compare(Function<ProcoreCall, ProcoreAnswer> procore, boolean writeDown) {
        List<Compared> all = new ArrayList<>();
        Patience patience = new Patience(procore);
        for (Company company : companies.all()) {
            all.addAll(compare(company, patience, writeDown));
        }
        return all;
    }

    /** Makes calls for as long as they can succeed. */
    private static final class Patience {
        private final Function<ProcoreCall, ProcoreAnswer> procore;
        private int unansweredInARow;
        private Optional<ProcoreAnswer> misconfigured = Optional.empty();

        private Patience(Function<ProcoreCall, ProcoreAnswer> procore) {
            this.procore = procore;
        }

        private boolean isGone() {
            return unansweredInARow >= MOST_UNANSWERED_IN_A_ROW;
        }

        private ProcoreAnswer ask(ProcoreCall call) {
            ProcoreAnswer answer = procore.apply(call);
            unansweredInARow = isUnanswered(answer) ? unansweredInARow + 1 : 0;
            // A redirect may be meant for one commitment alone.
            misconfigured = Optional.of(answer).filter(one -> one.kind() == ProcoreAnswer.Kind.MISCONFIGURED
                    && one.status() / 100 != 3);
            return answer;
        }

        private static boolean isUnanswered(ProcoreAnswer answer) {
            return answer.status() == 0 || answer.kind() == ProcoreAnswer.Kind.AWAY
                    || answer.kind() == ProcoreAnswer.Kind.THROTTLED;
        }
    }

    private List<Compared> compare(Company company, Patience procore, boolean writeDown) {
        Map<Commitment, Compared> all = new LinkedHashMap<>();
        Set<Commitment> heldElsewhere = new LinkedHashSet<>();
        for (Commitment held : holdings.commitments(company.id(), company.companyFiles())) {
            Commitment commitment = inWords(company, held);
            all.put(commitment, compare(company, commitment, procore, writeDown, heldElsewhere));
        }
        // The ledger now knows that these records are not where it had them, so it may learn where they are.
        for (Commitment commitment : heldElsewhere) {
            all.put(commitment, compare(company, commitment, procore, writeDown, new HashSet<>()));
        }
        return List.copyOf(all.values());
    }

    private Commitment inWords(Company company, Commitment commitment) {
        return companies.all().size() == 1 ? commitment : new Commitment(commitment.projectId(), commitment.contractId(),
                (commitment.name().isEmpty() ? "" : commitment.name() + ", ") + "company " + company.id());
    }

    /**
     * One commitment as Procore's list shows it.
     *
     * @param allLandedBefore calls begun before this moment show in it
     * @param heldElsewhere   takes commitments with records of rows that the ledger holds on another one
     */
    private record Look(Company company, Commitment commitment, Instant allLandedBefore, boolean writeDown,
            Set<Commitment> heldElsewhere) { }

    private static Compared notCompared(Commitment commitment, Kind kind, String why) {
        return new Compared(commitment, 0, 0, List.of(new Finding(kind, commitment, "", "", "", Optional.empty(),
                Optional.empty(), List.of(), "The payments of this commitment could not be compared: " + why, false)));
    }

    private Compared compare(Company company, Commitment commitment, Patience procore, boolean writeDown,
            Set<Commitment> heldElsewhere) {
        if (procore.isGone()) {
            return notCompared(commitment, Kind.UNANSWERED, "Procore did not answer for " + MOST_UNANSWERED_IN_A_ROW
                    + " commitments in a row, so the comparison stopped here. Run reconcile again later.");
        }
        if (procore.misconfigured.isPresent()) {
            return notCompared(commitment, Kind.MISCONFIGURED, procore.misconfigured.get().reason() + ".");
        }
        ContractWalk walk = new ContractWalk(company.id(), commitment.place(), clock.instant());
        while (walk.isUnfinished()) {
            ProcoreAnswer answer = procore.ask(walk.nextCall());
            Optional<List<ContractPayment>> page = answer.status() == 200 ? PaymentJson.readList(answer.body())
                    : Optional.empty();
            if (answer.kind() == ProcoreAnswer.Kind.MISCONFIGURED) {
                return notCompared(commitment, Kind.MISCONFIGURED, answer.reason() + ".");
            }
            if (Patience.isUnanswered(answer)) {
                return notCompared(commitment, Kind.UNANSWERED, answer.reason() + ". Run reconcile again later.");
            }
            if (page.isEmpty()) {
                return notCompared(commitment, Kind.UNREADABLE, (answer.status() == 200 ? "the list cannot be read: "
                        : "HTTP " + answer.status() + ": ") + ErrorText.of(answer.body()) + ". Run check.");
            }
            walk.take(page.get(), answer);
        }
        if (walk.gap().isPresent()) {
            return notCompared(commitment, Kind.UNREADABLE, walk.gap().get() + ".");
        }
        Map<String, List<ContractPayment>> ours = new LinkedHashMap<>();
        int others = 0;
        for (ContractPayment record : walk.records()) {
            Optional<String> key = keyOf(company, record);
            if (key.isPresent()) {
                ours.computeIfAbsent(key.get(), none -> new ArrayList<>()).add(record);
            } else {
                others++;
            }
        }
        Duration lag = companies.policyOf(company.companyFiles().get(0)).pauseForLists().multipliedBy(2);
        Look look = new Look(company, commitment, walk.startedAt().minus(lag), writeDown, heldElsewhere);
        List<Finding> findings = new ArrayList<>();
        int equal = 0;
        for (LedgerRow row : holdings.rowsOn(commitment.projectId(), commitment.contractId(), company.companyFiles())) {
            List<ContractPayment> records = ours.remove(keysOf(row).of(row));
            Optional<Finding> finding = compare(look, row, records == null ? List.of() : records);
            finding.ifPresent(findings::add);
            equal += finding.isEmpty() && row.wanted().isPresent() ? 1 : 0;
        }
        for (Map.Entry<String, List<ContractPayment>> left : ours.entrySet()) {
            others += extra(look, left.getKey(), left.getValue()).map(finding -> {
                findings.add(finding);
                return 0;
            }).orElse(left.getValue().size());
        }
        return new Compared(commitment, equal, others, findings);
    }

    private Optional<Finding> compare(Look look, LedgerRow row, List<ContractPayment> records) {
        Commitment commitment = look.commitment();
        boolean wantedHere = row.wanted().flatMap(Wanted::place).equals(Optional.of(commitment.place()));
        boolean heldHere = row.held().map(Held::place).equals(Optional.of(commitment.place()));
        if (records.isEmpty()) {
            if (heldHere && look.writeDown()) {
                holdings.found(row.id(), Optional.empty(), look.allLandedBefore());
            }
            return wantedHere && !row.history() ? Optional.of(finding(Kind.MISSING, commitment, row, records,
                    "Procore holds no record of it"))
                    : Optional.empty();
        }
        boolean single = records.stream().filter(record -> keysOf(row).whole(record)
                .equals(Optional.of(keysOf(row).of(row)))).count() == 1;
        if (!single || records.stream().anyMatch(ContractPayment::isOfProcorePay)) {
            return Optional.of(finding(Kind.DIFFERS, commitment, row, records, single ? "Procore Pay has taken it over"
                    : "Procore holds " + records.size() + " records with this key; remove all but one by hand"));
        }
        Held found = HeldRecords.listed(row, commitment.place(), records, keysOf(row));
        boolean ledgerMayLearn = heldHere || row.held().isEmpty();
        if (look.writeDown() && ledgerMayLearn) {
            holdings.found(row.id(), Optional.of(found), look.allLandedBefore());
        } else if (look.writeDown()) {
            look.heldElsewhere().add(commitment);
        }
        if (!wantedHere) {
            return found.amount().signum() == 0 ? Optional.empty() : Optional.of(finding(Kind.EXTRA, commitment, row, records,
                    row.wanted().isPresent() ? "it belongs on another commitment" : "it is no longer in QuickBooks"));
        }
        Set<Field> differences = row.differencesFrom(found);
        if (differences.isEmpty() && found.linked()) {
            return Optional.empty();
        }
        boolean linkAlone = differences.equals(Set.of(Field.REQUISITION));
        return Optional.of(finding(linkAlone ? Kind.NOT_LINKED : Kind.DIFFERS, commitment, row, records,
                linkAlone ? "it is not linked with its subcontractor invoice " + row.wanted().flatMap(Wanted::requisitionId)
                        .map(String::valueOf).orElse("") : differences.isEmpty() ? "its origin_id was removed"
                        : "other " + words(differences)));
    }

    /** A record with a key of ours that no row on this commitment knows. Empty where it is not ours after all. */
    private Optional<Finding> extra(Look look, String key, List<ContractPayment> records) {
        Commitment commitment = look.commitment();
        List<String> files = filesOf(look.company(), key);
        RecordKey keys = new RecordKey(companies.policyOf(files.get(0)));
        Matcher parts = KEY.matcher(keys.withoutPrefix(key));
        if (!parts.matches()) {
            return Optional.empty();
        }
        String payment = parts.group(1);
        String bill = parts.group(2);
        Optional<LedgerRow> row = files.stream().flatMap(file -> holdings.row(file, payment, bill).stream())
                .findFirst();
        if (row.isPresent()) {
            return compare(look, row.get(), records);
        }
        Optional<String> file = files.stream().filter(name -> holdings.isKnown(name, payment)).findFirst();
        boolean known = file.isPresent();
        boolean single = records.stream().filter(record -> keys.whole(record).equals(Optional.of(key))).count() == 1
                && records.stream().noneMatch(ContractPayment::isOfProcorePay);
        if (known && single && look.writeDown()) {
            ContractPayment first = first(records, key);
            PaymentFields shown = new PaymentFields(sum(records), first.day(), "check", first.text(Field.CHECK_NUMBER),
                    first.text(Field.INVOICE_NUMBER), Optional.empty(), first.text(Field.NOTES), "");
            holdings.foundUnwanted(file.get(), payment, bill, new Held(first.id(), commitment.place(),
                    Optional.ofNullable(first.requisitionId()), shown, Held.StoredTexts.AS_SENT,
                    keys.isLinked(first, true) ? Held.Link.ON : Held.Link.OFF,
                    records.size() - 1));
        }
        boolean ours = known || records.stream().anyMatch(record -> record.originData().contains("edit_sequence"));
        return !ours ? Optional.empty() : Optional.of(new Finding(Kind.EXTRA, commitment, key, "payment " + payment,
                "bill " + bill, Optional.empty(), Optional.of(sum(records)), ids(records), known
                ? "QuickBooks has no such payment on this bill"
                : "the ledger does not know this payment: run backfill for its dates, then compare again", known && single));
    }

    private Finding finding(Kind kind, Commitment commitment, LedgerRow row, List<ContractPayment> records, String what) {
        String state = switch (row.state()) {
            case PENDING -> "; it is due and will be sent with the next delivery";
            case DEAD -> "; it needs attention: " + row.reason();
            default -> "";
        };
        Optional<BigDecimal> wanted = kind == Kind.EXTRA ? Optional.empty() : row.wanted().map(Wanted::amount);
        return new Finding(kind, commitment, keysOf(row).of(row), row.paymentWords(), row.billWords(), wanted,
                records.isEmpty() ? Optional.empty() : Optional.of(sum(records)), ids(records), what + state,
                state.isEmpty() && row.pendingCall().isEmpty());
    }

    private RecordKey keysOf(LedgerRow row) {
        return new RecordKey(companies.policyOf(row.payment().companyFile()));
    }

    /** The company files whose key this may be: those whose prefix it has, else those without one. */
    private List<String> filesOf(Company company, String key) {
        Map<Boolean, List<String>> files = company.companyFiles().stream()
                .filter(file -> new RecordKey(companies.policyOf(file)).isOurs(key))
                .collect(Collectors.partitioningBy(file -> companies.policyOf(file).originPrefix().isEmpty()));
        return files.get(false).isEmpty() ? files.get(true) : files.get(false);
    }

    private ContractPayment first(List<ContractPayment> records, String key) {
        RecordKey keys = anyKeys();
        return records.stream().filter(record -> keys.whole(record).equals(Optional.of(key))).findFirst()
                .orElse(records.get(0));
    }

    private Optional<String> keyOf(Company company, ContractPayment record) {
        return anyKeys().base(record).filter(key -> !filesOf(company, key).isEmpty());
    }

    /** All have the key in the same place. */
    private RecordKey anyKeys() {
        return new RecordKey(companies.policyOf(companies.all().get(0).companyFiles().get(0)));
    }

    private static BigDecimal sum(List<ContractPayment> records) {
        return records.stream().map(ContractPayment::amount).filter(java.util.Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static List<Long> ids(List<ContractPayment> records) {
        return records.stream().map(ContractPayment::id).toList();
    }

    private static String words(Set<Field> fields) {
        return String.join(", ", fields.stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT).replace('_', ' ')).toList());
    }
}
