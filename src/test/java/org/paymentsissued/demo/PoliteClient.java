package org.paymentsissued.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** A client as Procore would wish: it has a token, names its company and gives every change a token of its own. */
final class PoliteClient {
    static final long COMPANY = 598134325510001L;
    static final String PAYMENTS = "/rest/v1.0/contract_payments";
    static final String LIST = PAYMENTS + "?project_id=1&contract_id=11";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SimulatedProcore procore;
    private String token;
    private int changes;

    PoliteClient(SimulatedProcore procore) {
        this.procore = procore;
        logIn();
    }

    static TestProcore riversideClinic() {
        return new TestProcore(COMPANY)
                .project(1, "Riverside Clinic")
                .commitment(1, 11, SimulatedProcore.CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall")
                .commitment(1, 12, SimulatedProcore.CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-007", "Mesa Steel")
                .requisition(11, 101, "BILL-1", "HD-0431", "14400.00")
                .requisition(12, 102, null, "MS-2291", "41200.00");
    }

    static Request tokenRequest(String secret) {
        return Request.of("POST", "/oauth/token", "grant_type=client_credentials&client_id="
                + SimulatedProcore.CLIENT_ID + "&client_secret=" + secret)
                .with("Content-Type", "application/x-www-form-urlencoded");
    }

    static JsonNode json(Reply reply) {
        try {
            return JSON.readTree(reply.body());
        } catch (JsonProcessingException unreadable) {
            throw new AssertionError(reply.body(), unreadable);
        }
    }

    PoliteClient logIn() {
        token = json(procore.handle(tokenRequest(SimulatedProcore.CLIENT_SECRET))).path("access_token").asText();
        return this;
    }

    String token() {
        return token;
    }

    Request request(String method, String pathAndQuery, String body) {
        Request request = Request.of(method, pathAndQuery, body)
                .with("Authorization", "Bearer " + token)
                .with("Procore-Company-Id", String.valueOf(COMPANY))
                .with("User-Agent", "payments-issued/test")
                .with("Accept", "application/json");
        return method.equals("POST") || method.equals("PATCH")
                ? request.with("Content-Type", "application/json").with("Idempotency-Token", "change-" + ++changes)
                : request;
    }

    Reply get(String pathAndQuery) {
        return procore.handle(request("GET", pathAndQuery, ""));
    }

    /** Apostrophes stand for quotes. */
    Request posting(String payment) {
        return request("POST", PAYMENTS, envelope(payment));
    }

    Reply post(String payment) {
        return procore.handle(posting(payment));
    }

    /** Posts 9000.00 for bill BILL-1 and returns the record's id. */
    long postOurs(String originId) {
        return json(post(ours(originId))).path("id").asLong();
    }

    static String ours(String originId) {
        return "{'amount':'9000.00','date':'2026-03-25','payment_method':'check','check_number':'10902',"
                + "'requisition_id':101,'origin_id':'" + originId + "'}";
    }

    Reply patch(long id, String payment) {
        return procore.handle(request("PATCH", PAYMENTS + "/" + id, envelope(payment)));
    }

    Reply show(long id) {
        return get(located(id));
    }

    Reply delete(long id) {
        return procore.handle(request("DELETE", located(id), ""));
    }

    static String located(long id) {
        return PAYMENTS + "/" + id + "?project_id=1&contract_id=11";
    }

    static String envelope(String payment) {
        return ("{'project_id':1,'contract_id':11,'contract_payment':" + payment + "}").replace('\'', '"');
    }
}
