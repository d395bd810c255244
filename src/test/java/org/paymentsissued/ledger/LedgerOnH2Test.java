package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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
}
