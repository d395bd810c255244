package org.paymentsissued.routecheck;

import java.util.List;
import java.util.Optional;

/**
 * A place where one stage hands over to the next, which other files or the program itself rely on. This list is the only
 * place that says so; tests compare it with the routes and the program.
 *
 * @param address as routes write it
 * @param file    route file that it comes in
 * @param caller  who calls it besides the route files; empty if only they do
 * @param carries variables or exchange properties that every caller has set
 */
record Seam(String address, String file, String caller, List<String> carries) {

    private Seam(String address, String file, String caller, String... carries) {
        this(address, file, caller, List.of(carries));
    }

    /** Set by the program for one sync of several. */
    static final String ONE_COMPANY_FILE = "companyFileName";

    static final List<Seam> ALL = List.of(
            new Seam("direct:sync", "10-poll.yaml", "the schedule, the command once and POST /api/sync"),
            new Seam("direct:fill-lookup", "10-poll.yaml", "", "sync"),
            new Seam("direct:read-company-file", "10-poll.yaml", "", "sync"),
            new Seam("direct:place-and-deliver", "10-poll.yaml", "the Web Connector", "sync"),
            new Seam("direct:read-quickbooks-http", "10-poll.yaml", "every sync with quickbooks.transport = http", "companyFile",
                    "sync"),
            new Seam("direct:read-quickbooks-web-connector", "10-poll.yaml",
                    "every sync with quickbooks.transport = web-connector", "companyFile", "sync"),
            new Seam("direct:read-quickbooks-file", "10-poll.yaml", "every sync with quickbooks.transport = file", "companyFile",
                    "sync"),
            new Seam("direct:ask-gateway", "10-poll.yaml", "the command check", "companyFile"),
            new Seam("direct:read-one-file", "10-poll.yaml", "", "companyFile", "sync", "reading", "fileOptions"),
            new Seam("direct:backfill", "12-backfill.yaml", "the command backfill"),
            new Seam("direct:split", "20-split.yaml", "the Web Connector", "reading", "sync"),
            new Seam("direct:row", "20-split.yaml", "", "row", "batch", "reading", "sync"),
            new Seam("direct:payment", "20-split.yaml", "the retry of a dead letter", "row", "reading", "sync"),
            new Seam("direct:deletion", "20-split.yaml", "the retry of a dead letter", "row", "reading"),
            new Seam("direct:bill", "20-split.yaml", "", "row", "reading"),
            new Seam("direct:enrich", "30-enrich.xml", "", "payment", "row", "reading"),
            new Seam("direct:place", "30-enrich.xml", ""),
            new Seam("direct:read-commitments", "30-enrich.xml", "the Web Connector"),
            new Seam("direct:read-one-commitment-file", "30-enrich.xml", ""),
            new Seam("direct:refresh-if-due", "35-refresh.yaml", ""),
            new Seam("direct:refresh-if-bills-wait", "35-refresh.yaml", ""),
            new Seam("direct:refresh-calls", "35-refresh.yaml", "", "refresh"),
            new Seam("direct:aggregate", "40-aggregate.yaml", "", "payment", "row", "reading", "sync"),
            new Seam("direct:record", "40-aggregate.yaml", "", "batch", "sync", "reading"),
            new Seam("direct:record-one", "40-aggregate.yaml", "", "batch", "sync", "reading"),
            new Seam("direct:record-payment", "40-aggregate.yaml", "", "payment", "row", "sync", "reading"),
            new Seam("direct:deliver", "50-deliver.yaml", "the commands and the console"),
            new Seam("direct:deliver-payment", "50-deliver.yaml", ""),
            new Seam("direct:release-payment", "50-deliver.yaml", "", "claim"),
            new Seam("direct:deliver-row", "50-deliver.yaml", ""),
            new Seam("direct:row-failed", "50-deliver.yaml", "", "dueRow", "stage"),
            new Seam("direct:procore", "50-deliver.yaml", "the commands check and reconcile"),
            new Seam("direct:yours-payment-read", "60-yours.yaml", "", "row", "reading"),
            new Seam("direct:yours-row-due", "60-yours.yaml", "", "dueRow"),
            new Seam("direct:yours-delivered", "60-yours.yaml", ""),
            new Seam("direct:yours-dead-letter", "60-yours.yaml", ""),
            new Seam("direct:dead-letter", "90-dead-letter.yaml", ""),
            new Seam("direct:announce", "90-dead-letter.yaml", ""));

    static Optional<Seam> of(String address) {
        return ALL.stream().filter(seam -> seam.address.equals(address)).findFirst();
    }

    boolean isCalledFromElsewhere() {
        return !caller.isEmpty();
    }

    /** Names by which a statement may ask the body that comes in: an invoice. */
    List<String> gives() {
        return address.equals("direct:enrich") ? List.of("companyFile", "billTxnId", "billNumber") : List.of();
    }
}
