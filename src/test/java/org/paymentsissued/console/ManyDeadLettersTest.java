package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ManyDeadLettersTest {

    private static final int MANY = 50_000;
    private static final int TRIES = 5;

    @Test
    void fifty_thousand_dead_letters_page_in_under_200_ms_first_page_and_last() throws SQLException {
        try (Rig rig = new Rig().with("console.password", "correct horse"); Installation product = rig.serve()) {
            try (Connection connection = product.database().dataSource().getConnection();
                    Statement sql = connection.createStatement()) {
                sql.executeUpdate("""
                        insert into dead_letter (company_file, stage, status, trouble_key, open_key, sentence, qbxml,
                          stack, attempts, first_failed_at, last_failed_at)
                        select 'default', case when mod(x, 3) = 0 then 'split' else 'deliver' end, 'open', 'key ' || x,
                          'key ' || x, 'Check ' || x || ' of 2026-03-25 to Harlan Drywall LLC: Procore refuses it.',
                          repeat('<x/>', 500), repeat('at org.example ', 200), 1, current_timestamp,
                          dateadd('SECOND', -x, current_timestamp) from system_range(1, %d)""".formatted(MANY));
            }
            ConsoleClient ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
            assertThat(ops.get("/api/dead-letters").json().path("total").asInt()).isEqualTo(MANY);
            for (String path : List.of("/console/dead-letters", "/console/dead-letters?page=1000",
                    "/console/dead-letters?status=all", "/console/dead-letters?stage=split&page=300",
                    "/console/dead-letters?q=49999", "/")) {
                assertThat(fastest(ops, path)).as("milliseconds for %s", path).isLessThan(200);
            }
        }
    }

    /** The best of some: what the machine does beside it is not ours. */
    private static long fastest(ConsoleClient ops, String path) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            assertThat(ops.get(path).status()).isEqualTo(200);
            best = Math.min(best, (System.nanoTime() - start) / 1_000_000);
        }
        return best;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void sync_clock_and_console_asking_for_delivery_at_once_do_not_starve_each_other(int concurrency) {
        try (Rig rig = new Rig().with("console.password", "correct horse")
                .with("delivery.concurrency", Integer.toString(concurrency))) {
            rig.procore.project(1001, "Riverside Clinic");
            rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
            rig.lookup("B1,1001,11,work_order_contract,,HD-0431");
            for (int i = 0; i < 20; i++) {
                rig.quickBooks.has(check("K" + i).number("1" + i).dated("2026-03-25").to("Harlan").pays("B1", "HD-0431", "5.00"));
            }
            try (Installation product = rig.serve()) {
                product.template().asyncSendBody("direct:sync", "test");
                for (int i = 0; i < 6; i++) {
                    product.template().asyncSendBody("direct:deliver", null);
                }
                await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                    product.template().asyncSendBody("direct:deliver", null);
                    assertThat(rig.paymentsIssued()).hasSize(20);
                });
            }
        }
    }

    @Test
    void removals_held_back_go_when_their_dead_letter_is_retried() {
        try (Rig rig = new Rig().with("console.password", "correct horse").with("safety.max-removals", "1")) {
            rig.procore.project(1001, "Riverside Clinic");
            rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
            rig.lookup("B1,1001,11,work_order_contract,,HD-0431");
            for (int i = 0; i < 3; i++) {
                rig.quickBooks.has(check("K" + i).number("1" + i).dated("2026-03-25").to("Harlan").pays("B1", "HD-0431", "5.00"));
            }
            rig.once();
            for (int i = 0; i < 3; i++) {
                rig.quickBooks.voidPayment(org.paymentsissued.demo.PaymentKind.CHECK, "K" + i);
            }
            rig.once();
            assertThat(rig.paymentsIssued()).hasSize(3);
            try (Installation product = rig.serve()) {
                assertThat(product.deadLetters().openCount()).isEqualTo(1);
                ConsoleClient ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
                String letter = "/api/dead-letters/" + ops.get("/api/dead-letters?stage=safety").json().at("/items/0/id").asLong();

                assertThat(ops.post(letter + "/retry", "").json().path("sentence").asText()).contains("3 removals");

                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).isEmpty());
                assertThat(ops.get(letter).json().path("actions").findValuesAsText("who")).contains("ops");
                assertThat(ops.get(letter).json().path("status").asText()).isEqualTo("resolved");
            }
        }
    }
}
