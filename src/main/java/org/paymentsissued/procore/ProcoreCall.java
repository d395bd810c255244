package org.paymentsissued.procore;

import java.util.Optional;
import org.paymentsissued.ledger.Deadline;
import org.paymentsissued.payment.CommitmentRef;

/**
 * One call to Procore, ready to be sent by a route.
 *
 * @param companyId        the Procore company that is meant; goes into the header of every call
 * @param method           GET, POST, PATCH or DELETE
 * @param path             what follows {@code /rest}
 * @param query            without question mark; empty where the ids travel in the body
 * @param body             JSON; empty for GET and DELETE
 * @param idempotencyToken the same on every repeat of the same change; empty for GET and DELETE
 * @param notAfter         the last moment at which it may be sent, as {@link Deadline#text()}; empty where any will do
 */
public record ProcoreCall(String companyId, String method, String path, String query, String body,
        String idempotencyToken, String notAfter) {

    private static final String PAYMENTS = "/v1.0/contract_payments";

    boolean isWrite() {
        return !method.equals("GET");
    }

    static ProcoreCall list(String companyId, CommitmentRef place, int page, int perPage) {
        return new ProcoreCall(companyId, "GET", PAYMENTS, query(place) + "&page=" + page + "&per_page="
                + perPage, "", "", "");
    }

    static ProcoreCall show(String companyId, long id, CommitmentRef place) {
        return new ProcoreCall(companyId, "GET", PAYMENTS + "/" + id, query(place), "", "", "");
    }

    static ProcoreCall create(String companyId, String body, String token) {
        return new ProcoreCall(companyId, "POST", PAYMENTS, "", body, token, "");
    }

    static ProcoreCall update(String companyId, long id, String body, String token) {
        return new ProcoreCall(companyId, "PATCH", PAYMENTS + "/" + id, "", body, token, "");
    }

    static ProcoreCall delete(String companyId, long id, CommitmentRef place) {
        return new ProcoreCall(companyId, "DELETE", PAYMENTS + "/" + id, query(place), "", "", "");
    }

    private static String query(CommitmentRef place) {
        return "project_id=" + place.projectId() + "&contract_id=" + place.commitmentId();
    }

    /** Reads the first of a company's projects: whether the company can be read at all. */
    static ProcoreCall firstProject(String companyId) {
        return get(companyId, "/v1.1/projects", "company_id=" + companyId
                + "&filters%5Bby_status%5D=Active&view=normal&page=1&per_page=1");
    }

    /** Reads something else than payments. @param path what follows {@code /rest}; the query is encoded */
    static ProcoreCall get(String companyId, String path, String query) {
        return new ProcoreCall(companyId, "GET", path, query, "", "", "");
    }

    /** The same call, not to be sent once its payment may have been taken over. */
    ProcoreCall until(Deadline deadline) {
        return new ProcoreCall(companyId, method, path, query, body, idempotencyToken, deadline.text());
    }

    /** For dead letters and logs: the whole request without secrets. */
    String words() {
        return method + " /rest" + path + (query.isEmpty() ? "" : "?" + query)
                + Optional.of(body).filter(text -> !text.isEmpty()).map(text -> "\n" + text).orElse("");
    }
}
