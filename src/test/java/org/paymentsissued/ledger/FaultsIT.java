package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.paymentsissued.rig.Cluster;
import org.paymentsissued.rig.Cluster.Moment;
import org.paymentsissued.rig.Cluster.Node;

/**
 * Nodes under faults at full size, by {@code mvn -ntp verify -Pfaults}; {@link ClusterIT} is the short form. Its scale:
 * {@code -Dpayments=20000 -Dkills=200 -Dnodes=4}; another course: {@code -Dseed=7}.
 */
@Tag("faults")
@DisplayNameGeneration(ReplaceUnderscores.class)
class FaultsIT {

    private static final int PAYMENTS = Integer.getInteger("payments", 3_000);
    private static final int KILLS = Integer.getInteger("kills", 40);
    private static final int NODES = Integer.getInteger("nodes", 3);
    private static final long SEED = Long.getLong("seed", 20_261_125L);
    private static final int LATENCY_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What strikes beside kills; each kind once in so many strikes. */
    private static final int ONE_FREEZE_IN = 10;
    private static final int ONE_CUT_IN = 12;
    private static final int ONE_ANYWHERE_IN = 6;
    /** So much of what was entered before a kill is in Procore by then. */
    private static final double SHARE_DELIVERED = 0.9;

    @Test
    void nodes_killed_stopped_and_cut_off_at_random_leave_procore_equal_to_quickbooks() throws Exception {
        System.out.printf("faults: %d nodes, %d payments, %d kills, seed %d%n", NODES, PAYMENTS, KILLS, SEED);
        Random random = new Random(SEED);
        Instant begun = Instant.now();
        try (Cluster cluster = new Cluster().withQuickStarts()) {
            for (int i = 0; i < NODES; i++) {
                cluster.add().start();
            }
            Map<String, Integer> moments = new TreeMap<>();
            Map<Node, Integer> killed = new HashMap<>();
            int freezes = 0;
            int cuts = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                // Work for every moment: payments come, some are edited, voided, deleted.
                cluster.pay(PAYMENTS * kill / KILLS - cluster.payments());
                changeSome(cluster, random);
                // The pace is that of the work: strikes are spread over all of it on any machine.
                long delivered = Math.round(SHARE_DELIVERED * PAYMENTS * (kill - 1) / KILLS);
                Awaitility.await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(200)).until(() -> {
                    cluster.restartEnded();
                    return cluster.creates() >= delivered;
                });
                if (random.nextInt(ONE_FREEZE_IN) == 0) {
                    Optional<Node> stopped = cluster.strike(any(random), Node::freeze, PATIENCE);
                    if (stopped.isPresent()) {
                        TimeUnit.MILLISECONDS.sleep(Cluster.LEASE.toMillis() + random.nextInt(3_000));
                        stopped.get().thaw();
                        freezes++;
                    }
                }
                if (random.nextInt(ONE_CUT_IN) == 0) {
                    cluster.cutConnections();
                    cuts++;
                }
                Moment moment = any(random);
                Optional<Node> struck = random.nextInt(ONE_ANYWHERE_IN) == 0 ? Optional.empty()
                        : cluster.strike(moment, Node::kill, PATIENCE);
                Node dead = struck.orElseGet(() -> cluster.nodes().get(random.nextInt(NODES)));
                if (struck.isEmpty()) {
                    // Whatever it is at, its own start too.
                    dead.kill();
                }
                moments.merge(struck.isPresent() ? moment.name() : "ANYWHERE", 1, Integer::sum);
                killed.merge(dead, 1, Integer::sum);
                dead.start();
                if (kill % 10 == 0) {
                    System.out.printf("faults: %d kills %s, %d of %d in Procore, %s%n", kill, moments,
                            cluster.rig.paymentsIssued().size(), cluster.expected(), since(begun));
                }
            }
            cluster.restartEnded();
            cluster.awaitCalm(Duration.ofMinutes(20));
            cluster.compare();
            System.out.printf("faults: %d kills %s, by node %s, %d stops, %d cuts; %d payments issued by %d creates in %d calls,"
                            + " %s; QuickBooks, ledger and Procore are equal, %d duplicates were asked for%n",
                    KILLS, moments, killed.values(), freezes, cuts, cluster.expected(), cluster.creates(),
                    cluster.rig.procore.requests().size(), since(begun), cluster.duplicatesAskedFor().size());
        }
    }

    private static void changeSome(Cluster cluster, Random random) {
        for (int i = 0; i < 4; i++) {
            int one = 1 + random.nextInt(cluster.payments());
            switch (random.nextInt(3)) {
                case 0 -> cluster.voidPayment(one);
                case 1 -> cluster.delete(one);
                default -> cluster.edit(one, (1 + random.nextInt(999)) + ".50");
            }
        }
    }

    private static Moment any(Random random) {
        return Moment.values()[random.nextInt(Moment.values().length)];
    }

    private static Duration since(Instant begun) {
        return Duration.between(begun, Instant.now()).withNanos(0);
    }

    @Test
    void four_nodes_deliver_at_least_three_times_as_fast_as_one_where_procore_takes_50_ms() throws Exception {
        int payments = Integer.getInteger("payments.throughput", 2_400);
        Duration alone = delivery(1, payments);
        Duration together = delivery(4, payments);
        double ratio = (double) alone.toMillis() / together.toMillis();
        System.out.printf("throughput: %d payments at %d ms a call, 1 node %.1f s, 4 nodes %.1f s: %.2f times as fast%n",
                payments, LATENCY_MILLIS, alone.toMillis() / 1000.0, together.toMillis() / 1000.0, ratio);
        assertThat(ratio).isGreaterThanOrEqualTo(3.0);
    }

    /** How long nodes take to deliver payments that all are due at one moment. */
    private static Duration delivery(int nodes, int payments) throws Exception {
        try (Cluster cluster = new Cluster()) {
            // One call at a time a node: what is compared is the nodes, not the machine that carries all of them.
            cluster.with("delivery.concurrency", "1");
            cluster.rig.procore.duringCalls(request -> takesItsTime());
            for (int i = 0; i < nodes; i++) {
                cluster.add().start();
            }
            cluster.nodes().forEach(Node::awaitRunning);
            // Every node has read every commitment before.
            cluster.pay(400);
            cluster.awaitCalm(Duration.ofMinutes(3));
            cluster.update("insert into delivery_pause (only_one, who, since, reason) values (1, 'test', now(), 'all at once')");
            cluster.pay(payments);
            Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(200)).until(() ->
                    cluster.number("select count(*) from payment") == cluster.payments());
            cluster.update("delete from delivery_pause");
            Instant start = Instant.now();
            Awaitility.await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(100)).until(() ->
                    cluster.number("select count(*) from ledger_row where state = 'pending'") == 0);
            Duration taken = Duration.between(start, Instant.now());
            cluster.compare();
            assertThat(cluster.number("select count(*) from node where seen_at > now() - interval '6 seconds'")).isEqualTo(nodes);
            return taken;
        }
    }

    private static void takesItsTime() {
        try {
            TimeUnit.MILLISECONDS.sleep(LATENCY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
