package org.paymentsissued.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Daemon;
import org.paymentsissued.payment.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/** The database behind the ledger, migrated and pooled: H2 in a file of its own, or PostgreSQL. */
public final class LedgerDatabase implements AutoCloseable {

    /** H2's error code for a file that another process has open. */
    private static final int H2_FILE_IN_USE = 90020;
    /** Prefix in the description of a migration with which an older program cannot work. */
    private static final String CONTRACTS = "contract ";
    private static final int POOL_BEYOND_DELIVERIES = 6;
    private static final Logger LOG = LoggerFactory.getLogger(LedgerDatabase.class);
    private static final Duration TIDIED_EVERY = Duration.ofSeconds(30);
    private static final Duration LONGEST_TIDYING = Duration.ofSeconds(1);
    private static final int WELL_FILLED_PERCENT = 70;
    private static final int TIDIED_AT_ONCE = 16 * 1024 * 1024;
    private static final Duration USUAL_LEASE = Duration.ofMinutes(1);
    /** Length of a lease in SQL; its parameter is {@link #leaseSeconds()}. */
    static final String LEASE = "cast(:lease as decimal(12, 3)) * interval '1' second";

    private final HikariDataSource dataSource;
    private final NamedParameterJdbcTemplate batches;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Optional<ScheduledExecutorService> housekeeper;
    private final String nodeId = UUID.randomUUID().toString();
    private final Duration lease;
    private final ReadingTurns turns;
    private final UnaryOperator<String> withoutSecrets;
    private DatabaseClock clock;

    private LedgerDatabase(HikariDataSource dataSource, Duration lease, UnaryOperator<String> withoutSecrets) {
        this.dataSource = dataSource;
        this.lease = lease;
        this.withoutSecrets = withoutSecrets;
        this.turns = new ReadingTurns(this);
        JdbcTemplate statements = new JdbcTemplate(dataSource);
        statements.setExceptionTranslator(new UnavailableTranslator(statements.getExceptionTranslator()));
        this.batches = new NamedParameterJdbcTemplate(statements);
        this.jdbc = JdbcClient.create(batches);
        this.transactions = new LedgerTransactions(new DataSourceTransactionManager(dataSource));
        this.housekeeper = dataSource.getJdbcUrl().startsWith("jdbc:h2:") ? Optional.of(housekeeper()) : Optional.empty();
    }

    /** The same with the usual lease. */
    public static LedgerDatabase open(String url, String username, String password, int concurrency) {
        return open(url, username, password, concurrency, USUAL_LEASE, Secrets::withoutLogins);
    }

