package org.paymentsissued.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.paymentsissued.console.Operators.Operator;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.LedgerBackup;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.LedgerUnavailable;
import org.paymentsissued.ledger.OperatorActions.Result;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.CommitmentRefreshes;
import org.paymentsissued.watch.ReadingStatus;
import org.paymentsissued.watch.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/** The HTTP API under {@code /api}. Described by openapi.yaml, which it serves. */
public final class ConsoleApi {

    static final List<String> STATUSES = List.of("open", "retried", "resolved", "discarded", "all");
    static final List<String> STAGES = List.of("poll", "split", "enrich", "aggregate", "deliver", "lookup", "safety", "yours");
    static final List<String> STATES = Arrays.stream(RowState.values()).map(RowState::word).toList();
    private static final int PAGE_SIZE = 50;
    private static final int LARGEST_PAGE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Status status;
    private final DeadLetterSearch deadLetters;
    private final PaymentSearch payments;
    private final Runs runs;
    private final OperatorActions actions;
    private final Retries retries;
    private final Work work;
    private final UnaryOperator<String> withoutSecrets;

    public ConsoleApi(Status status, DeadLetterSearch deadLetters, PaymentSearch payments, Runs runs,
            OperatorActions actions, Retries retries, Work work, UnaryOperator<String> withoutSecrets) {
        this.status = status;
        this.deadLetters = deadLetters;
        this.payments = payments;
        this.runs = runs;
        this.actions = actions;
        this.retries = retries;
        this.work = work;
        this.withoutSecrets = withoutSecrets;
    }

    /** Answers a request that the gate has let through. */
    public void answer(Exchange exchange) {
        WebReply reply;
        try {
            reply = answer(exchange.getProperty("request", WebRequest.class),
                    exchange.getProperty(Gate.OPERATOR, Operator.class));
        } catch (WebRequest.Refusal refusal) {
            reply = WebReply.problem(refusal.status(), refusal.getMessage());
        } catch (DataIntegrityViolationException e) {
            LOG.warn("A request contained a value that the database rejected: {}", e.getMostSpecificCause().getMessage());
            reply = WebReply.problem(400, "A value is too long or contains a character that cannot be stored. Nothing was changed.");
        } catch (LedgerUnavailable e) {
            LOG.warn("The console could not use the database: {}", e.getMessage());
            reply = WebReply.problem(503, "The database is unavailable. Nothing was changed.");
        } catch (Exception e) {
            LOG.error("The API failed", e);
            reply = WebReply.problem(500, "Something unexpected went wrong. See the log.");
        }
        reply.to(exchange);
    }

    private WebReply answer(WebRequest request, Operator operator) throws IOException {
        String[] path = request.path().substring("/api".length()).replaceFirst("^/", "").split("/");
        return switch (path[0]) {
            case "openapi.yaml" -> get(request, path, 1, this::openApi);
            case "status" -> get(request, path, 1, () -> WebReply.json(200, statusJson()));
            case "sync" -> post(request, path, 1, () -> sync(operator));
            case "backup" -> post(request, path, 1, () -> backup(operator));
            case "payments" -> get(request, path, 1, () -> payments(request));
            case "runs" -> get(request, path, 1, () -> runs(request));
            case "delivery" -> path.length == 2 ? delivery(request, path[1], operator) : nothingThere();
            case "commitments" -> post(request, path, 1, () -> commitment(request, operator));
            case "dead-letters" -> deadLetters(request, path, operator);
            default -> nothingThere();
        };
    }

    private interface Answer {
        WebReply give() throws IOException;
    }

    private static WebReply get(WebRequest request, String[] path, int parts, Answer answer) throws IOException {
        if (path.length != parts) {
            return nothingThere();
        }
        return request.isWrite() ? WebReply.problem(405, "Only GET is allowed here.").with("Allow", "GET")
                : answer.give();
    }

    private static WebReply post(WebRequest request, String[] path, int parts, Answer answer) throws IOException {
        if (path.length != parts) {
            return nothingThere();
        }
        return request.method().equals("POST") ? answer.give()
                : WebReply.problem(405, "Only POST is allowed here.").with("Allow", "POST");
    }

    private static WebReply nothingThere() {
        return WebReply.problem(404, "Nothing exists at this address; /api/openapi.yaml lists the addresses.");
    }

