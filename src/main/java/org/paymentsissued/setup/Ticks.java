package org.paymentsissued.setup;

import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/**
 * The ticks of the schedules, held while routes are exchanged: none comes meanwhile, and one that was due meanwhile comes
 * afterwards, once, where its schedule is still the same. Else a daily sync could be lost for a day.
 */
final class Ticks implements AutoCloseable {

    private final Scheduler scheduler;
    private final boolean held;
    private final Map<TriggerKey, CronTrigger> before = new HashMap<>();

    /** @param scheduler null where nothing is scheduled */
    private Ticks(Scheduler scheduler) throws SchedulerException {
        this.scheduler = scheduler;
        held = scheduler != null && scheduler.isStarted();
        if (held) {
            scheduler.standby();
            if (!isShared()) {
                // One that Quartz had taken up already would come all the same.
                scheduler.pauseAll();
            }
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

    /** A schedule that nodes share stands in their database, and another node takes the tick. */
    private boolean isShared() throws SchedulerException {
        return scheduler.getMetaData().isJobStoreClustered();
    }

    /** Keeps what is scheduled now. */
    void remember() throws SchedulerException {
        if (held && !isShared()) {
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
            if (scheduler.getTrigger(old.getKey()) instanceof CronTrigger now && isSame(old, now) && isLater(now, old)) {
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
            if (!isShared()) {
                scheduler.resumeAll();
            }
            scheduler.start();
        }
    }
}