    /**
     * Opens the database and brings its tables to this version.
     *
     * @param concurrency    deliveries at the same time, each of which needs a connection
     * @param lease          how long a node keeps what it has claimed without a heartbeat
     * @param withoutSecrets removes from a text what must not be kept
     * @throws FileInUse   when another process has the H2 file open
     * @throws Unreachable when its server does not answer, or takes no connection now
     * @throws Unusable    when it cannot be opened or migrated
     */
    public static LedgerDatabase open(String url, String username, String password, int concurrency,
            Duration lease, UnaryOperator<String> withoutSecrets) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(durable(url));
        config.setUsername(username);
        config.setPassword(password);
        config.setMaximumPoolSize(concurrency + POOL_BEYOND_DELIVERIES);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(1);
        config.setConnectionTimeout(15_000);
        if (isPostgres(url)) {
            // A node that is stopped in a transaction would hold its locks, and all other nodes, until it wakes.
            config.setConnectionInitSql("set idle_in_transaction_session_timeout = " + lease.toMillis());
            config.addDataSourceProperty("tcpKeepAlive", "true");
        }
        HikariDataSource dataSource = null;
        try {
            dataSource = new LedgerPool(config);
            Flyway flyway = Flyway.configure().dataSource(dataSource).locations("classpath:db/migration")
                    .placeholders(Map.of("ids_at_once", isPostgres(url) ? "1" : "1000")).load();
            requireOldEnough(flyway);
            boolean changed = flyway.migrate().migrationsExecuted > 0;
            if (changed && url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:mem:")) {
                // H2's check constraints live as long as the connection that wrote them, and refuse every row after it; those
                // of a file that is opened again live forever. The pool retires its connections after half an hour.
                dataSource.close();
                dataSource = new LedgerPool(config);
            }
            LedgerDatabase database = new LedgerDatabase(dataSource, lease, withoutSecrets);
            database.requireNotMoved();
            return database;
        } catch (RuntimeException e) {
            if (dataSource != null) {
                dataSource.close();
            }
            throw translated(url, e);
        }
    }

    /**
     * Tables of a newer version will do as long as it only added to them. Where it took something away, the migration says so
     * by its name, and an older program must not start: docs/operations/cluster.md.
     */
    private static void requireOldEnough(Flyway flyway) {
        for (MigrationInfo applied : flyway.info().applied()) {
            if (applied.getState() == MigrationState.FUTURE_SUCCESS && applied.getDescription().startsWith(CONTRACTS)) {
                throw new Unusable("a newer version of payments-issued uses it and has removed what this one needs (migration "
                        + applied.getVersion() + ", " + applied.getDescription() + "). Install that version here too");
            }
        }
    }

    /** A text of others, or about them, as the ledger keeps it: without secrets and no longer than its column. */
    String kept(String text, int longest) {
        return text == null ? null : Cut.to(longest, withoutSecrets.apply(text));
    }

    private void requireNotMoved() {
        jdbc.sql("select moved_to from ledger_age where moved_to is not null").query(String.class).optional()
                .ifPresent(there -> {
                    throw new Unusable("its ledger was moved to " + there + ". Set database.url to that address. To keep"
                            + " using this one anyway, restore a copy made before the move");
                });
    }

    /**
     * H2 would otherwise keep a commit in memory for half a second, and a killed process would forget a call it made. Each
     * commit writes whole pages, half as large compressed, and the statements of a delivery are more than H2 keeps parsed.
     */
    private static String durable(String url) {
        if (!url.startsWith("jdbc:h2:")) {
            return url;
        }
        String settings = url.toUpperCase(java.util.Locale.ROOT);
        return url + (settings.contains(";WRITE_DELAY=") ? "" : ";WRITE_DELAY=0")
                + (settings.contains(";DB_CLOSE_ON_EXIT=") ? "" : ";DB_CLOSE_ON_EXIT=FALSE")
                + (settings.contains(";LOCK_TIMEOUT=") ? "" : ";LOCK_TIMEOUT=20000")
                + (settings.contains(";COMPRESS=") ? "" : ";COMPRESS=TRUE")
                + (settings.contains(";QUERY_CACHE_SIZE=") ? "" : ";QUERY_CACHE_SIZE=64");
    }

    private static RuntimeException translated(String url, RuntimeException failure) {
        Optional<SQLException> sql = Cause.in(failure, SQLException.class);
        if (sql.map(SQLException::getErrorCode).orElse(0) == H2_FILE_IN_USE) {
            return new FileInUse(failure);
        }
        String reason = sql.map(Throwable::getMessage).orElse(failure.getMessage()).lines().findFirst().orElse("");
        String database = "The database " + Secrets.withoutLogins(url);
        boolean notNow = isPostgres(url) && sql.map(SQLException::getSQLState).filter(LedgerDatabase::isNotNow).isPresent();
        return notNow ? new Unreachable(database + " cannot be reached now: " + reason, failure)
                : new Unusable(database + " cannot be used: " + reason, failure);
    }

    /** States of PostgreSQL: no connection, starting up or shutting down, too many connections. */
    private static boolean isNotNow(String state) {
        return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /** This process among those that work on the ledger; another one after each start. */
    String nodeId() {
        return nodeId;
    }

    Duration lease() {
        return lease;
    }

    BigDecimal leaseSeconds() {
        return BigDecimal.valueOf(lease.toMillis(), 3);
    }

    /**
     * The database's own time, for nodes that share it. It has to be {@linkplain #lookAtClock looked at} now and then.
     */
    public synchronized Clock clock() {
        if (clock == null) {
            clock = new DatabaseClock(this);
        }
        return clock;
    }

    /** Compares {@link #clock()} with the database, if it is in use. */
    public void lookAtClock() {
        DatabaseClock used;
        synchronized (this) {
            used = clock;
        }
        if (used != null) {
            used.look();
        }
    }

    /** Whose turn it is to read. */
    public ReadingTurns turns() {
        return turns;
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    /** For many rows in one round trip, which {@link #jdbc()} cannot do. */
    NamedParameterJdbcTemplate batches() {
        return batches;
    }

    TransactionTemplate transactions() {
        return transactions;
    }

    /** Whether it is PostgreSQL; else it is H2. */
    boolean isPostgres() {
        return isPostgres(url());
    }

    String url() {
        return dataSource.getJdbcUrl();
    }

    String username() {
        return dataSource.getUsername();
    }

    String password() {
        return dataSource.getPassword();
    }

    private static boolean isPostgres(String url) {
        return url.startsWith("jdbc:postgresql:");
    }

    private ScheduledExecutorService housekeeper() {
        ScheduledExecutorService thread = Daemon.named("ledger-housekeeper");
        thread.scheduleWithFixedDelay(this::tidy, TIDIED_EVERY.toSeconds(), TIDIED_EVERY.toSeconds(), TimeUnit.SECONDS);
        return thread;
    }

    /**
     * Lets H2 reuse the space that no row needs anymore: each commit writes whole pages, and the old ones stay. H2 does this in the
     * background by itself, but not where every commit is written at once, as here; its file would grow forever.
     */
    void tidy() {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
                MVStore store = session.getDatabase().getStore().getMvStore();
                long end = System.nanoTime() + LONGEST_TIDYING.toNanos();
                while (store.compact(WELL_FILLED_PERCENT, TIDIED_AT_ONCE) && System.nanoTime() < end) {
                    LOG.trace("tidied");
                }
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The ledger's file was not tidied now.", e);
        }
    }

    /** Whether the database answers now. */
    public boolean answers() {
        try {
            return jdbc.sql("select 1").query(Integer.class).single() == 1;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        housekeeper.ifPresent(ScheduledExecutorService::shutdownNow);
        dataSource.close();
    }

    /** A pool that gives a connection or says that the ledger is unavailable. */
    private static final class LedgerPool extends HikariDataSource {
        LedgerPool(HikariConfig config) {
            super(config);
        }

        @Override
        public Connection getConnection() {
            try {
                return super.getConnection();
            } catch (SQLException e) {
                throw new LedgerUnavailable(e);
            }
        }
    }

    /** Everything that says "not now" becomes one exception; what is wrong with a statement stays what it is. */
    private record UnavailableTranslator(SQLExceptionTranslator usual) implements SQLExceptionTranslator {
        @Override
        public DataAccessException translate(String task, String sql, SQLException failure) {
            DataAccessException translated = usual.translate(task, sql, failure);
            boolean notNow = translated == null || translated instanceof DataAccessResourceFailureException
                    || translated instanceof TransientDataAccessException || translated instanceof UncategorizedSQLException;
            return notNow ? new LedgerUnavailable(failure) : translated;
        }
    }

    /** A transaction that cannot begin or end is a ledger that is unavailable. */
    private static final class LedgerTransactions extends TransactionTemplate {
        LedgerTransactions(DataSourceTransactionManager manager) {
            super(manager);
        }

        @Override
        public <T> T execute(TransactionCallback<T> action) {
            try {
                return super.execute(action);
            } catch (TransactionException e) {
                throw new LedgerUnavailable(e);
            }
        }
    }

    /** Another process of ours has the H2 file open. */
    public static final class FileInUse extends RuntimeException {
        FileInUse(Throwable cause) {
            super("the H2 file is in use by another process", cause);
        }
    }

    /** The database's server does not answer, or takes no connection now; the same settings may do later. */
    public static final class Unreachable extends Unusable {
        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The database cannot be opened; the message says which and why. */
    public static class Unusable extends RuntimeException {
        Unusable(String message, Throwable cause) {
            super(message, cause);
        }

        private Unusable(String reason) {
            super(reason);
        }
    }
}
