package org.paymentsissued.procore;

import java.util.Optional;
import org.paymentsissued.ledger.LastMoment;

/**
 * One call to Procore, ready to be sent by a route.
 *
 * @param companyId        the Procore company that is meant; goes into the header of every call
 * @param method           GET, POST, PATCH or DELETE
 * @param path             what follows {@code /rest}
 * @param query            without question mark; empty where the ids travel in the body
 * @param body             JSON; empty for GET and DELETE
 * @param idempotencyToken the same on every repeat of the same change; empty for GET and DELETE
 * @param notAfter         the last moment at which it may be sent, as {@link LastMoment#text()}; empty where any will do
 */
public record ProcoreCall(String companyId, String method, String path, String query, String body,
        String idempotencyToken, String notAfter) {

    private static final String PAYMENTS = "/v1.0/contract_payments";

    boolean isWrite() {
        return !method.equals("GET");
    }

    static ProcoreCall list(String companyId, long projectId, long contractId, int page, int perPage) {
        return new ProcoreCall(companyId, "GET", PAYMENTS, place(projectId, contractId) + "&page=" + page + "&per_page="
                + perPage, "", "", "");
    }

    static ProcoreCall show(String companyId, long id, long projectId, long contractId) {
        return new ProcoreCall(companyId, "GET", PAYMENTS + "/" + id, place(projectId, contractId), "", "", "");
    }

    static ProcoreCall create(String companyId, String body, String token) {
        return new ProcoreCall(companyId, "POST", PAYMENTS, "", body, token, "");
    }

    static ProcoreCall update(String companyId, long id, String body, String token) {
        return new ProcoreCall(companyId, "PATCH", PAYMENTS + "/" + id, "", body, token, "");
    }

    static ProcoreCall delete(String companyId, long id, long projectId, long contractId) {
        return new ProcoreCall(companyId, "DELETE", PAYMENTS + "/" + id, place(projectId, contractId), "", "", "");
    }

    private static String place(long projectId, long contractId) {
        return "project_id=" + projectId + "&contract_id=" + contractId;
    }

    /** Reads something else than payments. @param path what follows {@code /rest}; the query is encoded */
    static ProcoreCall get(String companyId, String path, String query) {
        return new ProcoreCall(companyId, "GET", path, query, "", "", "");
    }

    /** The same call, not to be sent once its payment may have been taken over. */
    ProcoreCall until(LastMoment lastMoment) {
        return new ProcoreCall(companyId, method, path, query, body, idempotencyToken, lastMoment.text());
    }

    /** For dead letters and logs: everything that was asked, nothing that is secret. */
    String words() {
        return method + " /rest" + path + (query.isEmpty() ? "" : "?" + query)
                + Optional.of(body).filter(text -> !text.isEmpty()).map(text -> "\n" + text).orElse("");
    }
}
