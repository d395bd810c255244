package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LedgerOnPostgresTest extends LedgerContract {

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
        return postgres.openEmpty(2);
    }

    @Test
    void a_ledger_that_lives_elsewhere_than_before_is_recognized_as_a_copy_by_every_node() {
        Deliveries first = new Deliveries(database, deadLetters, RemovalLimits.NONE, clock);
        Deliveries second = new Deliveries(database, deadLetters, RemovalLimits.NONE, clock);
        assertThat(first.recognizeCopy()).as("where it is for the first time").isFalse();
        first.deliveredToTheEnd();
        assertThat(first.recognizeCopy()).isFalse();
        assertThat(second.isNew()).isFalse();

        database.jdbc().sql("update ledger_age set place = 'another server/1/16384'").update();

        assertThat(first.recognizeCopy()).isTrue();
        assertThat(first.isNew()).isTrue();
        assertThat(second.recognizeCopy()).isTrue();
        assertThat(second.isNew()).isTrue();
    }
}
