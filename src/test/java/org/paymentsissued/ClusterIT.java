package org.paymentsissued;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes of the packaged jar on one PostgreSQL, in short; at length: {@link FaultsIT}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ClusterIT {

    @Test
    void one_node_is_killed_in_a_call_the_other_stopped_in_one_beyond_its_lease_and_nothing_is_lost_or_doubled()
            throws Exception {
        try (Cluster cluster = new Cluster()) {
            Cluster.Node first = cluster.add();
            Cluster.Node second = cluster.add();
            CountDownLatch atWork = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            AtomicInteger posts = new AtomicInteger();
            cluster.rig.procore.duringCalls(request -> {
                if (request.method().equals("POST") && request.path().endsWith("contract_payments")
                        && posts.incrementAndGet() == 5) {
                    atWork.countDown();
                    waitFor(goOn);
                }
            });
            cluster.pay(40);
            first.start();

            assertThat(atWork.await(2, TimeUnit.MINUTES)).as("the fifth call").isTrue();
            first.kill();
            second.start();
            second.awaitRunning();
            goOn.countDown();
            cluster.awaitCalm(Duration.ofMinutes(2));

            first.start();
            await().atMost(Duration.ofMinutes(1)).until(() ->
                    cluster.number("select count(*) from node where seen_at > now() - interval '6 seconds'") == 2);
            await().atMost(Duration.ofMinutes(1)).ignoreExceptions().untilAsserted(() ->
                    assertThat(status(first)).containsPattern("(?s)\"alive\":true.*\"alive\":true"));

            CountDownLatch frozen = new CountDownLatch(1);
            AtomicInteger more = new AtomicInteger();
            cluster.rig.procore.duringCalls(request -> {
                if (request.method().equals("POST") && request.path().endsWith("contract_payments")
                        && more.incrementAndGet() == 8) {
                    second.freeze();
                    frozen.countDown();
                }
            });
            cluster.pay(60);
            assertThat(frozen.await(1, TimeUnit.MINUTES)).as("stopped in a call").isTrue();
            cluster.awaitCalm(Duration.ofMinutes(1));
            second.thaw();
            cluster.cutConnections();
            cluster.pay(10);
            cluster.voidPayment(3);
            cluster.delete(4);
            cluster.edit(6, "77.00");
            cluster.awaitCalm(Duration.ofMinutes(2));

            cluster.compare();
            assertThat(first.stop()).isZero();
            assertThat(cluster.number("select count(*) from payment where claimed_by is not null")).isZero();
            assertThat(second.isAlive()).isTrue();
        }
    }

    private static String status(Cluster.Node node) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(java.net.URI.create(node.consoleUrl("/api/status")))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("ops:secret".getBytes()))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
