package org.paymentsissued.ledger;

import java.time.Clock;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;

/** Hashes of the console passwords that the product generated itself. */
public final class ConsoleLogins {

    private final LedgerDatabase database;
    private final Clock clock;

    public ConsoleLogins(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The hash of a login's password; empty if none was generated. */
    public Optional<String> hash(String username) {
        return database.jdbc().sql("select password_hash from console_login where username = :name")
                .param("name", username).query(String.class).optional();
    }

    /** Keeps a hash if there is none yet. @return false if another node was faster */
    public boolean keepFirst(String username, String hash) {
        try {
            database.jdbc().sql("""
                    insert into console_login (username, password_hash, created_at) values (:name, :hash, :now)""")
                    .param("name", username).param("hash", hash).param("now", Rows.stamp(clock.instant())).update();
            return true;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }
}
