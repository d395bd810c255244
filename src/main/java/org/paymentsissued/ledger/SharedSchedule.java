package org.paymentsissued.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Quartz' own way to share a schedule: its job store on the ledger's database, so that of all nodes one polls. */
public final class SharedSchedule {

    private SharedSchedule() {
    }

    /** Properties for the scheduler of this process. */
    public static Map<String, String> on(LedgerDatabase database) {
        String connections = "ledger-" + database.nodeId();
        DBConnectionManager.getInstance().addConnectionProvider(connections, new OfTheLedger(database));
        Map<String, String> properties = new HashMap<>();
        properties.put("org.quartz.scheduler.instanceId", database.nodeId());
        properties.put("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.put("org.quartz.threadPool.class", SimpleThreadPool.class.getName());
        properties.put("org.quartz.threadPool.threadCount", "2");
        properties.put("org.quartz.jobStore.class", JobStoreTX.class.getName());
        properties.put("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
        properties.put("org.quartz.jobStore.dataSource", connections);
        properties.put("org.quartz.jobStore.isClustered", "true");
        properties.put("org.quartz.jobStore.clusterCheckinInterval", Long.toString(database.lease().toMillis() / 3));
        return properties;
    }

    private record OfTheLedger(LedgerDatabase database) implements ConnectionProvider {

        @Override
        public Connection getConnection() throws SQLException {
            return database.dataSource().getConnection();
        }

        @Override
        public void shutdown() {
            // The ledger closes its own pool.
        }

        @Override
        public void initialize() {
            // It is open already.
        }
    }
}
