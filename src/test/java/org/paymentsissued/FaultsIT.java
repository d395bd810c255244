package org.paymentsissued;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Several nodes under faults, by {@code mvn -ntp verify -Pfaults}. Its size: {@code -Dpayments=20000 -Dkills=200 -Dnodes=4};
 * another course: {@code -Dseed=7}.
 */
@Tag("faults")
@DisplayNameGeneration(ReplaceUnderscores.class)
class FaultsIT {

    private static final int PAYMENTS = Integer.getInteger("payments", 3_000);
    private static final int KILLS = Integer.getInteger("kills", 40);
    private static final int NODES = Integer.getInteger("nodes", 3);
    private static final long SEED = Long.getLong("seed", 20_261_125L);
    private static final int LATENCY_MILLIS = 50;

    /** What strikes beside kills; each kind once in so many strikes. */
    private static final int ONE_FREEZE_IN = 10;
    private static final int ONE_CUT_IN = 12;

    @Test
    void nodes_killed_stopped_and_cut_off_at_random_leave_procore_equal_to_quickbooks() throws Exception {
        System.out.printf("faults: %d nodes, %d payments, %d kills, seed %d%n", NODES, PAYMENTS, KILLS, SEED);
        Random random = new Random(SEED);
        Instant begun = Instant.now();
        try (Cluster cluster = new Cluster()) {
            for (int i = 0; i < NODES; i++) {
                cluster.add().start();
            }
            int freezes = 0;
            int cuts = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                // Work for every moment: payments come, some are edited, voided, deleted.
                cluster.pay(PAYMENTS * kill / KILLS - cluster.payments());
                for (int i = 0; i < 4; i++) {
                    int one = 1 + random.nextInt(cluster.payments());
                    switch (random.nextInt(3)) {
                        case 0 -> cluster.voidPayment(one);
                        case 1 -> cluster.delete(one);
                        default -> cluster.edit(one, (1 + random.nextInt(999)) + ".50");
                    }
                }
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(5_000));
                Cluster.Node struck = cluster.nodes().get(random.nextInt(NODES));
                if (random.nextInt(ONE_FREEZE_IN) == 0) {
                    Cluster.Node stopped = cluster.nodes().get(random.nextInt(NODES));
                    stopped.freeze();
                    TimeUnit.MILLISECONDS.sleep(Cluster.LEASE.toMillis() + random.nextInt(3_000));
                    stopped.thaw();
                    freezes++;
                }
                if (random.nextInt(ONE_CUT_IN) == 0) {
                    cluster.cutConnections();
                    cuts++;
                }
                struck.kill();
                struck.start();
                if (kill % 20 == 0) {
                    System.out.printf("faults: %d kills, %d of %d in Procore, %s%n", kill, cluster.rig.paymentsIssued().size(),
                            cluster.expected(), Duration.between(begun, Instant.now()).withNanos(0));
                }
            }
            cluster.awaitCalm(Duration.ofMinutes(20));
            cluster.compare();
            System.out.printf("faults: %d kills, %d stops, %d cuts, %d payments issued, %d calls, %s; equal, none doubled%n",
                    KILLS, freezes, cuts, cluster.expected(), cluster.rig.procore.requests().size(),
                    Duration.between(begun, Instant.now()).withNanos(0));
        }
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
            cluster.with("delivery.concurrency", "1");
            cluster.rig.procore.duringCalls(request -> takesItsTime());
            for (int i = 0; i < nodes; i++) {
                cluster.add().start();
            }
            // Every node has read every commitment before.
            cluster.pay(200);
            cluster.awaitCalm(Duration.ofMinutes(3));
            cluster.update("insert into delivery_pause (only_one, who, since, reason) values (1, 'test', now(), 'all at once')");
            cluster.pay(payments);
            Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(200)).until(() ->
                    cluster.number("select count(*) from payment") == cluster.payments());
            cluster.nodes().forEach(Cluster.Node::awaitRunning);
            cluster.update("delete from delivery_pause");
            Instant start = Instant.now();
            Awaitility.await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(100)).until(() ->
                    cluster.number("select count(*) from ledger_row where state = 'pending'") == 0);
            Duration taken = Duration.between(start, Instant.now());
            cluster.compare();
            assertThat(List.copyOf(cluster.texts("select distinct 1 from node where seen_at > now() - interval '4 seconds'")))
                    .isNotEmpty();
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
