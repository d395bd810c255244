package org.paymentsissued.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.procore.BelievedRecords;
import org.paymentsissued.procore.ProcoreLogin;

/**
 * Answers in place of Procore, inside the process: every commitment that a call names exists, accepts payments, and
 * holds what the ledger last recorded. Keeps each write, since that is what a trial shows.
 */
public final class ProcoreStandIn implements InPlaceOfProcore {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String COMPANY = "Procore-Company-Id";

    private record Company(SimulatedProcore procore, String token) { }

    private final Map<String, Company> companies = new TreeMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private volatile Deliveries ledger;
    private volatile BelievedRecords records;

    @Override
    public void asks(Deliveries deliveries, BelievedRecords believed) {
        ledger = deliveries;
        records = believed;
    }

    @Override
    public boolean reads() {
        return false;
    }

    @Override
    public synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    @Override
    public synchronized List<String> remarks() {
        return companies.values().stream().flatMap(company -> company.procore().violations().stream()).distinct().toList();
    }

    @Override
    public synchronized void answer(Exchange exchange, String address, Optional<Producer> real) throws JsonProcessingException {
        Message message = exchange.getMessage();
        String text = message.getBody(String.class);
        String body = text == null ? "" : text;
        String method = message.getHeader(Exchange.HTTP_METHOD, body.isEmpty() ? "GET" : "POST", String.class);
        String path = pathOf(message, address);
        Map<String, String> headers = headersOf(message);
        String companyId = headers.getOrDefault(COMPANY, "");
        Company company = companies.computeIfAbsent(companyId.isEmpty() ? firstCompany() : companyId, this::founded);
        Optional<LedgerRow> row = Optional.ofNullable(exchange.getVariable("dueRow", Long.class)).flatMap(ledger::row);
        Request request = Request.of(method, path, body);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            request = request.with(header.getKey(), header.getValue());
        }
        Reply reply = company.procore().handle(request.with("Authorization", "Bearer " + company.token()));
        if (!method.equals("GET")) {
            sent.add(new Sent(row, method, path, companyId, body, reply.status()));
        }
        message.removeHeaders("*");
        reply.headers().forEach(message::setHeader);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        message.setBody(reply.body());
    }

    private static String pathOf(Message message, String address) {
        String base = Optional.ofNullable(URI.create(address).getRawPath()).orElse("");
        String more = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        String query = message.getHeader(Exchange.HTTP_QUERY, "", String.class);
        boolean joined = base.endsWith("/") || more.isEmpty() || more.startsWith("/");
        return base + (joined ? "" : "/") + more + (query.isEmpty() ? "" : "?" + query);
    }

    /** Leaves out Camel's own headers, and those that the real client removes. */
    private static Map<String, String> headersOf(Message message) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        message.getHeaders().forEach((name, value) -> {
            if (value != null && !name.regionMatches(true, 0, "Camel", 0, 5) && !name.equals(ProcoreLogin.NOT_AFTER)) {
                headers.put(name, value.toString());
            }
        });
        return headers;
    }

    /** A call that does not say which company it means is one that any company refuses. */
    private String firstCompany() {
        return companies.keySet().stream().findFirst().orElse("0");
    }

    private Company founded(String id) {
        SimulatedProcore procore = new SimulatedProcore(id.matches("\\d{1,18}") ? Long.parseLong(id) : 0)
                .newcomers((company, projectId, contractId) -> setUp(company, id, projectId, contractId));
        Reply login = procore.handle(Request.of("POST", "/oauth/token", "grant_type=client_credentials&client_id="
                + SimulatedProcore.CLIENT_ID + "&client_secret=" + SimulatedProcore.CLIENT_SECRET)
                .with("Content-Type", "application/x-www-form-urlencoded"));
        try {
            return new Company(procore, JSON.readTree(login.body()).path("access_token").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void setUp(SimulatedProcore procore, String companyId, long projectId, long contractId) {
        procore.project(projectId, "Project " + projectId)
                .commitment(projectId, contractId, CommitmentType.WORK_ORDER_CONTRACT, String.valueOf(contractId), "Vendor");
        records.on(companyId, projectId, contractId)
                .forEach(record -> procore.alreadyHolds(record.id(), contractId, record.fields()));
    }
}
