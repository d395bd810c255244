package org.paymentsissued.console;

import static org.paymentsissued.console.Layout.fields;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.Totals;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.procore.CommitmentRefreshes;
import org.paymentsissued.procore.ProcorePause;
import org.paymentsissued.sync.WebConnectorReading;
import org.paymentsissued.watch.ReadingStatus;
import org.paymentsissued.watch.ReadingStatus.OfFile;
import org.paymentsissued.watch.ReadingStatus.WebConnector;
import org.paymentsissued.watch.RouteChanges;
import org.paymentsissued.watch.Status;

/** What status.mustache shows: a verdict, the counts, and how each company file is read. */
final class StatusModel {

    /** A session without a call for this long is over, even if it never said so. */
    private static final Duration LONGEST_BETWEEN_CALLS = Duration.ofMinutes(30);

    private static final int MOST_STALE = 20;

    private final UnaryOperator<String> withoutSecrets;

    StatusModel(UnaryOperator<String> withoutSecrets) {
        this.withoutSecrets = withoutSecrets;
    }

    Map<String, Object> of(Status.Look look) {
        Totals totals = look.totals();
        Runs.Counts counts = totals.counts();
        boolean attention = totals.attention().payments() + totals.problems() > 0;
        Map<String, Object> model = fields("attention", attention, "attentionCount", Views.count(totals.attention().payments()),
                "attentionAmount", totals.attention().amount(), "problems", totals.problems() == 0 ? "" : Views.count(totals.problems()),
                "waiting", counts.waiting() > 0, "waitingCount", Views.count(counts.waiting()), "waitingAmount", totals.waiting().amount(),
                "ages", totals.waiting().payments() == 0 ? null : Map.of("each", totals.ages().stream()
                        .filter(age -> age.sum().payments() > 0).map(age -> fields("words", age.words(), "count",
                                Views.count(age.sum().payments()), "amount", age.sum().amount())).toList()),
                "pendingAmount", totals.pending().amount(), "pendingCount", Views.count(counts.pending()),
                "deliveredCount", Views.count(counts.delivered()),
                "removedCount", Views.count(counts.removed()), "skippedCount", Views.count(counts.skipped()),
                "lastGood", Views.time(look.lastGood()), "nextPoll", Views.time(look.nextPoll()));
        model.put("lastRun", look.lastRun().map(run -> fields("start", Views.time(run.startedAt()), "by", run.startedBy()
                + (bySession(run) && look.companyFiles().size() > 1 ? " of " + company(run.companyFile(), look) : ""),
                "words", words(run, look))).orElse(null));
        model.put("procore", look.procore().map(pause -> withoutSecrets.apply(pause.sentence()) + ".")
                .orElse("No known problems"));
        model.put("procoreUntil", look.procore().map(ProcorePause.Pause::until)
                .filter(until -> until.isAfter(look.at())).map(Views::time).orElse(null));
        model.put("doneAt", look.doneAt().map(end -> fields("end", Views.time(end), "limit", look.hourlyLimit()
                .map(limit -> "Procore takes " + Views.count(limit) + " calls an hour").orElse(null))).orElse(null));
        model.put("paused", look.operatorPause().map(pause -> fields("who", pause.who(), "since",
                Views.time(pause.since()), "reason", pause.reason())).orElse(null));
        // A single node needs no line.
        model.put("nodes", look.nodes().size() < 2 ? List.of() : look.nodes().stream().map(node -> fields("name", node.name(),
                "words", (node.alive() ? "alive, delivering " + node.payments() + " payments" : "silent; other nodes have"
                        + " taken over its work") + (node.reading().isEmpty() ? "" : ", reading " + String.join(", ", node.reading())),
                "seen", Views.time(node.seenAt()))).toList());
        model.put("routes", look.routes().map(routes -> fields("sentence", routes.state().sentence(), "since",
                Views.time(routes.since()), "findings", routes.sentences().stream().map(withoutSecrets).toList())).orElse(null));
        look.lookup().ifPresent(lookup -> {
            List<CommitmentRefreshes.Stale> stale = lookup.stale();
            model.put("lookup", fields("read", Views.time(lookup.lastRead()), "stale", stale.stream().limit(MOST_STALE)
                    .map(part -> fields("reason", withoutSecrets.apply(part.reason()), "partRead", Views.time(part.lastRead()),
                            "since", Views.time(part.since()))).toList(),
                    "more", stale.size() > MOST_STALE ? Views.count(stale.size() - MOST_STALE) : null));
        });
        List<OfFile> chapters = chapters(look);
        model.put("goLives", look.companyFiles().stream().flatMap(file -> file.goLive().map(stamp -> fields("of",
                look.companyFiles().size() > 1 ? " of " + file.companyFile() : "", "stamp", stamp.toString().replace('T', ' ')))
                .stream()).toList());
        model.put("companyFiles", chapters.stream().map(file -> companyFile(file, look)).toList());
        model.put("watermarks", look.watermarks().stream().filter(mark -> chapters.stream()
                .noneMatch(file -> file.companyFile().equals(mark.companyFile()))).map(mark -> watermark(mark, look)).toList());
        model.put("mood", mood(look));
        model.put("verdict", verdict(look));
        return model;
    }

