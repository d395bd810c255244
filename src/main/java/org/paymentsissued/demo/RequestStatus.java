package org.paymentsissued.demo;

/** The outcome of one request: the status attributes of its Rs element. Message texts are our own. */
record RequestStatus(int code, String severity, String message) {

    static final RequestStatus OK = new RequestStatus(0, "Info", "Status OK");
    static final RequestStatus NOTHING_MATCHED = new RequestStatus(1, "Info", "No object matches the query.");

    static RequestStatus warning(int code, String message) {
        return new RequestStatus(code, "Warn", message);
    }

    /** Ends the evaluation of one request with an error status; its siblings are not touched. */
    static Failed failed(int code, String message) {
        return new Failed(new RequestStatus(code, "Error", message));
    }

    static final class Failed extends RuntimeException {
        private final transient RequestStatus status;

        private Failed(RequestStatus status) {
            super(status.message());
            this.status = status;
        }

        RequestStatus status() {
            return status;
        }
    }
}
