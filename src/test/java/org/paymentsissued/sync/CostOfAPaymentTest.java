package org.paymentsissued.sync;

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
import org.paymentsissued.rig.CountedSql;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/**
 * What one more payment costs, counted and not timed: what a sync costs however much it reads falls out of the difference
 * between a small and a large one. The measured times are in docs/performance.md; this keeps them from sliding.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CostOfAPaymentTest {

    private static final int FEW = 20;
    private static final int MANY = 120;
    private static final int BILLS = 4;
    private static final double KILOBYTES_PER_PAYMENT = 500;

    private final CountedSql sql = CountedSql.begin();
    private final Rig rig = new Rig();
    private int entered;

    private record Cost(double statements, double commits, double procoreCalls, double kilobytes) { }

    @BeforeEach
    void oneCommitmentForAllBills() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        sync();
        rig.update("insert into commitment_lookup (company_file, bill_txn_id, project_id, commitment_id, commitment_type,"
                + " source, changed_at) select 'default', 'B' || x, 1001, 11, 'work_order_contract', 'csv', current_timestamp"
                + " from system_range(0, 4999)");
    }

    @AfterEach
    void close() {
        rig.close();
        sql.close();
    }

    /** Beside its lookups, one a bill, a payment shares what it costs with the others of its page. */
    @Test
    void a_new_payment_is_read_with_its_lookups_alone_and_many_share_a_commit() {
        deliveryIsPaused();
        ofOneMore();
        sql.forget();
        Cost cost = ofOneMore();

        assertThat(cost.statements()).as(sql::mostFrequent).isLessThan(BILLS + 0.5);
        assertThat(cost.commits()).isLessThan(0.2);
        assertThat(cost.procoreCalls()).isZero();
        assertThat(cost.kilobytes()).isLessThan(KILOBYTES_PER_PAYMENT);
    }

    @Test
    void a_payment_read_again_unchanged_is_looked_up_and_written_nowhere() {
        deliveryIsPaused();
        enter(FEW);
        sync();
        Cost few = sync();
        enter(MANY - FEW);
        sync();
        Cost cost = per(few, sync(), MANY - FEW);

        assertThat(cost.statements()).as(sql::mostFrequent).isLessThan(BILLS + 0.5);
        assertThat(cost.commits()).isLessThan(0.1);
    }

    /** Two commits a call are what exactly once costs: the mark before it, and its answer. */
    @Test
    void a_first_delivery_is_one_call_and_two_commits_a_record() {
        deliveryIsPaused();
        enter(FEW);
        sync();
        rig.update("delete from delivery_pause");
        Cost few = deliver();
        deliveryIsPaused();
        enter(MANY);
        sync();
        rig.update("delete from delivery_pause");
        sql.forget();
        Cost cost = per(few, deliver(), MANY - FEW);

        assertThat(rig.paymentsIssued()).hasSize((FEW + MANY) * BILLS);
        assertThat(cost.procoreCalls() / BILLS).isLessThan(1.02);
        assertThat(cost.commits()).as(sql::mostFrequent).isLessThan(2 * BILLS + 2.5);
        assertThat(cost.statements()).as(sql::mostFrequent).isLessThan(10 * BILLS + 8);
        assertThat(rig.procore.violations()).isEmpty();
    }

    private void deliveryIsPaused() {
        rig.update("insert into delivery_pause (only_one, who, since, reason) values (1, 'ops', current_timestamp, 'later')");
    }

    private Cost ofOneMore() {
        enter(FEW);
        Cost few = sync();
        enter(MANY);
        // What was read before is read again by either, and the second has so many payments more to read.
        return per(few, sync(), MANY);
    }

    private static Cost per(Cost few, Cost many, int payments) {
        return new Cost((many.statements() - few.statements()) / payments, (many.commits() - few.commits()) / payments,
                (many.procoreCalls() - few.procoreCalls()) / payments, (many.kilobytes() - few.kilobytes()) / payments);
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

    /** One sync, all its work on this thread but the calls to Procore. */
    private Cost sync() {
        return send("direct:sync");
    }

    private Cost deliver() {
        return send("direct:deliver");
    }

    private Cost send(String seam) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Installation installation = rig.start()) {
            CountedSql.Counts counted = sql.now();
            long calls = rig.procore.requests().size();
            long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            installation.template().sendBody(seam, "test");
            CountedSql.Counts cost = sql.now().minus(counted);
            return new Cost(cost.statements(), cost.commits(), rig.procore.requests().size() - calls,
                    (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes) / 1024.0);
        }
    }
}
