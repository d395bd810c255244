package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.PendingCall;
import org.paymentsissued.ledger.Refusals.Refusal;
import org.paymentsissued.ledger.Refusals.Scope;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.DeliveryPolicy.VoidStrategy;
import org.paymentsissued.procore.Situation.Learned;
import org.paymentsissued.procore.Situation.Suspect;

/** What is done next for a row, by what QuickBooks wants, what Procore holds, and what is known. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NextStepTest {

    private static final CommitmentRef PLACE = Desk.SC_014.commitment();
    private static final CommitmentRef OTHER = Desk.PO_003.commitment();
    private static final Placement ELSEWHERE = Desk.PO_003;
    private static final ContractPayment OURS = PaymentJson.read("{\"id\":7,\"origin_id\":\"K1|B1\",\"amount\":\"9000.00\","
            + "\"date\":\"2026-03-25\",\"check_number\":\"10902\",\"invoice_number\":\"HD-0431\",\"notes\":\"memo\"}").orElseThrow();
    private static final Next.Refused REFUSED = new Next.Refused(ProcoreCall.firstProject("1"),
            new ProcoreAnswer(403, Map.of(), "{}", Optional.empty(), true, RowsForTests.NOW), "no");

    private final KnownLists lists = new KnownLists();
    private Learned learned = Learned.NOTHING;
    private DeliveryPolicy policy = RowsForTests.POLICY;
    private List<Refusal> refusals = List.of();

    /** QuickBooks' amount, Procore's amount; - where there is none. */
    private LedgerRow row(String wanted, String held) {
        return RowsForTests.row(wanted(wanted), held(held), Optional.empty());
    }

    private static Optional<Wanted> wanted(String amount) {
        return amount.equals("-") ? Optional.empty() : Optional.of(new Wanted(Optional.of(Desk.SC_014),
                RowsForTests.FIELDS.withAmount(new BigDecimal(amount))));
    }

    private static Optional<Held> held(String amount) {
        return amount.equals("-") ? Optional.empty() : Optional.of(Held.of(7, PLACE, Desk.SC_014.requisitionId(),
                RowsForTests.FIELDS.withAmount(new BigDecimal(amount))));
    }

    private static LedgerRow pending(PendingCall.Kind kind, String held, int looks, Duration ago) {
        return RowsForTests.row(wanted("9000.00"), held(held), Optional.of(new PendingCall(kind, "token", PLACE,
                RowsForTests.NOW.minus(ago), looks)));
    }

    private Next next(LedgerRow row) {
        return NextStep.of(new Situation(row, policy, learned, lists, refusals, RowsForTests.NOW));
    }

    private static String name(Next next) {
        return next.getClass().getSimpleName();
    }

    // ---------------------------------------------------------------------------- wanted and held, nothing else known

    @ParameterizedTest
    @CsvSource({
        "-,       -,       Settle",
        "9000.00, 9000.00, Settle",
        "9000.00, -,       ReadList",
        "9150.00, 9000.00, Show",
        "-,       9000.00, Show"})
    void before_anything_was_read(String wanted, String held, String next) {
        assertThat(name(next(row(wanted, held)))).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH,        9150.00, Patch",
        "UNLINK_PATCH, 9150.00, Unlink",
        "REPLACE,      9150.00, Delete",
        "COMPENSATE,   9150.00, ReadList",
        "REPORT,       9150.00, Ask"})
    void an_edit_once_the_record_was_shown(UpdateStrategy update, String wanted, String next) {
        policy = RowsForTests.policy(update, VoidStrategy.DELETE);
        learned = Learned.NOTHING.withShown(Optional.of(OURS));

        assertThat(name(next(row(wanted, "9000.00")))).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"DELETE,Delete", "ZERO,SetToZero", "REVERSE,ReadList", "REPORT,Ask"})
    void a_void_once_the_record_was_shown(VoidStrategy onVoid, String next) {
        policy = RowsForTests.policy(UpdateStrategy.PATCH, onVoid);
        learned = Learned.NOTHING.withShown(Optional.of(OURS));

        assertThat(name(next(row("-", "9000.00")))).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"PATCH,9150.00", "REPLACE,9150.00", "PATCH,-"})
    void a_record_that_locks_is_unlinked_first(UpdateStrategy update, String wanted) {
        policy = RowsForTests.policy(update, VoidStrategy.DELETE);
        learned = Learned.NOTHING.withShown(Optional.of(OURS));
        LedgerRow locked = RowsForTests.row(RowState.PENDING, wanted(wanted), held("9000.00"),
                RowsForTests.progress(Optional.empty(), true, false, RowsForTests.NOW));

        assertThat(name(next(locked))).isEqualTo("Unlink");
    }

    @Test
    void a_payment_that_belongs_elsewhere_goes_here_first() {
        learned = Learned.NOTHING.withShown(Optional.of(OURS));
        LedgerRow moved = RowsForTests.row(Optional.of(new Wanted(Optional.of(ELSEWHERE), RowsForTests.FIELDS)), held("9000.00"),
                Optional.empty());

        assertThat(next(moved)).isEqualTo(new Next.Delete(held("9000.00").orElseThrow()));
    }

    @Test
    void a_record_whose_key_was_taken_off_gets_it_back() {
        LedgerRow unlinked = RowsForTests.row(wanted("9000.00"), held("9000.00").map(held -> held.withLink(Held.Link.OFF)),
                Optional.empty());

        assertThat(name(next(unlinked))).isEqualTo("Relink");
    }

    @ParameterizedTest
    @CsvSource({"DEAD", "WAITING", "SKIPPED", "DELIVERED", "REMOVED"})
    void nothing_is_done_in_any_other_state(RowState state) {
        assertThat(name(next(RowsForTests.row(state, wanted("9000.00"), Optional.empty(),
                RowsForTests.progress(Optional.empty(), false, false, RowsForTests.NOW))))).isEqualTo("Rest");
    }

    @Test
    void nothing_is_done_before_it_is_due() {
        assertThat(name(next(RowsForTests.row(RowState.PENDING, wanted("9000.00"), Optional.empty(),
                RowsForTests.progress(Optional.empty(), false, false, RowsForTests.NOW.plusSeconds(1)))))).isEqualTo("Rest");
    }

    // ------------------------------------------------------------------------------------------------------- creating

    @Test
    void a_payment_is_created_where_its_commitment_does_not_show_it() {
        lists.read(PLACE);

        assertThat(name(next(row("9000.00", "-")))).isEqualTo("Create");
    }

    @Test
    void a_record_with_our_key_is_adopted() {
        lists.read(PLACE, OURS);

        assertThat(next(row("9000.00", "-"))).isInstanceOfSatisfying(Next.Adopt.class, adopt ->
                assertThat(adopt.held().procoreId()).isEqualTo(7));
    }

    @Test
    void of_two_records_with_our_key_none_is_guessed() {
        lists.read(PLACE, OURS, PaymentJson.read("{\"id\":8,\"origin_id\":\"K1|B1\"}").orElseThrow());

        assertThat(next(row("9000.00", "-"))).isInstanceOfSatisfying(Next.Ask.class, ask ->
                assertThat(ask.sentence()).contains("2 records", "Remove all but one"));
    }

    @Test
    void a_new_ledger_looks_on_every_other_commitment_first() {
        lists.newLedger = true;
        lists.read(PLACE);
        lists.elsewhere = List.of(PLACE, OTHER);
        assertThat(next(row("9000.00", "-"))).isEqualTo(new Next.ReadList(OTHER));

        lists.read(OTHER, OURS);
        assertThat(next(row("9000.00", "-"))).isInstanceOfSatisfying(Next.Adopt.class, adopt ->
                assertThat(adopt.held().place()).isEqualTo(OTHER));
    }

    @Test
    void a_new_ledger_does_without_a_list_that_cannot_be_read() {
        lists.newLedger = true;
        lists.read(PLACE);
        lists.elsewhere = List.of(PLACE, OTHER);
        lists.unreadable.add(OTHER);

        assertThat(name(next(row("9000.00", "-")))).isEqualTo("Create");
    }

    @Test
    void a_list_that_failed_is_waited_for() {
        lists.readableFrom.put(PLACE, RowsForTests.NOW.plusSeconds(8));

        assertThat(next(row("9000.00", "-"))).isEqualTo(new Next.WaitUntil(RowsForTests.NOW.plusSeconds(8)));
    }

    @Test
    void a_record_that_vanished_is_not_created_again_by_itself() {
        lists.read(PLACE);
        learned = Learned.NOTHING.withGone(held("9000.00"));

        assertThat(next(row("9000.00", "-"))).isInstanceOfSatisfying(Next.Ask.class, ask ->
                assertThat(ask.sentence()).contains("no longer in Procore", "Retry to create it again"));
    }

    // ------------------------------------------------------------------------------------------------ unknown outcomes

    @ParameterizedTest
    @CsvSource({"UPDATE", "UNLINK", "RELINK", "DELETE"})
    void after_a_change_without_an_answer_the_record_is_looked_at(PendingCall.Kind kind) {
        assertThat(next(pending(kind, "9000.00", 0, Duration.ZERO))).isEqualTo(new Next.Show(held("9000.00").orElseThrow(), false));
    }

    @Test
    void after_a_creation_without_an_answer_the_list_is_read() {
        assertThat(next(pending(PendingCall.Kind.CREATE, "-", 0, Duration.ZERO))).isEqualTo(new Next.ReadList(PLACE));
    }

    @ParameterizedTest
    @CsvSource({"0,PT1S,LookAgain", "1,PT1S,NoEffect", "0,PT10M,NoEffect"})
    void where_the_list_does_not_show_it(int looks, Duration ago, String next) {
        lists.read(PLACE);

        assertThat(name(next(pending(PendingCall.Kind.CREATE, "-", looks, ago)))).isEqualTo(next);
    }

    @Test
    void an_answer_that_repeated_an_old_one_makes_the_next_creation_a_new_change() {
        lists.read(PLACE);
        learned = Learned.NOTHING.withRepeated(true);

        assertThat(name(next(pending(PendingCall.Kind.CREATE, "-", 0, Duration.ZERO)))).isEqualTo("TakenForRepeat");
    }

    @Test
    void what_procore_says_is_missing_is_believed_once_its_commitment_was_read() {
        learned = Learned.NOTHING.withMissing(held("9000.00"));
        assertThat(next(row("-", "9000.00"))).isEqualTo(new Next.ReadList(PLACE));

        lists.read(PLACE);
        assertThat(next(row("-", "9000.00"))).isEqualTo(new Next.RecordGone(held("9000.00").orElseThrow(), false));
    }

    // ------------------------------------------------------------------------------------------------ whose refusal it is

    @ParameterizedTest
    @CsvSource({
        "WRITE_REFUSED, false, ReadList",
        "WRITE_REFUSED, true,  Ask",
        "LIST_REFUSED,  false, AskCompany",
        "LIST_FAILED,   false, AskCompany"})
    void what_is_asked_to_learn_whose_a_refusal_is(Suspect.Kind kind, boolean listRead, String next) {
        learned = Learned.NOTHING.withSuspect(Optional.of(new Suspect(kind, PLACE, REFUSED, 1)));
        if (listRead) {
            lists.read(PLACE);
        }

        assertThat(name(next(row("9000.00", "-")))).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"1001,11,true", "1001,,true", ",,true", "1001,12,false", "1002,,false"})
    void a_row_waits_behind_a_letter_of_its_commitment_project_or_company(Long project, Long commitment, boolean waits) {
        refusals = List.of(new Refusal(5, new Scope("1", Optional.ofNullable(project), Optional.ofNullable(commitment)), "", true));

        assertThat(next(row("9000.00", "-")) instanceof Next.StandBehind).isEqualTo(waits);
    }

    @Test
    void a_letter_that_was_retried_holds_nothing_back() {
        refusals = List.of(new Refusal(5, Scope.company("1"), "", false));

        assertThat(name(next(row("9000.00", "-")))).isEqualTo("ReadList");
    }

    /** Lists as a test says they were read. */
    private static final class KnownLists implements Situation.Lists {
        private final Map<CommitmentRef, List<ContractPayment>> read = new HashMap<>();
        private final Set<CommitmentRef> unreadable = new HashSet<>();
        private final Map<CommitmentRef, Instant> readableFrom = new HashMap<>();
        private List<CommitmentRef> elsewhere = List.of();
        private boolean newLedger;
        private final Map<CommitmentRef, List<ContractPayment>> others = new HashMap<>();
        private List<Twins.Sending> rivals = List.of();

        void read(CommitmentRef place, ContractPayment... records) {
            read.put(place, List.of(records));
            others.put(place, List.of());
        }

        @Override
        public Optional<List<ContractPayment>> withKey(CommitmentRef place) {
            return Optional.ofNullable(read.get(place));
        }

        @Override
        public boolean showsPayment(CommitmentRef place) {
            return false;
        }

        @Override
        public Optional<List<ContractPayment>> withKeyAfter(PendingCall call) {
            return withKey(call.place());
        }

        @Override
        public boolean isReadSince(CommitmentRef place, long moment) {
            return read.containsKey(place);
        }

        @Override
        public Optional<List<ContractPayment>> others(CommitmentRef place) {
            return Optional.ofNullable(others.get(place));
        }

        @Override
        public Twins.Sending sending(CommitmentRef place) {
            return new Twins.Sending(RowsForTests.WANTED, RowsForTests.WANTED.amount());
        }

        @Override
        public List<Twins.Sending> rivals(CommitmentRef place, BigDecimal amount) {
            return rivals;
        }

        @Override
        public boolean isUnreadable(CommitmentRef place) {
            return unreadable.contains(place);
        }

        @Override
        public Instant readableFrom(CommitmentRef place) {
            return readableFrom.getOrDefault(place, Instant.EPOCH);
        }

        @Override
        public List<CommitmentRef> elsewhere(boolean fresh) {
            return elsewhere;
        }

        @Override
        public boolean isLedgerNew() {
            return newLedger;
        }

        @Override
        public Optional<LedgerRow> holderOf(long recordId) {
            return Optional.empty();
        }

        @Override
        public Set<Long> offered() {
            return Set.of();
        }
    }
}