    private String words(Runs.Run run, Status.Look look) {
        if (run.endedAt().isEmpty()) {
            return (bySession(run) ? isCalling(run.companyFile(), look) : look.syncRunning()) ? "still running" : "cut off";
        }
        if (!run.error().isEmpty()) {
            return withoutSecrets.apply(run.error());
        }
        return isOnlyMarked(look) && !bySession(run)
                ? "QuickBooks will be read at the Web Connector's next call" : Views.count(run.paymentsRead()) + " payments read";
    }

    private static boolean bySession(Runs.Run run) {
        return run.startedBy().equals(WebConnectorReading.STARTED_BY);
    }

    private static boolean isCalling(String companyFile, Status.Look look) {
        return look.companyFiles().stream().filter(file -> file.companyFile().equals(companyFile))
                .flatMap(file -> file.webConnector().stream()).flatMap(connector -> connector.connection().lastCall().stream())
                .anyMatch(call -> call.at().isAfter(look.at().minus(LONGEST_BETWEEN_CALLS)));
    }

    /** Whether every company file is read by a Web Connector, so that a sync only asks for a reading. */
    private static boolean isOnlyMarked(Status.Look look) {
        return look.companyFiles().stream().allMatch(file -> file.webConnector().isPresent());
    }

    // ------------------------------------------------------------------------------------------------ company files

    /** A single company file that is polled needs no section of its own. */
    private static List<OfFile> chapters(Status.Look look) {
        return look.companyFiles().size() > 1 || isOnlyMarked(look) ? look.companyFiles() : List.of();
    }

    private Map<String, Object> companyFile(OfFile file, Status.Look look) {
        Map<String, Object> model = fields("name", company(file.companyFile(), look), "read", Views.time(file.lastRead()), "byFiles",
                file.transport().equals("file"), "nextPoll", Views.time(look.nextPoll()));
        model.put("watermarks", look.watermarks().stream().filter(mark -> mark.companyFile().equals(file.companyFile()))
                .map(mark -> watermark(mark, look)).toList());
        model.put("webConnector", file.webConnector().map(connector -> {
            Map<String, Object> facts = fields("due", Views.time(connector.connection().wantedAt()), "troubles",
                    connector.troubles().stream().map(withoutSecrets).toList());
            facts.put("qwc", connector.hasNeverCalled() ? Views.address("/qbwc/payments-issued.qwc", "company-file",
                    file.companyFile()) : null);
            facts.put("call", connector.connection().lastCall().map(call -> fields("at", Views.time(call.at()), "from",
                    call.from(), "result", withoutSecrets.apply(call.result()))).orElse(null));
            facts.put("session", connector.lastSession().map(session -> fields("start", Views.time(session.startedAt()), "words",
                    session.error().isEmpty() ? "everything was read, " + Views.count(session.paymentsRead()) + " payments"
                            : "it failed")).orElse(null));
            facts.put("refused", connector.connection().refusedLogin().map(login -> fields("at", Views.time(login.at()), "from",
                    login.from())).orElse(null));
            return facts;
        }).orElse(null));
        return model;
    }

    private static Map<String, Object> watermark(Watermarks.Mark mark, Status.Look look) {
        return fields("feed", feed(mark.feed()), "file", look.companyFiles().size() < 2
                ? "QuickBooks" : "QuickBooks company " + company(mark.companyFile(), look), "hostTime", mark.hostTime().replace('T', ' '));
    }

    /** The kind of message that was asked for, in plain words. */
    private static String feed(String message) {
        return message.contains("CreditCard") ? "Card payments" : message.contains("Check") ? "Checks"
                : message.contains("Deleted") ? "Deletions" : message;
    }

    // ------------------------------------------------------------------------------------------------------ verdict

