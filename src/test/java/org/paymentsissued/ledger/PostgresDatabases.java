package org.paymentsissued.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** A PostgreSQL of the tests' own, which gives each test an empty database. */
final class PostgresDatabases implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private int databases;

    PostgresDatabases() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    LedgerDatabase openEmpty(int concurrency) {
        String name = "ledger_" + ++databases;
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("create database " + name);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return openLatest(concurrency);
    }

    /** Once more the database that {@link #openEmpty} made last, as another node does. */
    LedgerDatabase openLatest(int concurrency) {
        return LedgerDatabase.open(postgres.getJdbcUrl("postgres", "ledger_" + databases), "postgres", "", concurrency);
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
