package org.paymentsissued.ledger;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class WebConnectionsOnPostgresTest extends WebConnectionsContract {

    private static PostgresDatabases postgres;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = new PostgresDatabases();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @Override
    LedgerDatabase open() {
        return postgres.openEmpty(1);
    }
}