    private static String mood(Status.Look look) {
        List<WebConnector> connectors = look.companyFiles().stream().flatMap(file -> file.webConnector().stream()).toList();
        Optional<RouteChanges.State> routes = look.routes().map(RouteChanges::state);
        boolean troubled = look.lastPoll().map(run -> !run.error().isEmpty()).orElse(false)
                || look.procore().map(pause -> pause.reason() != ProcorePause.Reason.THROTTLED).orElse(false)
                || connectors.stream().anyMatch(WebConnector::isBad)
                || routes.filter(RouteChanges.State.STOPPED::equals).isPresent();
        boolean unusual = look.totals().open() > 0 || look.operatorPause().isPresent() || look.procore().isPresent()
                || connectors.stream().anyMatch(connector -> !connector.troubles().isEmpty())
                || look.lookup().map(lookup -> !lookup.stale().isEmpty()).orElse(false)
                || routes.filter(RouteChanges.State.KEPT_OUT::equals).isPresent();
        return troubled ? "bad" : unusual ? "warn" : "good";
    }

    private static List<Part> verdict(Status.Look look) {
        List<Part> parts = new ArrayList<>();
        look.lastPoll().filter(run -> !run.error().isEmpty()).ifPresent(run -> parts.add(new Part(isOnlyMarked(look)
                ? "The last sync failed." : "QuickBooks could not be read.", "/console/help#quickbooks-silent")));
        look.companyFiles().forEach(file -> file.webConnector().ifPresent(connector -> webConnector(parts, connector,
                look.companyFiles().size() == 1 ? "" : " for " + file.companyFile())));
        look.procore().ifPresent(pause -> parts.add(switch (pause.reason()) {
            case REFUSED -> new Part("Procore refuses our login.", "/console/help#procore-refuses");
            case AWAY -> new Part("Procore cannot be reached.", "/console/help#procore-away");
            case THROTTLED -> new Part("Procore asked us to wait.", "/console/help#procore-away");
            case NONE -> new Part("", "");
        }));
        look.operatorPause().ifPresent(pause -> parts.add(new Part("Delivery was paused by "
                + pause.who() + ".", "/console/help#delivery-paused")));
        look.routes().filter(routes -> routes.state() == RouteChanges.State.KEPT_OUT
                || routes.state() == RouteChanges.State.STOPPED).ifPresent(routes ->
                        parts.add(new Part(routes.state().sentence(), "/console/help#route-files")));
        look.lookup().filter(lookup -> !lookup.stale().isEmpty())
                .ifPresent(lookup -> parts.add(new Part("Parts of the commitment lookup are out of date.", "")));
        Totals totals = look.totals();
        if (totals.attention().payments() > 0) {
            parts.add(new Part(totals.attention().payments() == 1 ? "1 payment needs attention."
                    : Views.count(totals.attention().payments()) + " payments need attention.", "/console/dead-letters"));
        }
        if (totals.problems() > 0) {
            parts.add(new Part(totals.problems() == 1 ? "1 problem needs attention."
                    : Views.count(totals.problems()) + " problems need attention.", "/console/dead-letters?view=list"));
        }
        return !parts.isEmpty() ? parts : List.of(new Part(look.lastRun().isEmpty() ? "Ready. No sync has run yet."
                : "Everything is fine.", ""));
    }

    /** One thing to say. @param href where to read on; empty for nothing */
    record Part(String sentence, String href) { }

    private static void webConnector(List<Part> parts, WebConnector connector, String whose) {
        if (connector.hasNeverCalled()) {
            parts.add(quiet("The Web Connector" + whose + " has not called yet."));
        }
        connector.silence().ifPresent(silent -> parts.add(quiet("The Web Connector" + whose + " has not called for "
                + ReadingStatus.words(silent) + ".")));
        if (connector.lastSession().map(session -> !session.error().isEmpty()).orElse(false)) {
            parts.add(quiet("The Web Connector's last session" + whose + " failed."));
        }
        if (connector.loginIsRefused()) {
            parts.add(quiet("A login of the Web Connector" + whose + " was refused."));
        }
    }

    private static Part quiet(String sentence) {
        return new Part(sentence, "/console/help#quickbooks-silent");
    }

    /** As people call it: by the name QuickBooks gave, or else by the name in the settings. */
    private static String company(String name, Status.Look look) {
        return look.companyFiles().stream().filter(file -> file.companyFile().equals(name)).flatMap(file -> file.webConnector().stream())
                .flatMap(connector -> connector.connection().boundTo().stream()).map(WebConnections.CompanyFile::company)
                .filter(company -> !company.isEmpty()).findFirst()
                .map(company -> company.equals(name) ? company : company + " (" + name + ")").orElse(name);
    }
}
