package org.paymentsissued;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.paymentsissued.demo.BookedPayment;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;

/**
 * What one more payment costs, counted and not timed: whatever a sync costs whether much or little is read falls out of the
 * difference between two of them.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CostOfAPaymentTest {

    private static final int FEW = 100;
    private static final int MANY = 300;
    private static final int BILLS = 4;

    private final CountedSql sql = CountedSql.begin();
    private final Rig rig = new Rig();
    private int entered;

    private record Cost(double statements, double commits, double procoreCalls, double kilobytes) { }

    @BeforeEach
    void oneCommitmentForAllBills() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        StringBuilder lookup = new StringBuilder();
        for (int bill = 0; bill < 2 * (FEW + MANY) * BILLS; bill++) {
            lookup.append("B").append(bill).append(",1001,11,work_order_contract,,\n");
        }
        rig.lookup(lookup.toString().strip());
    }

    @AfterEach
    void close() {
        rig.close();
        sql.close();
    }

    @Test
    void a_new_payment_is_read_in_few_round_trips_and_a_page_of_them_in_few_commits() {
        sync(this::nothing);
        rig.update("insert into delivery_pause (only_one, who, since, reason) values (1, 'test', current_timestamp, 'test')");
        Cost warm = ofOne(this::enter);
        Cost cost = ofOne(this::enter);

        assertThat(cost.statements()).as(sql.mostFrequent()).isLessThan(40);
        assertThat(cost.commits()).isLessThan(1.1);
        assertThat(warm.procoreCalls()).isZero();
        assertThat(cost.kilobytes()).isLessThan(2000);
        System.out.println("read " + cost + "\n" + sql.mostFrequent());
    }

    @Test
    void a_payment_read_again_unchanged_costs_next_to_nothing() {
        rig.update("insert into delivery_pause (only_one, who, since, reason) values (1, 'test', current_timestamp, 'test')");
        sync(() -> enter(FEW));
        Cost few = sync(this::nothing);
        sync(() -> enter(MANY - FEW));
        Cost many = sync(this::nothing);
        System.out.println("again " + per(few, many, MANY - FEW));
    }

    @Test
    void a_first_delivery_is_one_call_and_two_commits_a_record() {
        sync(this::nothing);
        Cost cost = ofOne(this::enter);
        System.out.println("both " + cost + "\n" + sql.mostFrequent());
    }

    private interface Entering {
        void payments(int count);
    }

    private Cost ofOne(Entering entering) {
        Cost few = sync(() -> entering.payments(FEW));
        sql.forget();
        Cost many = sync(() -> entering.payments(MANY));
        return per(few, many, MANY - FEW);
    }

    private static Cost per(Cost few, Cost many, int payments) {
        return new Cost((many.statements() - few.statements()) / payments, (many.commits() - few.commits()) / payments,
                (many.procoreCalls() - few.procoreCalls()) / payments, (many.kilobytes() - few.kilobytes()) / payments);
    }

    private void nothing() {
        // QuickBooks has nothing new.
    }

    private void enter(int payments) {
        for (int i = 0; i < payments; i++) {
            BookedPayment payment = check("K" + entered).number("9" + entered).dated("2026-03-25").to("Harlan Drywall LLC");
            for (int bill = 0; bill < BILLS; bill++) {
                payment.pays("B" + (entered * BILLS + bill), "HD-" + entered, "10.00");
            }
            rig.quickBooks.has(payment);
            entered++;
        }
    }

    private Cost sync(Runnable before) {
        before.run();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Installation installation = rig.start()) {
            CountedSql.Counts counted = sql.now();
            long calls = rig.procore.requests().size();
            long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            installation.template().sendBody("direct:sync", "test");
            CountedSql.Counts cost = sql.now().minus(counted);
            return new Cost(cost.statements(), cost.commits(), rig.procore.requests().size() - calls,
                    (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes) / 1024.0);
        }
    }
}