    private WebReply openApi() throws IOException {
        try (InputStream in = ConsoleApi.class.getResourceAsStream("/console/openapi.yaml")) {
            return new WebReply(200, "application/yaml; charset=utf-8", new String(in.readAllBytes(),
                    StandardCharsets.UTF_8), Map.of());
        }
    }

    private Map<String, Object> statusJson() {
        Status.Look look = status.look();
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("waiting", look.counts().waiting());
        counts.put("pending", look.counts().pending());
        counts.put("delivered", look.counts().delivered());
        counts.put("removed", look.counts().removed());
        counts.put("dead", look.counts().dead());
        counts.put("skipped", look.counts().skipped());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", look.at().toString());
        json.put("companyFile", look.companyFile());
        json.put("watermarks", look.watermarks().stream().map(mark -> fields("companyFile", mark.companyFile(), "feed",
                mark.feed(), "hostTime", mark.hostTime(), "movedAt", mark.movedAt())).toList());
        json.put("syncRunning", look.syncRunning());
        json.put("lastPoll", look.lastRun().map(ConsoleApi::run).orElse(null));
        json.put("lastGoodPoll", text(look.lastGood()));
        json.put("nextPoll", text(look.nextPoll()));
        json.put("counts", counts);
        json.put("openDeadLetters", look.open());
        json.put("oldestOpenDeadLetter", text(look.oldestOpen()));
        json.put("procore", look.procore().map(pause -> fields("reason", pause.reason().name().toLowerCase(Locale.ROOT),
                "sentence", withoutSecrets.apply(pause.sentence()), "pauseUntil", pause.until())).orElse(null));
        json.put("deliveryPaused", look.operatorPause().map(pause -> fields("who", pause.who(), "since", pause.since(),
                "reason", pause.reason())).orElse(null));
        json.put("routes", look.routes().map(routes -> fields("state", routes.state().word(), "since", routes.since(),
                "sentence", routes.state().sentence(), "findings", routes.sentences().stream().map(withoutSecrets).toList()))
                .orElse(null));
        json.put("lookup", look.lookup().map(lookup -> fields("lastRead", text(lookup.lastRead()), "stale",
                lookup.stale().stream().map(this::stale).toList())).orElse(null));
        json.put("companyFiles", look.companyFiles().stream().map(file -> companyFile(file, look)).toList());
        json.put("nodes", look.nodes().stream().map(node -> fields("id", node.id(), "name", node.name(), "version",
                node.version(), "self", node.self(), "alive", node.alive(), "startedAt", node.startedAt(), "seenAt",
                node.seenAt(), "delivering", node.payments(), "reading", node.reading())).toList());
        return json;
    }

    private Map<String, Object> stale(CommitmentRefreshes.Stale part) {
        return fields("procoreCompanyId", part.companyId(), "projectId", part.projectId().orElse(null), "project",
                part.project().isEmpty() ? null : part.project(), "lastRead", text(part.lastRead()), "since", part.since(),
                "reason", withoutSecrets.apply(part.reason()));
    }

    private Map<String, Object> companyFile(ReadingStatus.OfFile file, Status.Look look) {
        Map<String, Object> json = fields("name", file.companyFile(), "transport", file.transport(), "lastReading",
                text(file.lastRead()), "nextPoll", text(look.nextPoll()));
        json.put("webConnector", file.webConnector().map(connector -> {
            Map<String, Object> facts = fields("dueSince", text(connector.connection().wantedAt()), "lastCall",
                    connector.connection().lastCall().map(call -> fields("at", call.at(), "from", call.from(), "operation",
                            call.operation(), "result", withoutSecrets.apply(call.result()))).orElse(null));
            facts.put("lastSession", connector.lastSession().map(ConsoleApi::run).orElse(null));
            facts.put("refusedLogin", connector.connection().refusedLogin().map(login -> fields("at", login.at(), "from",
                    login.from())).orElse(null));
            facts.put("troubles", connector.troubles().stream().map(withoutSecrets).toList());
            return facts;
        }).orElse(null));
        return json;
    }

    private WebReply sync(Operator operator) {
        boolean running = status.look().syncRunning();
        if (!running) {
            work.sync(operator.name());
        }
        return WebReply.json(202, fields("started", !running, "sentence", running
                ? "A sync is already running and covers this request." : "A sync has started; see /api/runs."));
    }

