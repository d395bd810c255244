package org.paymentsissued;

import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.CronTrigger;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.listeners.TriggerListenerSupport;

/**
 * The ticks of the schedules, held while routes are exchanged: none comes meanwhile, and one that was due meanwhile comes
 * afterwards, once, where its schedule is still the same. Else a daily sync could be lost for a day.
 */
final class Ticks implements AutoCloseable {

    private final Scheduler scheduler;
    private final boolean held;
    private final Map<TriggerKey, CronTrigger> before = new HashMap<>();
    private final LastOnes lastOnes = new LastOnes();

    /** @param scheduler null where nothing is scheduled */
    private Ticks(Scheduler scheduler) throws SchedulerException {
        this.scheduler = scheduler;
        held = scheduler != null && scheduler.isStarted();
        if (held) {
            scheduler.getListenerManager().addTriggerListener(lastOnes);
            scheduler.standby();
        }
    }

    /** A tick that Quartz had taken up a moment before it was told to hold still comes: it is not to be made up for. */
    private static final class LastOnes extends TriggerListenerSupport {
        private final Map<TriggerKey, Date> came = new ConcurrentHashMap<>();

        @Override
        public String getName() {
            return "last ticks before an exchange";
        }

        @Override
        public void triggerFired(Trigger trigger, JobExecutionContext context) {
            came.put(trigger.getKey(), context.getScheduledFireTime());
        }
    }

    static Ticks hold(CamelContext camel) throws SchedulerException {
        QuartzComponent quartz = (QuartzComponent) camel.hasComponent("quartz");
        return new Ticks(quartz == null ? null : quartz.getScheduler());
    }

    static Ticks hold(Scheduler scheduler) throws SchedulerException {
        return new Ticks(scheduler);
    }

    boolean isOneUnderWay() throws SchedulerException {
        return held && !scheduler.getCurrentlyExecutingJobs().isEmpty();
    }

    /** Keeps what is scheduled now. A schedule that nodes share stands in their database, and another node takes the tick. */
    void remember() throws SchedulerException {
        if (held && !scheduler.getMetaData().isJobStoreClustered()) {
            for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
                if (scheduler.getTrigger(key) instanceof CronTrigger trigger) {
                    before.put(key, trigger);
                }
            }
        }
    }

    /** Schedules again from where it was left what is scheduled as before. */
    void makeUp() throws SchedulerException {
        for (CronTrigger old : before.values()) {
            if (scheduler.getTrigger(old.getKey()) instanceof CronTrigger now && isSame(old, now) && isLater(now, old)
                    && !old.getNextFireTime().equals(lastOnes.came.get(old.getKey()))) {
                Trigger fromThere = now.getTriggerBuilder().startAt(old.getNextFireTime()).build();
                scheduler.rescheduleJob(now.getKey(), fromThere);
            }
        }
    }

    private static boolean isSame(CronTrigger one, CronTrigger other) {
        return one.getCronExpression().equals(other.getCronExpression()) && one.getTimeZone().equals(other.getTimeZone());
    }

    private static boolean isLater(CronTrigger one, CronTrigger other) {
        Date next = one.getNextFireTime();
        return other.getNextFireTime() != null && (next == null || next.after(other.getNextFireTime()));
    }

    @Override
    public void close() throws SchedulerException {
        if (held) {
            scheduler.getListenerManager().removeTriggerListener(lastOnes.getName());
            scheduler.start();
        }
    }
}
