package org.paymentsissued.console;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.paymentsissued.console.Backfills.Preview;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.quickbooks.DateRange;

/** What a backfill would do, and the backfill itself. */
public final class BackfillPages implements Console.Family {

    private static final String PATH = "/console/backfill";
    /** A page is not a file: beyond this the download has all. */
    private static final int LONGEST_REPORT = 100_000;

    private final Backfills backfills;
    private final Work work;
    private final Layout layout;

    public BackfillPages(Backfills backfills, Work work, Layout layout) {
        this.backfills = backfills;
        this.work = work;
        this.layout = layout;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get(PATH, call -> layout.page("backfill", model(call)))
                .get(PATH + "/state", call -> layout.page("backfill-state", model(call)))
                .get(PATH + ".csv", call -> csv())
                .get("/api/backfill/preview.csv", call -> csv())
                .get("/api/backfill/preview", call -> WebReply.json(200, json(latest())))
                .post(PATH + "/preview", this::preview)
                .post("/api/backfill/preview", this::preview)
                .post(PATH + "/start", this::start)
                .post("/api/backfill", this::start);
    }

    private Map<String, Object> model(ConsoleCall call) {
        Map<String, Object> model = layout.model("Backfill", Tab.RUNS, call);
        Optional<Preview> latest = backfills.latest();
        model.putAll(Layout.fields("refusal", backfills.refusal().orElse(""), "possible", backfills.refusal().isEmpty()));
        latest.ifPresent(preview -> model.putAll(Layout.fields("shown", true, "running", preview.isRunning(),
                "complete", preview.isComplete(), "progress", preview.progress(), "trouble", preview.trouble().orElse(""),
                "from", preview.range().first(), "to", last(preview.range()).map(LocalDate::toString).orElse(""),
                "startedAt", preview.startedAt(), "endedAt", preview.endedAt(), "totals", preview.totals(),
                "report", preview.report().substring(0, Math.min(LONGEST_REPORT, preview.report().length())),
                "cut", preview.report().length() > LONGEST_REPORT, "lines", Views.count(preview.lines().size()))));
        return model;
    }

    private static Map<String, Object> json(Preview preview) {
        return Layout.fields("from", preview.range().first(), "to", last(preview.range()), "startedAt", preview.startedAt(),
                "endedAt", preview.endedAt(), "progress", preview.progress(), "trouble", preview.trouble(), "totals", preview.totals());
    }

    private static Optional<LocalDate> last(DateRange range) {
        return Optional.of(range.last()).filter(last -> !last.equals(DateRange.END_OF_DATES));
    }

    private Preview latest() {
        return backfills.latest().orElseThrow(() -> new WebRequest.Refusal(404, "No backfill was previewed since the program started."));
    }

    private WebReply csv() {
        Preview preview = latest();
        return Layout.csv("backfill-preview.csv", preview.header(), preview.lines());
    }

    private WebReply preview(ConsoleCall call) {
        DateRange range = range(call);
        boolean begun = backfills.preview(range);
        String sentence = begun ? "The preview has started. It reads QuickBooks and Procore's lists and writes nothing."
                : "A preview is still running. Wait for it to end.";
        return call.isOfTheApi() ? begun ? WebReply.json(202, Layout.fields("started", true, "sentence", sentence))
                : WebReply.problem(409, sentence) : layout.back(call, PATH, sentence);
    }

    private WebReply start(ConsoleCall call) {
        work.backfill(range(call), call.who());
        String sentence = "The backfill has started. Its payments are read a month at a time and delivered like any other.";
        return call.isOfTheApi() ? WebReply.json(202, Layout.fields("started", true, "sentence", sentence))
                : layout.back(call, "/console/runs", sentence);
    }

    private DateRange range(ConsoleCall call) {
        backfills.refusal().ifPresent(sentence -> {
            throw new WebRequest.Refusal(409, sentence);
        });
        DateRange range = new DateRange(date(call.required("from")), call.field("to").isEmpty() ? DateRange.END_OF_DATES
                : date(call.field("to")));
        if (range.first().isAfter(range.last())) {
            throw new WebRequest.Refusal(400, "The first date, " + range.first() + ", is later than the last, " + range.last() + ".");
        }
        return range;
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new WebRequest.Refusal(400, "\"" + text + "\" is not a date such as 2025-01-01.");
        }
    }
}
