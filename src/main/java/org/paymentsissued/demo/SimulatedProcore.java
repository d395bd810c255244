package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.paymentsissued.demo.Company.Commitment;
import org.paymentsissued.demo.Company.Project;

/**
 * A Procore company in memory: the part of Procore's API that payments on commitments need. It trusts no client, keeps what
 * it saw in {@link #requests()}, and lists in {@link #violations()} what a polite and exact client would not have done. Safe
 * for use by several threads.
 */
public class SimulatedProcore {
    /** The company of {@link #ofDemoData()}. */
    public static final long DEMO_COMPANY_ID = 598134325510001L;
    /** Accepted by the token endpoint. */
    public static final String CLIENT_ID = "demo-client";
    /** Goes with {@link #CLIENT_ID}. */
    public static final String CLIENT_SECRET = "demo-secret";

    /** The two kinds of commitment. */
    public enum CommitmentType {
        WORK_ORDER_CONTRACT, PURCHASE_ORDER_CONTRACT;

        static CommitmentType named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * One HTTP request.
     *
     * @param path    without the query, decoded
     * @param query   decoded; a name may be given several times
     * @param headers found whatever the case of the name
     * @param body    empty if there is none
     */
    public record Request(
            String method, String path, Map<String, List<String>> query, Map<String, String> headers, String body) {

        public Request {
            query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
            Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            anyCase.putAll(headers);
            headers = Collections.unmodifiableMap(anyCase);
            body = body == null ? "" : body;
        }

        /** A request without headers; the query is encoded after the path. */
        public static Request of(String method, String pathAndQuery, String body) {
            int mark = pathAndQuery.indexOf('?');
            String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
            String query = mark < 0 ? "" : pathAndQuery.substring(mark + 1);
            return new Request(method, path, parameters(query), Map.of(), body);
        }

        /** The same request with one more header, or another value of it. */
        public Request with(String header, String value) {
            Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            more.putAll(headers);
            more.put(header, value);
            return new Request(method, path, query, more, body);
        }

        static Map<String, List<String>> parameters(String encoded) {
            Map<String, List<String>> parameters = new LinkedHashMap<>();
            for (String pair : encoded.split("&")) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = equals < 0 ? pair : pair.substring(0, equals);
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    parameters.computeIfAbsent(decoded(name), unseen -> new ArrayList<>()).add(decoded(value));
                }
            }
            return parameters;
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        Optional<String> parameter(String name) {
            return Optional.ofNullable(query.get(name)).map(values -> values.get(values.size() - 1));
        }

        /** A required id in the query. */
        long id(String name) {
            String text = parameter(name).orElseThrow(() -> Refusal.badRequest(name + " is missing in the query"));
            if (!text.matches("\\d{1,18}")) {
                throw Refusal.badRequest(name + " must be a whole number");
            }
            return Long.parseLong(text);
        }

        /** The media type in lower case without parameters; empty if none is given. */
        String contentType() {
            return headers.getOrDefault("Content-Type", "").split(";")[0].trim().toLowerCase(Locale.ROOT);
        }

        String line() {
            return method + " " + path;
        }
    }

    /**
     * One HTTP answer.
     *
     * @param headers found whatever the case of the name
     */
    public record Reply(int status, Map<String, String> headers, String body) {
        public Reply {
            Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            anyCase.putAll(headers);
            headers = Collections.unmodifiableMap(anyCase);
        }

        static Reply json(int status, JsonNode body) {
            return empty(status).with("Content-Type", "application/json; charset=utf-8").withBody(body.toString());
        }

        static Reply empty(int status) {
            return new Reply(status, Map.of(), "");
        }

        Reply with(String header, String value) {
            return with(Map.of(header, value));
        }

        Reply with(Map<String, String> more) {
            Map<String, String> all = new HashMap<>(headers);
            all.putAll(more);
            return new Reply(status, all, body);
        }

        Reply withBody(String body) {
            return new Reply(status, headers, body);
        }
    }

    /** A request and the status of its answer. */
    public record Call(Request request, int status) {
    }

    private static final Pattern REST_PATH = Pattern.compile("/rest/(v\\d\\.\\d/[a-z_]+)(?:/(\\d{1,18}))?");
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    final Company company;
    final ContractPayments payments;
    private final AccessTokens tokens;
    private final Violations violations;
    private final List<Call> calls = new ArrayList<>();

    /** An empty company. */
    public SimulatedProcore(long companyId) {
        this(new Company(companyId, Clock.systemUTC()));
    }

    private SimulatedProcore(Company company) {
        this(company, new ContractPayments(company), new AccessTokens(company.clock()));
    }

    SimulatedProcore(Company company, ContractPayments payments, AccessTokens tokens) {
        this.company = company;
        this.payments = payments;
        this.tokens = tokens;
        this.violations = company.violations();
    }

