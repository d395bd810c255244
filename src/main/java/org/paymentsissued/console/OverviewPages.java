package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.LedgerBackup;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.Totals;
import org.paymentsissued.watch.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether all is well, and the actions that are about everything: sync, pause, backup. */
public final class OverviewPages implements Console.Family {

    private static final Logger LOG = LoggerFactory.getLogger(OverviewPages.class);
    private static final int DAYS_SHOWN = 30;
    private static final int CHART_HEIGHT = 95;
    private static final int DAY_WIDTH = 20;
    private static final int ACTIONS_SHOWN = 10;
    private static final Duration CHART_KEPT = Duration.ofMinutes(1);

    /** A month of deliveries is read at most once a minute, however many people look. */
    private record Chart(Instant at, Map<String, Object> model) { }

    private final Status status;
    private final Runs runs;
    private final OperatorActions actions;
    private final Work work;
    private final Layout layout;
    private final StatusModel statusModel;
    private final StatusJson statusJson;
    private final Clock clock;
    private volatile Chart chart;

    public OverviewPages(Status status, Runs runs, OperatorActions actions, Work work, Layout layout,
            UnaryOperator<String> withoutSecrets, Clock clock) {
        this.status = status;
        this.clock = clock;
        this.runs = runs;
        this.actions = actions;
        this.work = work;
        this.layout = layout;
        this.statusModel = new StatusModel(withoutSecrets);
        this.statusJson = new StatusJson(withoutSecrets);
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/", this::overview)
                .get("/console", this::overview)
                .get("/console/status", call -> layout.page("status", statusModel.of(status.look())))
                .get("/api/status", call -> WebReply.json(200, statusJson.of(status.look())))
                .post("/console/sync", this::sync)
                .post("/api/sync", this::sync)
                .post("/console/pause", this::pause)
                .post("/api/delivery/pause", this::pause)
                .post("/console/resume", this::resume)
                .post("/api/delivery/resume", this::resume)
                .post("/api/backup", this::backup);
    }

    private WebReply overview(ConsoleCall call) {
        Map<String, Object> model = layout.model("Overview", Tab.OVERVIEW, call);
        model.putAll(statusModel.of(status.look()));
        model.putAll(chart());
        List<OperatorActions.Logged> latest = actions.page("", 1, ACTIONS_SHOWN).items();
        model.put("hasActions", !latest.isEmpty());
        model.put("items", latest);
        return layout.page("overview", model);
    }

    private Map<String, Object> chart() {
        Chart known = chart;
        Instant now = clock.instant();
        if (known == null || known.at().isBefore(now.minus(CHART_KEPT))) {
            known = new Chart(now, deliveredInDays());
            chart = known;
        }
        return known.model();
    }

    private Map<String, Object> deliveredInDays() {
        LocalDate today = LocalDate.now(clock.withZone(ZoneId.systemDefault()));
        LocalDate first = today.minusDays(DAYS_SHOWN - 1L);
        Map<LocalDate, Totals.Sum> byDay = runs.deliveredByDay(first.atStartOfDay(ZoneId.systemDefault()).toInstant());
        long most = byDay.values().stream().mapToLong(Totals.Sum::payments).max().orElse(0);
        long all = byDay.values().stream().mapToLong(Totals.Sum::payments).sum();
        BigDecimal amount = byDay.values().stream().map(Totals.Sum::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        List<Map<String, Object>> days = new ArrayList<>();
        for (int i = 0; i < DAYS_SHOWN; i++) {
            LocalDate day = first.plusDays(i);
            Optional<Totals.Sum> sum = Optional.ofNullable(byDay.get(day));
            long count = sum.map(Totals.Sum::payments).orElse(0L);
            long height = count == 0 ? 0 : Math.max(2, count * CHART_HEIGHT / most);
            days.add(Layout.fields("left", i * DAY_WIDTH, "x", i * DAY_WIDTH + 2, "y", 100 - height, "height", height, "day", day,
                    "count", Views.count(count), "amount", sum.map(Totals.Sum::amount)));
        }
        return Layout.fields("days", days, "firstDay", first, "lastDay", today, "chartCount", Views.count(all), "chartAmount", amount,
                "chartWords", Views.count(all) + " payments issued in 30 days, " + Views.money(amount) + " in total, at most "
                        + Views.count(most) + " a day");
    }

    private WebReply sync(ConsoleCall call) {
        boolean running = status.look().syncRunning();
        if (!running) {
            work.sync(call.who());
        }
        String sentence = running ? "A sync is already running and covers this request." : "A sync has started.";
        return call.isOfTheApi() ? WebReply.json(202, Layout.fields("started", !running, "sentence", sentence))
                : layout.back(call, "/", sentence);
    }

    private WebReply pause(ConsoleCall call) {
        actions.pauseDelivery(call.who(), call.required("reason"));
        return call.isOfTheApi() ? WebReply.json(200, Map.of("paused", true))
                : layout.back(call, "/", "Delivery is paused. Finishing calls in progress; the rest stays queued.");
    }

    private WebReply resume(ConsoleCall call) {
        actions.resumeDelivery(call.who());
        work.deliver();
        return call.isOfTheApi() ? WebReply.json(200, Map.of("paused", false)) : layout.back(call, "/", "Delivery has resumed.");
    }

    private WebReply backup(ConsoleCall call) {
        try {
            return WebReply.json(200, Map.of("file", work.backup(call.who()).toString()));
        } catch (LedgerBackup.NotOurs e) {
            return WebReply.problem(409, e.getMessage());
        } catch (LedgerDatabase.Unusable e) {
            LOG.warn(e.getMessage());
            return WebReply.problem(500, e.getMessage());
        }
    }
}