    private WebReply backup(Operator operator) {
        try {
            return WebReply.json(200, fields("file", work.backup(operator.name()).toString()));
        } catch (LedgerBackup.NotOurs e) {
            return WebReply.problem(409, e.getMessage());
        } catch (LedgerDatabase.Unusable e) {
            LOG.warn(e.getMessage());
            return WebReply.problem(500, e.getMessage());
        }
    }

    private WebReply payments(WebRequest request) {
        String state = request.choice("state", STATES);
        Optional<RowState> wanted = state.isEmpty() ? Optional.empty()
                : Optional.of(RowState.valueOf(state.toUpperCase(Locale.ROOT)));
        return list(payments.page(wanted, request.parameter("q"), page(request), size(request)), this::payment);
    }

    private Map<String, Object> payment(PaymentSearch.Found row) {
        Map<String, Object> json = fields("id", row.id(), "state", row.state().word(), "reason", row.reason(),
                "companyFile", row.companyFile(), "amount", text(row.amount()),
                "payment", fields("kind", row.kind().method(), "txnId", row.paymentTxnId(), "number", row.number(),
                        "date", text(row.date()), "payee", row.payee(), "amount", text(row.paymentAmount())),
                "bill", fields("txnId", row.billTxnId(), "type", row.billType(), "number", row.billNumber(), "date",
                        text(row.billDate())));
        json.put("place", row.commitmentId().map(id -> fields("projectId", row.projectId().orElse(null), "commitmentId",
                id, "commitmentType", row.commitmentType(), "requisitionId", row.requisitionId().orElse(null)))
                .orElse(null));
        json.put("procoreId", row.procoreId().orElse(null));
        json.put("outcomeUnknown", row.outcomeUnknown());
        json.put("behindDeadLetter", row.behindLetter().orElse(null));
        json.put("attempts", row.attempts());
        json.put("nextAttemptAt", row.state() == RowState.PENDING && row.behindLetter().isEmpty() ? row.nextAttemptAt().toString() : null);
        json.put("changedAt", row.changedAt().toString());
        return json;
    }

    private WebReply runs(WebRequest request) {
        return list(runs.page(page(request), size(request)), ConsoleApi::run);
    }

    private static Map<String, Object> run(Runs.Run run) {
        return fields("id", run.id(), "companyFile", run.companyFile(), "startedBy", run.startedBy(), "start",
                run.startedAt(), "end", text(run.endedAt()), "read", run.paymentsRead(), "delivered", run.delivered(),
                "waiting", run.waiting(), "dead", run.dead(), "error", run.error().isEmpty() ? null : run.error());
    }

    private WebReply delivery(WebRequest request, String what, Operator operator) throws IOException {
        return switch (what) {
            case "pause" -> post(request, new String[1], 1, () -> {
                actions.pauseDelivery(operator.name(), required(request, "reason"));
                return WebReply.json(200, fields("paused", true));
            });
            case "resume" -> post(request, new String[1], 1, () -> {
                actions.resumeDelivery(operator.name());
                work.deliver();
                return WebReply.json(200, fields("paused", false));
            });
            default -> nothingThere();
        };
    }

    private WebReply commitment(WebRequest request, Operator operator) {
        JsonNode json = json(request);
        BillPlace place = BillPlace.of(name -> json.path(name).asText(""));
        String file = json.path("companyFile").asText(status.look().companyFile());
        int placed = actions.placeBill(file, place.billTxnId(), place.placement(), operator.name());
        work.deliver();
        return WebReply.json(200, fields("placed", placed));
    }

    private WebReply deadLetters(WebRequest request, String[] path, Operator operator) throws IOException {
        if (path.length == 1) {
            return get(request, path, 1, () -> list(deadLetters.page(filter(request), page(request), size(request)),
                    this::letter));
        }
        if (path[1].equals("retry")) {
            return post(request, path, 2, () -> {
                Retries.Many many = retries.retryAll(new DeadLetterSearch.Filter("open",
                        request.choice("stage", STAGES), request.parameter("q")), operator.name());
                return WebReply.json(200, fields("matching", many.matching(), "retried", many.retried(), "left",
                        many.left()));
            });
        }
        if (!path[1].matches("\\d{1,18}")) {
            return nothingThere();
        }
        long id = Long.parseLong(path[1]);
        if (path.length == 2) {
            return get(request, path, 2, () -> deadLetters.whole(id).map(whole -> WebReply.json(200, whole(whole)))
                    .orElseGet(() -> WebReply.problem(404, "There is no dead letter " + id + ".")));
        }
        return switch (path[2]) {
            case "retry" -> post(request, path, 3, () -> acted(id, retries.retry(id, operator.name())));
            case "discard" -> post(request, path, 3, () -> acted(id,
                    actions.discard(id, operator.name(), required(request, "reason"))));
            default -> nothingThere();
        };
    }

