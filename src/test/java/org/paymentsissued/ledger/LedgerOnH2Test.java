package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    /** The least: now and then a statement is planned anew, or a page is read from the file. */
    private long leastOfFiveClaims(int firstPayment) {
        return IntStream.range(0, 5).mapToLong(claim -> bytesOfAClaim(firstPayment + 8 * claim)).min().orElseThrow();
    }

    private long bytesOfAClaim(int firstPayment) {
        payments(firstPayment, firstPayment + 7, "pending");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(deliveries.due(() -> false).next()).isNotNull();
        long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        database.jdbc().sql("update ledger_row set state = 'delivered' where payment_id in (select id from payment where"
                + " claimed_until is not null)").update();
        deliveries.releaseAll();
        return bytes;
    }

    private void payments(int first, int last, String state) {
        database.jdbc().sql("""
                insert into payment (company_file, payment_kind, payment_txn_id, verdict, first_read_at, last_read_at)
                select 'default', 'CHECK', 'K' || x, 'DELETED', current_timestamp, current_timestamp
                from system_range(:first, :last)""").param("first", first).param("last", last).update();
        database.jdbc().sql("""
                insert into ledger_row (payment_id, bill_txn_id, txn_type, bill_number, state, reason, wanted, next_attempt_at,
                  changed_at)
                select id, 'B' || id, 'Bill', '', :state, '', false, dateadd(hour, -1, current_timestamp), current_timestamp
                from payment where not exists (select 1 from ledger_row where payment_id = payment.id)""")
                .param("state", state).update();
    }
}
