package org.paymentsissued.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.payment.Cut;

/**
 * The processes that work on this ledger. Each sends a heartbeat several times per lease; one without a heartbeat for a whole
 * lease counts as gone. The database's clock alone counts, since the nodes' own may differ.
 */
public final class Nodes {

    private final LedgerDatabase database;
    private final String name;
    private final String version;
    private volatile int alive = 1;

    /** @param name where its console is, for people */
    public Nodes(LedgerDatabase database, String name, String version) {
        this.database = database;
        this.name = name;
        this.version = version;
    }

    /**
     * A process as the others see it.
     *
     * @param alive    whether it sent a heartbeat within its lease
     * @param self     whether it is this one
     * @param payments that it delivers now
     * @param reading  company files that it reads now
     */
    public record Node(String id, String name, String version, Instant startedAt, Instant seenAt, boolean alive,
            boolean self, int payments, List<String> reading) { }

    /** Sends a heartbeat, and counts the other nodes that do. */
    public void sign() {
        database.transactions().executeWithoutResult(status -> {
            int known = database.jdbc().sql("update node set seen_at = current_timestamp where id = :id")
                    .param("id", database.nodeId()).update();
            if (known == 0) {
                database.jdbc().sql("""
                        insert into node (id, name, version, started_at, seen_at)
                        values (:id, :name, :version, current_timestamp, current_timestamp)""")
                        .param("id", database.nodeId()).param("name", Cut.to(200, name)).param("version", Cut.to(80, version)).update();
            }
            database.jdbc().sql("delete from node where seen_at < current_timestamp - interval '1' day").update();
        });
        alive = Math.max(1, database.jdbc().sql("select count(*) from node where seen_at > current_timestamp - "
                + LedgerDatabase.LEASE).param("lease", database.leaseSeconds()).query(Integer.class).single());
    }

    /** How many nodes were alive at our last heartbeat, this one included. */
    public int alive() {
        return alive;
    }

    /** This process ends and holds nothing anymore. */
    public void leave() {
        database.jdbc().sql("delete from node where id = :id").param("id", database.nodeId()).update();
    }

    /** All nodes seen within a day, the latest heartbeat first. */
    public List<Node> all() {
        // By "> ''" the index finds the few that are claimed; a pattern made of a column finds nothing by an index.
        return database.jdbc().sql("""
                select n.id, n.name, n.version, n.started_at, n.seen_at,
                  n.seen_at > current_timestamp - %s as alive,
                  (select count(*) from payment p where p.claimed_by > '' and p.claimed_by like n.id || '%%'
                    and p.claimed_until > current_timestamp) as payments
                from node n order by n.seen_at desc""".formatted(LedgerDatabase.LEASE))
                .param("lease", database.leaseSeconds())
                .query((row, number) -> new Node(row.getString("id"), row.getString("name"), row.getString("version"),
                        Rows.instant(row, "started_at"), Rows.instant(row, "seen_at"), row.getBoolean("alive"),
                        row.getString("id").equals(database.nodeId()), row.getInt("payments"),
                        reading(row.getString("id")))).list();
    }

    private List<String> reading(String id) {
        return database.jdbc().sql("""
                select company_file from reading_turn where node_id = :id and until > current_timestamp
                order by company_file""").param("id", id).query(String.class).list();
    }

    /** Who reads a company file now; empty if no one does. */
    public Optional<String> reader(String companyFile) {
        return database.jdbc().sql("""
                select coalesce(n.name, t.node_id) from reading_turn t left join node n on n.id = t.node_id
                where t.company_file = :file and t.until > current_timestamp""")
                .param("file", companyFile).query(String.class).optional();
    }
}