    /** The company of the demo, from the CSV files under {@code demo/data/} on the class path. */
    public static SimulatedProcore ofDemoData() {
        SimulatedProcore procore = new SimulatedProcore(DEMO_COMPANY_ID);
        procore.company.enterDemoData();
        return procore;
    }

    /** An active project the account may see. */
    public synchronized SimulatedProcore project(long projectId, String name) {
        company.add(new Project(projectId, name, null, company.now()));
        return this;
    }

    /** An approved commitment with the payments tab on; the vendor is the name of a directory company. */
    public synchronized SimulatedProcore commitment(
            long projectId, long commitmentId, CommitmentType type, String number, String vendor) {
        company.add(new Commitment(commitmentId, projectId, type, number, number, vendor, "Approved", true, company.now()));
        return this;
    }

    /** Sets up a project and a commitment that a call names but that do not exist yet. */
    @FunctionalInterface
    public interface Newcomers {
        void named(SimulatedProcore procore, long projectId, long commitmentId);
    }

    /**
     * For trials, in which nothing is known beforehand: a commitment is set up when a call first names it, any amount and
     * any subcontractor invoice is taken, and calls are not kept.
     */
    public SimulatedProcore newcomers(Newcomers newcomers) {
        company.newcomers((projectId, commitmentId) -> newcomers.named(this, projectId, commitmentId));
        return this;
    }

    /**
     * A payment that we wrote before this simulation began.
     *
     * @param paymentId 0 where the next free id will do
     * @param fields    what is under contract_payment in the call that wrote it
     */
    public synchronized void alreadyHolds(long paymentId, long commitmentId, String fields) {
        payments.add(paymentId, company.existing(commitmentId), PaymentIssued.Author.INTEGRATION, Json.read(fields));
    }

    /** Every call so far, in the order in which they were processed. */
    public synchronized List<Call> requests() {
        return List.copyOf(calls);
    }

    /** Every payment as it is stored now, oldest first. */
    public synchronized List<PaymentIssued> paymentsIssued() {
        return payments.paymentsIssued();
    }

    /** What no polite and exact client would have done, a sentence each, in order. */
    public List<String> violations() {
        return violations.sentences();
    }

    /** Answers one request. */
    public synchronized Reply handle(Request request) {
        Reply reply = answer(request);
        if (!company.isOfTrial()) {
            calls.add(new Call(request, reply.status()));
        }
        return reply;
    }

    /** The same for a Camel route on platform-http. */
    public void answer(Exchange exchange) {
        RouteExchange route = new RouteExchange(exchange);
        route.reply(handle(route.request()));
    }

    private Reply answer(Request request) {
        if (request.path().startsWith("/rest/")) {
            violations.noteHeaders(request);
        }
        return process(request).with(Map.of("Date", HTTP_DATE.format(company.clock().instant()),
                "X-Request-Id", String.format("synthetic-%08d", calls.size() + 1)));
    }

    Reply process(Request request) {
        try {
            if (request.path().startsWith("/oauth/")) {
                return tokens.answer(request);
            }
            requireAccess(request);
            return route(request);
        } catch (Refusal refusal) {
            return refusal.reply();
        }
    }

    void requireAccess(Request request) {
        if (!tokens.accepts(request)) {
            throw Refusal.generic(401, "The access token is missing, unknown or expired.", null, null, "Unauthorized");
        }
        if (request.headers().getOrDefault("User-Agent", "").isBlank()) {
            throw Refusal.badRequest("A User-Agent is required");
        }
        if (!String.valueOf(company.id()).equals(request.headers().get("Procore-Company-Id"))) {
            throw Refusal.notFound("Not found");
        }
    }

    Reply route(Request request) {
        Matcher path = REST_PATH.matcher(request.path());
        if (!path.matches()) {
            throw unknownPath(request);
        }
        String resource = request.method() + " " + path.group(1);
        if (path.group(2) == null) {
            return switch (resource) {
                case "GET v1.0/contract_payments" -> payments.list(request);
                case "POST v1.0/contract_payments" -> payments.create(request);
                case "GET v1.1/requisitions" -> company.requisitions(request);
                case "GET v1.0/commitments" -> company.commitments(request);
                case "GET v1.0/work_order_contracts" -> company.contracts(request, CommitmentType.WORK_ORDER_CONTRACT);
                case "GET v1.0/purchase_order_contracts" ->
                        company.contracts(request, CommitmentType.PURCHASE_ORDER_CONTRACT);
                case "GET v1.1/projects" -> company.projects(request);
                default -> throw unknownPath(request);
            };
        }
        long id = Long.parseLong(path.group(2));
        return switch (resource) {
            case "GET v1.0/contract_payments" -> payments.show(request, id);
            case "PATCH v1.0/contract_payments" -> payments.update(request, id);
            case "DELETE v1.0/contract_payments" -> payments.delete(request, id);
            default -> throw unknownPath(request);
        };
    }

    private Refusal unknownPath(Request request) {
        violations.note(request.line() + " is no documented call");
        return Refusal.notFound("No such path");
    }
}
