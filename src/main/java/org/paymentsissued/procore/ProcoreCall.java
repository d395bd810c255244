package org.paymentsissued.procore;

import java.util.Optional;

/**
 * One call to Procore, ready to be sent by a route.
 *
 * @param method           GET, POST, PATCH or DELETE
 * @param path             what follows {@code /rest}
 * @param query            without question mark; empty where the ids travel in the body
 * @param body             JSON; empty for GET and DELETE
 * @param idempotencyToken the same on every repeat of the same change; empty for GET and DELETE
 */
public record ProcoreCall(String method, String path, String query, String body, String idempotencyToken) {

    private static final String PAYMENTS = "/v1.0/contract_payments";

    boolean isWrite() {
        return !method.equals("GET");
    }

    static ProcoreCall list(long projectId, long contractId, int page, int perPage) {
        return new ProcoreCall("GET", PAYMENTS, "project_id=" + projectId + "&contract_id=" + contractId + "&page=" + page
                + "&per_page=" + perPage, "", "");
    }

    static ProcoreCall show(long id, long projectId, long contractId) {
        return new ProcoreCall("GET", PAYMENTS + "/" + id, "project_id=" + projectId + "&contract_id=" + contractId, "", "");
    }

    static ProcoreCall create(String body, String token) {
        return new ProcoreCall("POST", PAYMENTS, "", body, token);
    }

    static ProcoreCall update(long id, String body, String token) {
        return new ProcoreCall("PATCH", PAYMENTS + "/" + id, "", body, token);
    }

    static ProcoreCall delete(long id, long projectId, long contractId) {
        return new ProcoreCall("DELETE", PAYMENTS + "/" + id, "project_id=" + projectId + "&contract_id=" + contractId, "", "");
    }

    /** Reads something else than payments. @param path what follows {@code /rest}; the query is encoded */
    static ProcoreCall get(String path, String query) {
        return new ProcoreCall("GET", path, query, "", "");
    }

    /** For dead letters and logs: everything that was asked, nothing that is secret. */
    String words() {
        return method + " /rest" + path + (query.isEmpty() ? "" : "?" + query)
                + Optional.of(body).filter(text -> !text.isEmpty()).map(text -> "\n" + text).orElse("");
    }
}
