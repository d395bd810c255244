package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.PaymentKind;

class LedgerOnH2Test extends LedgerContract {

    @TempDir
    private Path folder;

    @Override
    LedgerDatabase open() {
        return LedgerDatabase.open("jdbc:h2:file:" + folder.resolve("ledger").toString().replace('\\', '/'), "sa", "", 4);
    }

    @Test
    void a_ledger_made_just_now_takes_payments_when_the_connection_that_made_it_has_gone() throws SQLException {
        try (Connection another = DriverManager.getConnection(database.url(), database.username(), database.password())) {
            HikariDataSource pool = (HikariDataSource) database.dataSource();
            pool.getHikariPoolMXBean().softEvictConnections();

            assertThat(another.createStatement().executeUpdate("insert into payment (company_file, payment_kind, payment_txn_id,"
                    + " verdict, first_read_at, last_read_at) values ('default', 'CHECK', 'K1', 'DELETED', current_timestamp,"
                    + " current_timestamp)")).isEqualTo(1);
        }
    }

    /** Counted in bytes, which do not depend on the machine: a look at each payment for each claimed one would be nine times as many. */
    @Test
    void a_claim_costs_no_more_when_thousands_of_payments_are_delivered_and_thousands_are_due() {
        payments(1, 50, "delivered");
        long few = leastOfFiveClaims(100);
        payments(1_000, 5_000, "delivered");
        payments(6_000, 10_000, "pending");
        database.jdbc().sql("analyze").update();
        long many = leastOfFiveClaims(20_000);

        assertThat(many).isLessThan(4 * few);
    }

    /** Counted in bytes, with nothing in memory yet: a look at each payment or row would be many times as many. */
    @Test
    void what_each_sync_and_each_look_asks_costs_no_more_when_thousands_of_payments_are_known() {
        payments(1, 50, "delivered");
        Map<String, Long> few = bytesOfEachQuestion();
        payments(1_000, 20_000, "delivered");
        costNoMoreThan(few);
        // What H2 knows of the tables decides which index it takes; it looks at them now and then.
        database.jdbc().sql("analyze").update();
        costNoMoreThan(few);
    }

    private void costNoMoreThan(Map<String, Long> few) {
        assertThat(bytesOfEachQuestion()).allSatisfy((question, bytes) ->
                assertThat(bytes).as(question).isLessThan(4 * few.get(question)));
    }

    private Map<String, Long> bytesOfEachQuestion() {
        Map<String, Long> bytes = new TreeMap<>();
        for (String question : questions().keySet()) {
            database.close();
            database = open();
            new Nodes(database, "host", "1").sign();
            bytes.put(question, bytesOf(questions().get(question)));
        }
        return bytes;
    }

    private Map<String, Runnable> questions() {
        ReadingHistory history = new ReadingHistory(database, clock);
        Runs runs = new Runs(database, clock);
        ProcoreCatalog catalogue = new ProcoreCatalog(database, new CommitmentLookup(database, clock), deadLetters);
        return Map.of(
                "the payments changed since the watermark", () -> history.changedSince("default", PaymentKind.CHECK,
                        HostTime.parse("2027-01-01T00:00:00").orElseThrow(), 200),
                "the payments that changed last", () -> assertThat(history.latest("default", 3)).hasSize(3),
                "the bills that wait", () -> new Bills(database, clock).notAskedYet("default", 50),
                "the bills that wait since a moment", () -> catalogue.haveBillsWaitedSince(Instant.EPOCH, List.of("default")),
                "the end of a run", () -> runs.end(runs.begin("default", "schedule"), 0, Optional.empty()),
                "how many rows stand in each state", runs::totals,
                "the nodes", () -> new Nodes(database, "host", "1").all());
    }

    private static long bytesOf(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        work.run();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }

