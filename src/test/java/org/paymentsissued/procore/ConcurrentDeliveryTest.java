package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ConcurrentDeliveryTest {

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void as_many_payments_are_delivered_at_once_as_the_setting_says_and_the_bills_of_one_in_order(int concurrency) {
        rig.with("delivery.concurrency", Integer.toString(concurrency));
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        StringBuilder lookup = new StringBuilder();
        int payments = 30;
        for (int i = 0; i < payments; i++) {
            rig.quickBooks.has(check("K" + i).number("9" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B" + i + "a", "A", "1.00").pays("B" + i + "b", "B", "2.00"));
            lookup.append("B%1$da,1001,11,work_order_contract,,%nB%1$db,1001,11,work_order_contract,,%n".formatted(i));
        }
        rig.lookup(lookup.toString().strip());
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Map<String, Integer> atOnceOfAPayment = new ConcurrentHashMap<>();
        rig.procore.duringCalls(request -> {
            if (request.method().equals("POST") && request.path().endsWith("contract_payments")) {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                String payment = request.body().replaceAll(".*\"origin_id\":\"(K\\d+)\\|.*", "$1");
                assertThat(atOnceOfAPayment.merge(payment, 1, Integer::sum)).isEqualTo(1);
                pause();
                atOnceOfAPayment.merge(payment, -1, Integer::sum);
                underWay.decrementAndGet();
            }
        });

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(2 * payments);
        assertThat(most.get()).isEqualTo(concurrency);
        List<String> created = rig.paymentsIssued().stream().sorted(Comparator.comparing(PaymentIssued::id))
                .map(PaymentIssued::originId).toList();
        for (int i = 0; i < payments; i++) {
            assertThat(created).containsSubsequence("K" + i + "|B" + i + "a", "K" + i + "|B" + i + "b");
        }
        assertThat(rig.procore.violations()).isEmpty();
    }

    /** A Procore that takes its time: the calls must be seen to overlap. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
