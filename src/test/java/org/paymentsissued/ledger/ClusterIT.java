package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.paymentsissued.rig.Cluster;
import org.paymentsissued.rig.Cluster.Moment;
import org.paymentsissued.rig.Cluster.Node;

/** Two nodes on one PostgreSQL, each fault once. {@link FaultsIT} strikes by the hundred. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ClusterIT {

    @Test
    void nodes_killed_at_each_moment_stopped_in_a_call_beyond_their_lease_and_cut_off_lose_and_double_nothing()
            throws Exception {
        try (Cluster cluster = new Cluster()) {
            Node first = cluster.add().start();
            cluster.add().start();
            for (Moment moment : Moment.values()) {
                cluster.pay(20);
                struck(cluster, moment, Node::kill).start();
            }
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().untilAsserted(() ->
                    assertThat(status(first)).containsPattern("(?s)\"alive\":true.*\"alive\":true"));

            cluster.pay(20);
            Node stopped = struck(cluster, Moment.CALL, Node::freeze);
            cluster.awaitCalm(Duration.ofMinutes(2));
            stopped.thaw();
            cluster.cutConnections();
            cluster.pay(10);
            cluster.voidPayment(3);
            cluster.delete(4);
            cluster.edit(6, "77.00");
            cluster.awaitCalm(Duration.ofMinutes(2));

            cluster.compare();
            for (Node node : cluster.nodes()) {
                assertThat(node.stop()).as("exit code of an asked-for end").isZero();
            }
            assertThat(cluster.number("select count(*) from payment where claimed_by is not null")).isZero();
            assertThat(cluster.number("select count(*) from reading_turn where node_id is not null")).isZero();
        }
    }

    private static Node struck(Cluster cluster, Moment moment, Consumer<Node> blow) throws Exception {
        return cluster.strike(moment, blow, Duration.ofMinutes(4))
                .orElseThrow(() -> new AssertionError("No node came to " + moment));
    }

    private static String status(Node node) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(node.consoleUrl("/api/status")))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("ops:secret".getBytes()))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
