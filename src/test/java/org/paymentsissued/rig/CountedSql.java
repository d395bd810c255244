package org.paymentsissued.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Counts what the product asks of its database: round trips, a batch being one, and commits, each of which is a write to the
 * disk. It stands in as the driver of the pool, by the pool's own file of defaults, so that the product itself knows nothing
 * of it.
 */
public final class CountedSql implements Driver, AutoCloseable {

    private static final String DEFAULTS_OF_THE_POOL = "hikaricp.configurationFile";
    private static final AtomicLong STATEMENTS = new AtomicLong();
    private static final AtomicLong COMMITS = new AtomicLong();
    private static final ConcurrentHashMap<String, Long> BY_TEXT = new ConcurrentHashMap<>();

    private Path defaults;

    /** What was counted. */
    public record Counts(long statements, long commits) {
        public Counts minus(Counts other) {
            return new Counts(statements - other.statements, commits - other.commits);
        }
    }

    /** Counts in every pool that is opened until {@link #close()}. */
    public static CountedSql begin() {
        try {
            CountedSql counted = new CountedSql();
            counted.defaults = Files.writeString(Files.createTempFile("pool", ".properties"),
                    "driverClassName=" + CountedSql.class.getName());
            System.setProperty(DEFAULTS_OF_THE_POOL, counted.defaults.toString());
            return counted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Counts now() {
        return new Counts(STATEMENTS.get(), COMMITS.get());
    }

    public void forget() {
        BY_TEXT.clear();
    }

    /** The statements that went most often, for whoever has to find out why there are more of them. */
    public String mostFrequent() {
        return BY_TEXT.entrySet().stream().sorted((one, other) -> Long.compare(other.getValue(), one.getValue())).limit(25)
                .map(entry -> entry.getValue() + " x " + entry.getKey()).collect(Collectors.joining(System.lineSeparator()));
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        DataSource real = new SimpleDriverDataSource(new org.h2.Driver(), url, info);
        return ProxyDataSourceBuilder.create(real).listener(new QueryExecutionListener() {
            @Override
            public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
                STATEMENTS.incrementAndGet();
                BY_TEXT.merge(queries.get(0).getQuery().replaceAll("\\s+", " "), 1L, Long::sum);
            }

            @Override
            public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
                if (execution.getStatement() != null && commitsByItself(execution)) {
                    COMMITS.incrementAndGet();
                }
            }
        }).afterMethod(CountedSql::countCommit).build().getConnection();
    }

    /** Only what changes something writes to the disk. */
    private static boolean commitsByItself(ExecutionInfo execution) {
        try {
            return execution.getStatement().getConnection().getAutoCommit() && execution.getStatement().getUpdateCount() != -1;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void countCommit(MethodExecutionContext call) {
        if (call.getTarget() instanceof Connection && call.getMethod().getName().equals("commit")) {
            COMMITS.incrementAndGet();
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith("jdbc:h2:");
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return true;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public void close() {
        System.clearProperty(DEFAULTS_OF_THE_POOL);
        try {
            Files.delete(defaults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
