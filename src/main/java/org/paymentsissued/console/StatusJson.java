package org.paymentsissued.console;

import static org.paymentsissued.console.Layout.fields;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.Totals;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.procore.CommitmentRefreshes;
import org.paymentsissued.watch.ReadingStatus;
import org.paymentsissued.watch.Status;

/** What {@code GET /api/status} says. */
record StatusJson(UnaryOperator<String> withoutSecrets) {

    Map<String, Object> of(Status.Look look) {
        Totals totals = look.totals();
        Runs.Counts counted = totals.counts();
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("waiting", counted.waiting());
        counts.put("pending", counted.pending());
        counts.put("delivered", counted.delivered());
        counts.put("removed", counted.removed());
        counts.put("dead", counted.dead());
        counts.put("skipped", counted.skipped());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", look.at().toString());
        json.put("companyFile", look.companyFile());
        json.put("goLive", look.companyFiles().stream().filter(file -> file.companyFile().equals(look.companyFile()))
                .flatMap(file -> file.goLive().stream()).map(HostTime::toString).findFirst().orElse(null));
        json.put("watermarks", look.watermarks().stream().map(mark -> fields("companyFile", mark.companyFile(), "feed",
                mark.feed(), "hostTime", mark.hostTime(), "movedAt", mark.movedAt())).toList());
        json.put("syncRunning", look.syncRunning());
        json.put("lastPoll", look.lastRun().map(this::run));
        json.put("lastGoodPoll", look.lastGood());
        json.put("nextPoll", look.nextPoll());
        json.put("counts", counts);
        json.put("needAttention", fields("payments", totals.attention().payments(), "amount", totals.attention().amount(),
                "otherProblems", totals.problems()));
        json.put("amounts", fields("waiting", totals.waiting().amount(), "pending", totals.pending().amount()));
        json.put("openDeadLetters", totals.open());
        json.put("oldestOpenDeadLetter", totals.oldestOpen());
        json.put("procore", look.procore().map(pause -> fields("reason", pause.reason().name().toLowerCase(Locale.ROOT),
                "sentence", withoutSecrets.apply(pause.sentence()), "pauseUntil", pause.until())).orElse(null));
        json.put("deliveryPaused", look.operatorPause().map(pause -> fields("who", pause.who(), "since", pause.since(),
                "reason", pause.reason())).orElse(null));
        json.put("doneAt", look.doneAt());
        json.put("procoreCallsPerHour", look.hourlyLimit());
        json.put("routes", look.routes().map(routes -> fields("state", routes.state().word(), "since", routes.since(),
                "sentence", routes.state().sentence(), "findings", routes.sentences().stream().map(withoutSecrets).toList()))
                .orElse(null));
        json.put("lookup", look.lookup().map(lookup -> fields("lastRead", lookup.lastRead(), "stale",
                lookup.stale().stream().map(this::stale).toList())).orElse(null));
        json.put("companyFiles", look.companyFiles().stream().map(file -> companyFile(file, look)).toList());
        json.put("nodes", look.nodes().stream().map(node -> fields("id", node.id(), "name", node.name(), "version",
                node.version(), "self", node.self(), "alive", node.alive(), "startedAt", node.startedAt(), "seenAt",
                node.seenAt(), "delivering", node.payments(), "reading", node.reading())).toList());
        return json;
    }

    private Map<String, Object> stale(CommitmentRefreshes.Stale part) {
        return fields("procoreCompanyId", part.companyId(), "projectId", part.projectId().orElse(null), "project",
                part.project().isEmpty() ? null : part.project(), "lastRead", part.lastRead(), "since", part.since(),
                "reason", withoutSecrets.apply(part.reason()));
    }

    private Map<String, Object> companyFile(ReadingStatus.OfFile file, Status.Look look) {
        Map<String, Object> json = fields("name", file.companyFile(), "transport", file.transport(), "goLive",
                file.goLive().map(HostTime::toString).orElse(null), "lastReading",
                file.lastRead(), "nextPoll", look.nextPoll());
        json.put("webConnector", file.webConnector().map(connector -> {
            Map<String, Object> facts = fields("dueSince", connector.connection().wantedAt(), "lastCall",
                    connector.connection().lastCall().map(call -> fields("at", call.at(), "from", call.from(), "operation",
                            call.operation(), "result", withoutSecrets.apply(call.result()))).orElse(null));
            facts.put("lastSession", connector.lastSession().map(this::run));
            facts.put("refusedLogin", connector.connection().refusedLogin().map(login -> fields("at", login.at(), "from",
                    login.from())).orElse(null));
            facts.put("troubles", connector.troubles().stream().map(withoutSecrets).toList());
            return facts;
        }).orElse(null));
        return json;
    }

    private RunView run(Runs.Run run) {
        return RunView.of(run, withoutSecrets);
    }
}
