package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Invoice;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.payment.Wanted;

/** What the ledger promises, on every database it runs on. */
@DisplayNameGeneration(ReplaceUnderscores.class)
abstract class LedgerContract {

    private static final Placement SC_014 =
            new Placement(1001, 11, "work_order_contract", Optional.of(501L), "HD-0431");
    private static final Placement SC_003 =
            new Placement(2002, 22, "work_order_contract", Optional.empty(), "");

    final Clock clock = Clock.systemUTC();
    LedgerDatabase database;
    DeadLetters deadLetters;
    private Ledger ledger;
    Deliveries deliveries;

    abstract LedgerDatabase open();

    @BeforeEach
    void openLedger() {
        database = open();
        deadLetters = new DeadLetters(database, clock);
        ledger = new Ledger(database, deadLetters, clock);
        deliveries = new Deliveries(database, deadLetters, RemovalLimits.NONE, clock);
    }

    @AfterEach
    void closeLedger() {
        database.close();
    }

    @Test
    void a_payment_read_twice_leaves_the_same_rows() {
        assertThat(read(check("K1", "1").pays("B1", "9000.00", SC_014), 1)).isEqualTo(Ledger.Outcome.NEW);
        assertThat(read(check("K1", "1").pays("B1", "9000.00", SC_014), 2)).isEqualTo(Ledger.Outcome.REPEATED);
        assertThat(rows("K1")).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(RowState.PENDING);
            assertThat(row.wanted().orElseThrow().amount()).isEqualByComparingTo("9000.00");
            assertThat(row.wanted().orElseThrow().requisitionId()).contains(501L);
        });
    }

    /** What the totals should say, added up one by one. */
    private record One(RowState state, Instant since, BigDecimal amount) { }

    @Test
    void totals_are_the_sums_over_all_rows_and_open_letters_whatever_changed() {
        Random random = new Random(19);
        List<String> stages = List.of("poll", "split", "enrich", "deliver", "safety", "go-live");
        for (int i = 0; i < 40; i++) {
            read(check("K" + i, "1").pays("B" + i, "10.00", SC_014), 1);
        }
        for (int change = 0; change < 60; change++) {
            database.jdbc().sql("update ledger_row set state = :state, state_since = :since, amount = :amount where bill_txn_id = :bill")
                    .param("state", RowState.values()[random.nextInt(6)].word()).param("bill", "B" + random.nextInt(40))
                    .param("since", Rows.stamp(clock.instant().minusSeconds(random.nextInt(60 * 24 * 3600))))
                    .param("amount", BigDecimal.valueOf(random.nextInt(1_000_000), 2)).update();
            boolean aboutRow = random.nextBoolean();
            boolean open = random.nextInt(3) > 0;
            database.jdbc().sql("""
                    insert into dead_letter (company_file, stage, status, trouble_key, open_key, ledger_row_id, sentence, amount, attempts,
                      first_failed_at, last_failed_at)
                    values ('default', :stage, :status, :key, :open, :row, 'It failed.', 1.25, 1, :now, :now)""")
                    .param("stage", stages.get(random.nextInt(stages.size()))).param("status", open ? "open" : "resolved")
                    .param("key", "k" + change).param("open", open ? "k" + change : null)
                    .param("row", aboutRow ? 1L : null, Types.BIGINT).param("now", Rows.stamp(clock.instant())).update();

            Totals totals = new Runs(database, clock).totals();

            List<One> rows = database.jdbc().sql("select state, state_since, amount from ledger_row").query((row, number) -> new One(
                    RowState.of(row.getString("state")), Rows.instant(row, "state_since"), row.getBigDecimal("amount"))).list();
            assertThat(totals.counts()).isEqualTo(new Runs.Counts(count(rows, RowState.WAITING), count(rows, RowState.PENDING),
                    count(rows, RowState.DELIVERED), count(rows, RowState.REMOVED), count(rows, RowState.DEAD) + open("stage <> 'safety'"),
                    count(rows, RowState.SKIPPED)));
            assertThat(totals.waiting()).isEqualTo(sum(rows.stream().filter(row -> row.state() == RowState.WAITING)));
            assertThat(totals.pending()).isEqualTo(sum(rows.stream().filter(row -> row.state() == RowState.PENDING)));
            Totals.Sum dead = sum(rows.stream().filter(row -> row.state() == RowState.DEAD));
            long unread = open("stage in ('split', 'enrich')");
            assertThat(totals.attention()).isEqualTo(new Totals.Sum(dead.payments() + unread,
                    dead.amount().add(new BigDecimal("1.25").multiply(BigDecimal.valueOf(unread)))));
            assertThat(totals.problems()).isEqualTo(open("stage in ('poll', 'go-live')"));
            assertThat(totals.ages()).extracting(Totals.Age::sum).containsExactly(waiting(rows, 0, 1), waiting(rows, 1, 7),
                    waiting(rows, 7, 30), waiting(rows, 30, 100));
        }
    }

    private long open(String stages) {
        return database.jdbc().sql("select count(*) from dead_letter where status = 'open' and ledger_row_id is null and " + stages)
                .query(Long.class).single();
    }

    private static long count(List<One> rows, RowState state) {
        return rows.stream().filter(row -> row.state() == state).count();
    }

    private Totals.Sum waiting(List<One> rows, int fromDays, int toDays) {
        return sum(rows.stream().filter(row -> row.state() == RowState.WAITING
                && !row.since().isAfter(clock.instant().minus(Duration.ofDays(fromDays)))
                && row.since().isAfter(clock.instant().minus(Duration.ofDays(toDays)))));
    }

    private static Totals.Sum sum(Stream<One> rows) {
        return rows.map(row -> new Totals.Sum(1, row.amount())).reduce(Totals.Sum.NOTHING, Totals.Sum::plus);
    }

    @Test
    void payments_written_together_leave_the_rows_that_each_by_itself_would() {
        List<Draft> drafts = List.of(
                check("K1", "1").pays("B1", "9000.00", SC_014).pays("B2", "6000.00"),
                check("K2", "1").pays("B3", "10.00", SC_003).leavesOut("B4", "0.00 was applied to this bill."));
        drafts.forEach(draft -> assertThat(read(draft, 1)).isEqualTo(Ledger.Outcome.NEW));
        List<String> each = everything();
        database.jdbc().sql("delete from ledger_row").update();
        database.jdbc().sql("delete from payment").update();

        assertThat(together(drafts)).isEmpty();

        assertThat(everything()).isEqualTo(each).hasSize(4);
        assertThat(together(drafts)).as("read again").isEmpty();
        assertThat(everything()).isEqualTo(each);
    }

    @Test
    void what_changes_something_known_goes_by_itself_and_so_does_a_payment_that_comes_twice() {
        read(check("K1", "1").pays("B1", "9000.00", SC_014), 1);
        List<Draft> drafts = List.of(check("K1", "2").pays("B1", "9500.00", SC_014),
                check("K2", "1").pays("B2", "5.00", SC_014), check("K2", "2").pays("B2", "6.00", SC_014));
        assertThat(together(drafts)).extracting(entry -> entry.payment().key().txnId() + entry.payment().editSequence())
                .containsExactly("K12", "K22");
        assertThat(amount("K1")).isEqualByComparingTo("9000.00");
        assertThat(amount("K2")).isEqualByComparingTo("5.00");
    }

    @Test
    void where_payments_cannot_be_written_together_each_is_left_to_be_tried_by_itself_and_nothing_is_written() {
        List<Draft> drafts = List.of(check("K1", "1").pays("B1", "9000.00", SC_014),
                check("K2", "1").pays("B".repeat(101), "5.00", SC_014));
        assertThat(together(drafts)).extracting(entry -> entry.payment().key().txnId()).containsExactly("K1", "K2");
        assertThat(everything()).isEmpty();
    }

    @Test
    void a_payment_on_which_the_writing_itself_fails_takes_none_of_those_written_with_it_along() {
        List<Draft> drafts = List.of(check("K1", "1").pays("B1", "9000.00", SC_014), check("K2", "1").paysUnknown("B2"));
        assertThat(together(drafts)).extracting(entry -> entry.payment().key().txnId()).containsExactly("K1", "K2");
        assertThat(everything()).isEmpty();
    }

    private List<Batch.Entry> together(List<Draft> drafts) {
        Batch batch = ledger.batch(Ledger.Source.ANSWER);
        drafts.forEach(draft -> ledger.gather(batch, draft.payment(), draft.invoices));
        return ledger.recordNew(batch, 1, false);
    }

    /** Every column of payments and rows but ids and times. */
    private List<String> everything() {
        return database.jdbc().sql("""
                select p.*, r.* from payment p join ledger_row r on r.payment_id = p.id
                order by p.payment_txn_id, r.bill_txn_id""").query((row, number) -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        String column = row.getMetaData().getColumnName(i).toLowerCase(java.util.Locale.ROOT);
                        if (!column.matches("id|payment_id|.*_at|state_since")) {
                            text.append(column).append('=').append(row.getString(i)).append(' ');
                        }
                    }
                    return text.toString();
                }).list();
    }

    @Test
    void an_older_version_on_a_later_page_changes_nothing_and_a_later_sync_wins_whatever_its_stamp() {
        read(check("K1", "2").modified("2026-03-25T10:00:00").pays("B1", "200.00", SC_014), 1);
        assertThat(read(check("K1", "1").modified("2026-03-25T09:00:00").pays("B1", "100.00", SC_014), 1))
                .isEqualTo(Ledger.Outcome.OUTDATED);
        assertThat(amount("K1")).isEqualByComparingTo("200.00");

        assertThat(read(check("K1", "3").modified("2026-03-25T09:30:00").pays("B1", "300.00", SC_014), 2))
                .isEqualTo(Ledger.Outcome.CHANGED);
        assertThat(amount("K1")).isEqualByComparingTo("300.00");
    }

    @Test
    void a_restored_copy_counts_as_new_until_quickbooks_was_read_to_the_end_and_all_was_delivered_since() {
        Runs runs = new Runs(database, clock);
        ReadingHistory readings = new ReadingHistory(database, clock);
        long before = runs.begin("default", "schedule");
        readings.readToEnd("default", "checks");
        runs.end(before, 0, Optional.empty());
        deliveries.deliveredToTheEnd();
        assertThat(deliveries.isNew()).isFalse();
        database.jdbc().sql("update ledger_age set delivered_once = false, copied_at = :now")
                .param("now", Rows.stamp(clock.instant())).update();
        Deliveries restored = new Deliveries(database, deadLetters, RemovalLimits.NONE, clock);
        assertThat(restored.recognizeCopy()).isTrue();

        restored.deliveredToTheEnd();
        assertThat(restored.isNew()).as("nothing was read since").isTrue();
        long failed = runs.begin("default", "schedule");
        runs.end(failed, 0, Optional.of("QuickBooks could not be reached."));
        restored.deliveredToTheEnd();
        assertThat(restored.isNew()).as("QuickBooks was away").isTrue();
        long good = runs.begin("default", "schedule");
        readings.readToEnd("default", "checks");
        runs.end(good, 0, Optional.empty());
        restored.deliveredToTheEnd();
        assertThat(restored.isNew()).isFalse();
        assertThat(restored.recognizeCopy()).isFalse();
    }

    @Test
    void a_remark_on_a_payment_is_kept_once_beside_others_and_shown_where_its_payments_are_searched() {
        read(check("K1", "1").pays("B1", "9000.00", SC_014), 1);
        long payment = row("K1", "B1").paymentId();
        deliver("K1", "B1", 77);
        deliveries.remark(payment, "Typed before.");
        deliveries.remark(payment, "Look at it.");
        deliveries.remark(payment, "Typed before.");

        assertThat(new Runs(database, clock).remarksSince(Instant.EPOCH, 10)).containsExactly("Typed before. Look at it.");
        assertThat(new PaymentSearch(database).page(Optional.empty(), "", 1, 10).items()).singleElement()
                .satisfies(found -> assertThat(found.reason()).isEqualTo("Typed before. Look at it."));
        assertThat(deliveries.holderOf(77, 0, List.of("books"))).hasValueSatisfying(row ->
                assertThat(row.paymentId()).isEqualTo(payment));
        assertThat(deliveries.holderOf(78, 0, List.of("books"))).isEmpty();
    }

    @Test
    void of_two_payments_that_claim_one_typed_record_at_once_one_has_it() throws Exception {
        List<Deliveries> nodes = List.of(deliveries, new Deliveries(database, deadLetters, RemovalLimits.NONE, clock));
        List<LedgerRow> rows = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            read(check("K" + i, "1").pays("B" + i, "500.00", SC_014), 1);
            assertThat(nodes.get(i).due(() -> false).next().paymentId()).isEqualTo(row("K" + i, "B" + i).paymentId());
            rows.add(row("K" + i, "B" + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
        try {
            for (long record = 900; record < 920; record++) {
                Held typed = Held.typed(record, rows.get(0).wanted().orElseThrow().place().orElseThrow(),
                        rows.get(0).wanted().orElseThrow(), Held.StoredTexts.AS_SENT);
                CyclicBarrier start = new CyclicBarrier(nodes.size());
                List<Future<Optional<LedgerRow>>> claims = new ArrayList<>();
                for (int i = 0; i < nodes.size(); i++) {
                    Deliveries node = nodes.get(i);
                    long row = rows.get(i).id();
                    claims.add(threads.submit(() -> {
                        start.await(10, TimeUnit.SECONDS);
                        return node.takeOver(row, typed);
                    }));
                }
                List<Long> holders = new ArrayList<>();
                for (Future<Optional<LedgerRow>> claim : claims) {
                    claim.get(30, TimeUnit.SECONDS).map(LedgerRow::id).ifPresent(holders::add);
                }

                assertThat(holders).as("claims of record " + record).hasSize(1);
                assertThat(rows).extracting(LedgerRow::id).filteredOn(row -> deliveries.row(row).orElseThrow().held().isPresent())
                        .isEqualTo(holders);
                nodes.get(rows.get(0).id() == holders.get(0) ? 0 : 1).letGo(holders.get(0));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void between_files_of_any_age_the_stamp_decides() {
        read(check("K1", "2").modified("2026-03-25T10:00:00").pays("B1", "200.00", SC_014), 1);
        Draft old = check("K1", "1").modified("2026-03-25T09:00:00").pays("B1", "100.00", SC_014);
        assertThat(ledger.record(old.payment(), old.invoices, 2, Ledger.Source.FILE, false))
                .isEqualTo(Ledger.Outcome.OUTDATED);
    }

    @Test
    void a_bill_taken_off_a_payment_is_wanted_no_more_and_only_what_procore_holds_is_due() {
        read(check("K1", "1").pays("B1", "10.00", SC_014).pays("B2", "20.00", SC_003), 1);
        LedgerRow held = deliver("K1", "B2", 77);
        assertThat(held.state()).isEqualTo(RowState.DELIVERED);

        read(check("K1", "2").pays("B1", "30.00", SC_014), 2);

        assertThat(row("K1", "B2").wanted()).isEmpty();
        assertThat(row("K1", "B2").state()).isEqualTo(RowState.PENDING);
        assertThat(row("K1", "B1").wanted().orElseThrow().amount()).isEqualByComparingTo("30.00");

        read(check("K1", "3").pays("B2", "5.00", SC_003), 3);
        assertThat(row("K1", "B1").state()).as("never delivered, so nothing to remove").isEqualTo(RowState.REMOVED);
    }

    @Test
    void a_deleted_payment_stays_deleted_when_an_old_file_brings_it_again_but_what_quickbooks_answers_is_there() {
        read(check("K1", "1").modified("2026-03-25T09:00:00").pays("B1", "10.00", SC_014), 1);
        deliver("K1", "B1", 77);
        ledger.recordDeletion(new Deletion(key("K1"), HostTime.parse("2026-03-25T10:00:00-07:00")));
        assertThat(row("K1", "B1").state()).isEqualTo(RowState.PENDING);

        Draft old = check("K1", "1").modified("2026-03-25T09:00:00").pays("B1", "10.00", SC_014);
        assertThat(ledger.record(old.payment(), old.invoices, 2, Ledger.Source.FILE, false))
                .isEqualTo(Ledger.Outcome.OUTDATED);
        assertThat(row("K1", "B1").wanted()).isEmpty();

        assertThat(read(old, 3)).as("a restored backup of the company file").isEqualTo(Ledger.Outcome.CHANGED);
        assertThat(row("K1", "B1").wanted()).isPresent();
    }

    @Test
    void the_deletion_of_a_payment_that_was_never_read_changes_nothing() {
        assertThat(ledger.recordDeletion(new Deletion(key("K9"), Optional.empty()))).isEqualTo(Ledger.Outcome.OUTDATED);
    }

    @Test
    void a_bill_without_commitment_waits_and_becomes_due_when_it_gets_one() {
        read(check("K1", "1").pays("B1", "10.00"), 1);
        assertThat(row("K1", "B1").state()).isEqualTo(RowState.WAITING);

        assertThat(ledger.place("books", "B1", SC_003)).isEqualTo(1);

        assertThat(row("K1", "B1").state()).isEqualTo(RowState.PENDING);
        assertThat(ledger.place("books", "B1", SC_003)).as("placing it once more changes nothing").isZero();
    }

    @Test
    void a_delivered_payment_whose_bill_gets_another_commitment_is_due_again() {
        read(check("K1", "1").pays("B1", "10.00", SC_014), 1);
        deliver("K1", "B1", 77);

        ledger.place("books", "B1", SC_003);

        assertThat(row("K1", "B1").state()).isEqualTo(RowState.PENDING);
        assertThat(row("K1", "B1").differences()).contains(LedgerRow.Field.PLACE);
    }

    @Test
    void a_payment_set_aside_is_dead_with_one_dead_letter_and_what_procore_shows_stays_wanted() {
        read(check("K1", "1").pays("B1", "10.00", SC_014), 1);
        deliver("K1", "B1", 77);

        read(check("K1", "2").pays("B1", "99.00", SC_014).judged(Verdict.Kind.SET_ASIDE, "Look at it."), 2);
        read(check("K1", "3").pays("B1", "98.00", SC_014).judged(Verdict.Kind.SET_ASIDE, "Look at it."), 3);

        assertThat(row("K1", "B1").state()).isEqualTo(RowState.DEAD);
        assertThat(row("K1", "B1").wanted().orElseThrow().amount()).isEqualByComparingTo("10.00");
        assertThat(deadLetters.openOnes(10)).singleElement()
                .satisfies(letter -> assertThat(letter.sentence()).isEqualTo("Look at it. Procore still shows 10.00 for it."));

        read(check("K1", "4").pays("B1", "12.00", SC_014), 4);
        assertThat(deadLetters.openCount()).as("corrected at its source").isZero();
        assertThat(row("K1", "B1").state()).isEqualTo(RowState.PENDING);
    }

    @Test
    void a_payment_is_claimed_by_one_worker_only() {
        read(check("K1", "1").pays("B1", "10.00", SC_014), 1);
        Deliveries other = new Deliveries(database, deadLetters, RemovalLimits.NONE, clock);
        Iterator<Deliveries.Claim> mine = deliveries.due(() -> false);
        Deliveries.Claim claim = mine.next();

        assertThat(other.due(() -> false)).isExhausted();
        deliveries.release(claim);
        assertThat(other.due(() -> false)).hasNext();
    }

    @Test
    void a_worker_finds_what_is_due_behind_all_that_another_has_claimed() {
        for (int i = 0; i < 40; i++) {
            Draft draft = check("K" + i, "1");
            for (int bill = 0; bill < 8; bill++) {
                draft.pays("B" + i + "-" + bill, "10.00", SC_014);
            }
            read(draft, 1);
        }
        Iterator<Deliveries.Claim> others = new Deliveries(database, deadLetters, RemovalLimits.NONE, clock).due(() -> false);
        for (int i = 0; i < 32; i++) {
            others.next();
        }

        assertThat(deliveries.due(() -> false)).hasNext();
        deliveries.due(() -> false).forEachRemaining(claim -> { });
        assertThat(database.jdbc().sql("select count(*) from payment where claimed_by is not null").query(Long.class).single())
                .isEqualTo(40);
    }

    @Test
    void what_has_ended_claims_nothing_though_something_becomes_due_again() {
        Iterator<Deliveries.Claim> due = deliveries.due(() -> false);
        assertThat(due.hasNext()).isFalse();
        read(check("K1", "1").pays("B1", "10.00", SC_014), 1);

        assertThat(due.hasNext()).isFalse();
        assertThat(deliveries.due(() -> false)).as("still free to be claimed").hasNext();
    }

    @Test
    void a_worker_whose_claim_was_lost_may_not_call_procore() {
        read(check("K1", "1").pays("B1", "10.00", SC_014), 1);
        PendingCall call = new PendingCall(PendingCall.Kind.CREATE, "token", new CommitmentRef(1001, 11), Instant.now(), 0);
        long id = row("K1", "B1").id();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> deliveries.markSent(id, call))
                .isInstanceOf(Deliveries.ClaimLost.class);
        assertThat(row("K1", "B1").pendingCall()).isEmpty();
    }

    @Test
    void a_waiting_payment_is_found_by_check_vendor_invoice_amount_and_the_job_of_its_bill() {
        read(check("K1", "1").pays("B1", "9150.00"), 1);
        read(check("K2", "1").pays("B2", "7.00"), 1);
        new Bills(database, clock).record(new Bills.Facts("books", "B1", "Harlan Drywall LLC", "N-B1", Optional.empty(),
                Optional.empty(), "", List.of("Riverside Health:24-118 Clinic"), List.of("PO-77"), List.of(), List.of()));
        PaymentSearch search = new PaymentSearch(database);

        for (String typed : List.of("clinic", "po-77", "N-B1", "9,150.00", "b1")) {
            assertThat(search.page(Optional.of(RowState.WAITING), typed, 1, 10).items()).as(typed).singleElement()
                    .satisfies(found -> {
                        assertThat(found.billTxnId()).isEqualTo("B1");
                        assertThat(found.jobs()).containsExactly("Riverside Health:24-118 Clinic");
                    });
        }
        assertThat(search.page(Optional.empty(), "harlan 10902", 1, 10).total()).isEqualTo(2);

        read(check("K3", "1").pays("B3", "8.00", SC_014), 1);
        database.jdbc().sql("insert into procore_project (project_id, name) values (1001, 'Riverside Clinic')").update();
        database.jdbc().sql("insert into procore_commitment (project_id, commitment_id, commitment_type, number)"
                + " values (1001, 11, 'work_order_contract', 'SC-014')").update();
        assertThat(search.page(Optional.empty(), "riverside sc-014", 1, 10).items()).as("by project and commitment")
                .extracting(PaymentSearch.Found::billTxnId).containsExactly("B3");
        assertThat(search.page(Optional.empty(), "nowhere", 1, 10).total()).isZero();
    }

    @Test
    void a_dead_letter_is_found_by_its_stage_and_its_words() {
        read(check("K1", "1").pays("B1", "99.00", SC_014).judged(Verdict.Kind.SET_ASIDE, "Look at it."), 1);
        DeadLetterSearch search = new DeadLetterSearch(database);
        assertThat(search.page(inStage("aggregate", "look"), DeadLetterSearch.Sort.LATEST, 1, 10).items())
                .singleElement().satisfies(letter -> assertThat(letter.sentence()).isEqualTo("Look at it. Nothing was sent."));
        assertThat(search.page(inStage("deliver", ""), DeadLetterSearch.Sort.LATEST, 1, 10).total()).isZero();
    }

    private static DeadLetterFilter inStage(String stage, String text) {
        return new DeadLetterFilter("open", stage, text, "", "", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    @Test
    void a_watermark_moves_on_and_never_back() {
        Watermarks watermarks = new Watermarks(database, clock);
        HostTime nine = HostTime.parse("2026-03-25T09:00:00").orElseThrow();
        HostTime ten = HostTime.parse("2026-03-25T10:00:00").orElseThrow();
        watermarks.moveTo("books", "BillPaymentCheck", ten);
        watermarks.moveTo("books", "BillPaymentCheck", nine);
        assertThat(watermarks.of("books", "BillPaymentCheck")).contains(ten);
        assertThat(watermarks.of("books", "TxnDeleted")).isEmpty();
        assertThat(watermarks.of("other books", "BillPaymentCheck")).isEmpty();
    }

    @Test
    void the_same_number_of_a_check_and_of_a_card_payment_are_two_payments() {
        read(check("K1", "1").pays("B1", "10.00", SC_014), 1);
        Draft card = new Draft(new PaymentKey("books", PaymentKind.CREDIT_CARD, "K1"), "1").pays("B1", "7.00", SC_014);
        assertThat(ledger.record(card.payment(), card.invoices, 1, Ledger.Source.ANSWER, false))
                .isEqualTo(Ledger.Outcome.NEW);
    }

    private Ledger.Outcome read(Draft draft, long run) {
        return ledger.record(draft.payment(), draft.invoices, run, Ledger.Source.ANSWER, false);
    }

    private LedgerRow deliver(String txnId, String bill, long procoreId) {
        LedgerRow row = row(txnId, bill);
        Wanted wanted = row.wanted().orElseThrow();
        List<Deliveries.Claim> claims = new java.util.ArrayList<>();
        deliveries.due(() -> false).forEachRemaining(claims::add);
        try {
            return deliveries.holds(row.id(), Held.of(procoreId, wanted.place().orElseThrow(), wanted.requisitionId(), wanted.fields()));
        } finally {
            claims.forEach(deliveries::release);
        }
    }

    private BigDecimal amount(String txnId) {
        return rows(txnId).get(0).wanted().orElseThrow().amount();
    }

    private LedgerRow row(String txnId, String bill) {
        return rows(txnId).stream().filter(row -> row.billTxnId().equals(bill)).findFirst().orElseThrow();
    }

    private List<LedgerRow> rows(String txnId) {
        return database.jdbc().sql(Rows.SELECT + " where p.payment_txn_id = :txn order by r.id").param("txn", txnId)
                .query(Rows::map).list();
    }

    private static PaymentKey key(String txnId) {
        return new PaymentKey("books", PaymentKind.CHECK, txnId);
    }

    private static Draft check(String txnId, String editSequence) {
        return new Draft(key(txnId), editSequence);
    }

    /** A payment in the making. */
    private static final class Draft {
        private final PaymentKey key;
        private final String editSequence;
        private final List<Invoice> invoices = new java.util.ArrayList<>();
        private Optional<HostTime> modified = HostTime.parse("2026-03-25T09:00:00");
        private Verdict verdict = new Verdict(Verdict.Kind.PAYS_BILLS, "");

        private Draft(PaymentKey key, String editSequence) {
            this.key = key;
            this.editSequence = editSequence;
        }

        private Draft modified(String stamp) {
            modified = HostTime.parse(stamp);
            return this;
        }

        private Draft judged(Verdict.Kind kind, String note) {
            verdict = new Verdict(kind, note);
            return this;
        }

        private Draft pays(String bill, String amount, Placement... place) {
            invoices.add(new Invoice(null, new Applied(bill, "Bill", "N-" + bill, Optional.of(LocalDate.of(2026, 2, 27)),
                    Optional.of(new BigDecimal(amount)), Optional.empty()), List.of(place).stream().findFirst()));
            return this;
        }

        private Draft paysUnknown(String bill) {
            invoices.add(new Invoice(null, new Applied(bill, "Bill", "N-" + bill, Optional.empty(), Optional.empty(),
                    Optional.empty()), Optional.empty()));
            return this;
        }

        private Draft leavesOut(String bill, String reason) {
            invoices.add(new Invoice(null, new Applied(bill, "Bill", "N-" + bill, Optional.empty(),
                    Optional.of(BigDecimal.ZERO), Optional.of(reason)), Optional.empty()));
            return this;
        }

        private Payment payment() {
            return new Payment(key, editSequence, modified, Optional.of(LocalDate.of(2026, 3, 25)), "10902",
                    "Harlan Drywall LLC", "Checking", "memo", Optional.of(BigDecimal.TEN), verdict,
                    invoices.stream().map(Invoice::applied).toList(), "<BillPaymentCheckRet/>");
        }
    }
}