    /** In any order, forward or backward; those of one cause are sorted where they are not listed by time. */
    @Test
    void a_page_of_dead_letters_reads_no_other_letters() {
        database.jdbc().sql("""
                insert into dead_letter (company_file, stage, status, trouble_key, open_key, sentence, cause_key, vendor, amount, attempts,
                  first_failed_at, last_failed_at)
                select 'default', 'deliver', 'open', 'k' || x, 'k' || x, 'It failed.', 'cause ' || mod(x, 3), 'Vendor ' || x, x, 1,
                  current_timestamp, dateadd(second, -x, current_timestamp) from system_range(1, 2000)""").update();
        database.jdbc().sql("analyze").update();
        for (DeadLetterSearch.Sort sort : DeadLetterSearch.Sort.values()) {
            for (DeadLetterFilter filter : List.of(DeadLetterFilter.OPEN, DeadLetterFilter.OPEN.cause("cause 1"))) {
                boolean sorted = !filter.cause().isEmpty() && sort != DeadLetterSearch.Sort.LATEST && sort != DeadLetterSearch.Sort.OLDEST;
                assertThat(lettersReadFor(filter, sort)).as(sort + " of " + filter.words()).isLessThanOrEqualTo(sorted ? 700 : 51);
            }
        }
    }

    private int lettersReadFor(DeadLetterFilter filter, DeadLetterSearch.Sort sort) {
        String plan = database.jdbc().sql("explain analyze " + DeadLetterSearch.pageSql(filter, sort))
                .params(filter.condition().parameters()).param("size", 50).param("offset", 0).query(String.class).single();
        Matcher scanned = Pattern.compile("scanCount: (\\d+)").matcher(plan);
        assertThat(scanned.find()).as(plan).isTrue();
        return Integer.parseInt(scanned.group(1));
    }

    /** H2 writes to the file for each lot of numbers, within a transaction too. */
    @Test
    void the_numbers_of_nine_hundred_rows_are_taken_in_a_few_writes() {
        long before = writes();
        payments(1, 900, "pending");

        assertThat(writes() - before).isLessThan(30);
    }

    private long writes() {
        return database.jdbc().sql("select cast(setting_value as bigint) from information_schema.settings where setting_name ="
                + " 'info.FILE_WRITE'").query(Long.class).single();
    }

    /** The least: now and then a statement is planned again, or a page is read from the file. */
    private long leastOfFiveClaims(int firstPayment) {
        return IntStream.range(0, 5).mapToLong(claim -> bytesOfAClaim(firstPayment + 8 * claim)).min().orElseThrow();
    }

    private long bytesOfAClaim(int firstPayment) {
        payments(firstPayment, firstPayment + 7, "pending");
        long bytes = bytesOf(() -> assertThat(deliveries.due(() -> false).next()).isNotNull());
        database.jdbc().sql("update ledger_row set state = 'delivered' where payment_id in (select id from payment where"
                + " claimed_until is not null)").update();
        deliveries.releaseAll();
        return bytes;
    }

    private void payments(int first, int last, String state) {
        database.jdbc().sql("""
                insert into payment (company_file, payment_kind, payment_txn_id, time_modified, verdict, first_read_at, last_read_at)
                select 'default', 'CHECK', 'K' || x, formatdatetime(dateadd(second, x, timestamp '2026-03-25 08:00:00'),
                  'yyyy-MM-dd''T''HH:mm:ss'), 'PAYS_BILLS', current_timestamp, current_timestamp
                from system_range(:first, :last)""").param("first", first).param("last", last).update();
        database.jdbc().sql("""
                insert into ledger_row (payment_id, bill_txn_id, txn_type, bill_number, state, reason, wanted, next_attempt_at,
                  changed_at, state_since)
                select id, 'B' || id, 'Bill', '', :state, '', false, dateadd(hour, -1, current_timestamp), current_timestamp,
                  current_timestamp
                from payment where not exists (select 1 from ledger_row where payment_id = payment.id)""")
                .param("state", state).update();
    }
}
