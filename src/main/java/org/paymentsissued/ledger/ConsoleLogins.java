package org.paymentsissued.ledger;

import java.time.Clock;
import java.util.Optional;

/** Hashes of the console passwords that the product made up itself. */
public final class ConsoleLogins {

    private final LedgerDatabase database;
    private final Clock clock;

    public ConsoleLogins(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The hash of a login's password; empty where none was made up. */
    public Optional<String> hash(String username) {
        return database.jdbc().sql("select password_hash from console_login where username = :name")
                .param("name", username).query(String.class).optional();
    }

    public void keep(String username, String hash) {
        database.transactions().executeWithoutResult(status -> {
            database.jdbc().sql("delete from console_login where username = :name").param("name", username).update();
            database.jdbc().sql("""
                    insert into console_login (username, password_hash, created_at) values (:name, :hash, :now)""")
                    .param("name", username).param("hash", hash).param("now", Rows.stamp(clock.instant())).update();
        });
    }
}