    private WebReply acted(long id, Result result) {
        return switch (result.outcome()) {
            case UNKNOWN -> WebReply.problem(404, result.sentence());
            case REFUSED -> WebReply.problem(409, result.sentence());
            default -> WebReply.json(200, fields("outcome", result.outcome().name().toLowerCase(Locale.ROOT), "sentence",
                    result.sentence(), "status", deadLetters.whole(id).orElseThrow().letter().status()));
        };
    }

    static DeadLetterSearch.Filter filter(WebRequest request) {
        String status = request.choice("status", STATUSES);
        String wanted = status.isEmpty() ? "open" : status.equals("all") ? "" : status;
        return new DeadLetterSearch.Filter(wanted, request.choice("stage", STAGES), request.parameter("q"));
    }

    private Map<String, Object> letter(DeadLetterSearch.Listed letter) {
        return fields("id", letter.id(), "status", letter.status(), "stage", letter.stage(), "sentence",
                withoutSecrets.apply(letter.sentence()), "cause", letter.cause(), "httpStatus",
                letter.httpStatus().orElse(null), "attempts", letter.attempts(), "firstFailedAt", letter.firstFailedAt(),
                "lastFailedAt", letter.lastFailedAt(), "closedAt", text(letter.closedAt()), "paymentId",
                letter.paymentId().orElse(null), "rowId", letter.rowId().orElse(null));
    }

    private Map<String, Object> whole(DeadLetterSearch.Whole whole) {
        Map<String, Object> json = letter(whole.letter());
        json.put("companyFile", whole.companyFile());
        json.put("stack", withoutSecrets.apply(whole.stack()));
        json.put("request", withoutSecrets.apply(whole.request()));
        json.put("httpAnswer", withoutSecrets.apply(whole.httpAnswer()));
        json.put("qbxml", whole.qbxml());
        json.put("failures", whole.attempts().stream().map(attempt -> fields("number", attempt.number(), "at",
                attempt.at(), "sentence", withoutSecrets.apply(attempt.sentence()), "httpStatus",
                attempt.httpStatus().orElse(null))).toList());
        json.put("actions", whole.actions().stream().map(action -> fields("at", action.at(), "who", action.who(),
                "action", action.action(), "note", action.note())).toList());
        return json;
    }

    private static int page(WebRequest request) {
        return request.number("page", 1, 1, 1_000_000);
    }

    private static int size(WebRequest request) {
        return request.number("size", PAGE_SIZE, 1, LARGEST_PAGE);
    }

    private static <T> WebReply list(org.paymentsissued.ledger.Page<T> page,
            java.util.function.Function<T, Map<String, Object>> item) {
        return WebReply.json(200, fields("items", page.items().stream().map(item).toList(), "total", page.total(),
                "page", page.page(), "size", page.size()));
    }

    private static JsonNode json(WebRequest request) {
        try {
            JsonNode json = JSON.readTree(request.body());
            if (json != null && json.isObject()) {
                json.properties().forEach(field -> WebRequest.fitting(field.getKey(), field.getValue().asText("")));
                return json;
            }
        } catch (JsonProcessingException e) {
            // Answered below.
        }
        throw new WebRequest.Refusal(400, "The body must be a JSON object.");
    }

    private static String required(WebRequest request, String name) {
        String value = json(request).path(name).asText("").strip();
        if (value.isEmpty()) {
            throw new WebRequest.Refusal(400, "A " + name + " is required: {\"" + name + "\": \"...\"}.");
        }
        return value;
    }

    private static String text(Optional<?> value) {
        return value.map(found -> found instanceof java.math.BigDecimal amount ? amount.toPlainString()
                : found.toString()).orElse(null);
    }

    /** Name, value, name, value: in this order, null if absent, times as ISO text. */
    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            fields.put((String) pairs[i], value instanceof java.time.Instant instant ? instant.toString() : value);
        }
        return fields;
    }
}
