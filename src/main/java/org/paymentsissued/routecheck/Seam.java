package org.paymentsissued.routecheck;

import java.util.List;
import java.util.Optional;

/**
 * A place where one stage hands over to the next, which other files or the program itself rely on. This list is the one
 * place that says so; tests hold it against the routes and against the program.
 *
 * @param address  as routes write it
 * @param file     route file that it is shipped in
 * @param caller   who calls it besides the route files; empty where only they do
 * @param carries  exchange properties that every caller has set
 * @param mayCarry properties that some callers set
 * @param gives    names by which a statement may ask the body that comes in
 */
record Seam(String address, String file, String caller, List<String> carries, List<String> mayCarry, List<String> gives) {

    private Seam(String address, String file, String caller, List<String> carries, List<String> mayCarry) {
        this(address, file, caller, carries, mayCarry, List.of());
    }

    private Seam(String address, String file, String caller, List<String> carries) {
        this(address, file, caller, carries, List.of());
    }

    static final List<Seam> ALL = List.of(
            new Seam("direct:sync", "10-poll.yaml", "the schedule, the command once and POST /api/sync", List.of(),
                    List.of("companyFileName")),
            new Seam("direct:read-quickbooks-http", "10-poll.yaml", "every sync with quickbooks.transport = http",
                    List.of("companyFile", "sync")),
            new Seam("direct:read-quickbooks-web-connector", "10-poll.yaml",
                    "every sync with quickbooks.transport = web-connector", List.of("companyFile", "sync")),
            new Seam("direct:read-quickbooks-file", "10-poll.yaml", "every sync with quickbooks.transport = file",
                    List.of("companyFile", "sync")),
            new Seam("direct:converse", "10-poll.yaml", "", List.of("companyFile", "sync", "reading")),
            new Seam("direct:ask-gateway", "10-poll.yaml", "the command check", List.of("companyFile")),
            new Seam("direct:read-one-file", "10-poll.yaml", "", List.of("companyFile", "sync", "reading", "fileOptions")),
            new Seam("direct:backfill", "12-backfill.yaml", "the command backfill", List.of()),
            new Seam("direct:split", "20-split.yaml", "the Web Connector", List.of("reading", "sync")),
            new Seam("direct:record", "20-split.yaml", "", List.of("batch", "sync", "reading")),
            new Seam("direct:payment", "20-split.yaml", "the retry of a dead letter", List.of("row", "reading", "sync")),
            new Seam("direct:deletion", "20-split.yaml", "the retry of a dead letter", List.of("row", "reading")),
            new Seam("direct:bill", "20-split.yaml", "", List.of("row", "reading")),
            new Seam("direct:enrich", "30-enrich.xml", "", List.of("payment", "row", "reading"), List.of("stage"),
                    List.of("companyFile", "billTxnId", "billNumber")),
            new Seam("direct:place", "30-enrich.xml", "the Web Connector", List.of()),
            new Seam("direct:read-commitments", "30-enrich.xml", "the Web Connector", List.of()),
            new Seam("direct:read-one-commitment-file", "30-enrich.xml", "", List.of()),
            new Seam("direct:refresh-if-due", "35-refresh.yaml", "", List.of()),
            new Seam("direct:refresh-if-bills-wait", "35-refresh.yaml", "", List.of()),
            new Seam("direct:refresh-calls", "35-refresh.yaml", "", List.of("refresh")),
            new Seam("direct:aggregate", "40-aggregate.yaml", "", List.of("payment", "row", "reading", "sync"),
                    List.of("stage", "batch")),
            new Seam("direct:deliver", "50-deliver.yaml", "the commands and the console", List.of()),
            new Seam("direct:deliver-payment", "50-deliver.yaml", "", List.of()),
            new Seam("direct:deliver-row", "50-deliver.yaml", "", List.of()),
            new Seam("direct:procore", "50-deliver.yaml", "the commands check and reconcile", List.of()),
            new Seam("direct:yours-payment-read", "60-yours.yaml", "", List.of("payment", "row", "reading")),
            new Seam("direct:yours-row-due", "60-yours.yaml", "", List.of("dueRow")),
            new Seam("direct:yours-delivered", "60-yours.yaml", "", List.of()),
            new Seam("direct:dead-letter", "90-dead-letter.yaml", "", List.of("row", "reading")));

    static Optional<Seam> of(String address) {
        return ALL.stream().filter(seam -> seam.address.equals(address)).findFirst();
    }

    boolean isCalledFromElsewhere() {
        return !caller.isEmpty();
    }
}
