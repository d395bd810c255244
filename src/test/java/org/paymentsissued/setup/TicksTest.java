package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;

/** A schedule of every second, taken away and set up again as an exchange of routes does. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TicksTest {

    private static final TriggerKey POLL = TriggerKey.triggerKey("poll");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final List<Instant> TICKED = new CopyOnWriteArrayList<>();

    /** Notes which tick it is, not when it comes. */
    public static final class Note implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            TICKED.add(context.getScheduledFireTime().toInstant());
        }
    }

    private Scheduler scheduler;

    @BeforeEach
    void everySecond() throws SchedulerException {
        TICKED.clear();
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", "ticks");
        properties.setProperty("org.quartz.threadPool.threadCount", "1");
        scheduler = new StdSchedulerFactory(properties).getScheduler();
        schedule("* * * * * ?");
        scheduler.start();
        await().atMost(SOON).until(() -> TICKED.size() >= 2);
    }

    @AfterEach
    void stop() throws SchedulerException {
        scheduler.shutdown(true);
    }

    private void schedule(String cron) throws SchedulerException {
        Trigger trigger = TriggerBuilder.newTrigger().withIdentity(POLL).withSchedule(CronScheduleBuilder.cronSchedule(cron)).build();
        scheduler.scheduleJob(JobBuilder.newJob(Note.class).withIdentity("poll").build(), trigger);
    }

    private void exchange(String cron) throws SchedulerException {
        try (Ticks ticks = Ticks.hold(scheduler)) {
            await().atMost(SOON).until(() -> !ticks.isOneUnderWay());
            ticks.remember();
            Date due = scheduler.getTrigger(POLL).getNextFireTime();
            await().atMost(SOON).until(() -> new Date().after(due));
            scheduler.unscheduleJob(POLL);
            schedule(cron);
            ticks.makeUp();
        }
    }

    @Test
    void a_tick_that_was_due_meanwhile_comes_afterwards_and_none_comes_twice() throws SchedulerException {
        exchange("* * * * * ?");
        exchange("* * * * * ?");
        int ticked = TICKED.size();
        await().atMost(SOON).until(() -> TICKED.size() >= ticked + 4);

        List<Instant> everySecond = new ArrayList<>();
        for (Instant tick = TICKED.get(0); everySecond.size() < TICKED.size(); tick = tick.plusSeconds(1)) {
            everySecond.add(tick);
        }
        assertThat(TICKED).isEqualTo(everySecond);
    }

    @Test
    void none_comes_while_they_are_held() throws SchedulerException {
        int before = TICKED.size();
        // Far from the next one.
        await().pollInterval(Duration.ofMillis(5)).atMost(SOON).until(() -> TICKED.size() > before);
        try (Ticks ticks = Ticks.hold(scheduler)) {
            await().atMost(SOON).until(() -> !ticks.isOneUnderWay());
            int ticked = TICKED.size();
            Date due = scheduler.getTrigger(POLL).getNextFireTime();
            await().atMost(SOON).until(() -> new Date(System.currentTimeMillis() - 500).after(due));
            assertThat(TICKED).hasSize(ticked);
        }
    }

    @Test
    void a_changed_schedule_makes_up_for_nothing() throws SchedulerException {
        exchange("0 0 0 1 1 ? 2098");
        int ticked = TICKED.size();
        assertThat(scheduler.getTrigger(POLL).getNextFireTime()).hasYear(2098);
        somethingDueNow();
        await().atMost(SOON).until(() -> TICKED.size() > ticked);
        assertThat(TICKED).hasSize(ticked + 1);
    }

    /** Whatever was due before it has come when it comes: there is one thread. */
    private void somethingDueNow() throws SchedulerException {
        scheduler.scheduleJob(JobBuilder.newJob(Note.class).withIdentity("now").build(),
                TriggerBuilder.newTrigger().withIdentity("now").startNow().build());
    }
}
