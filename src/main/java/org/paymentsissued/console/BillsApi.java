package org.paymentsissued.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.procore.CommitmentCsv;
import org.paymentsissued.procore.CommitmentFiles;
import org.paymentsissued.procore.CommitmentSearch;

/** Which commitment a bill belongs to, for scripts: the catalog, waiting bills, assigning and taking back, lookup files. */
public final class BillsApi implements Console.Family {

    private static final int LONGEST_FILE_NAME = 200;
    private static final int LINES_SHOWN = 1_000;

    private final Assignments assignments;
    private final ProcoreCatalog catalog;
    private final CommitmentFiles files;
    private final OperatorActions actions;
    private final Work work;
    private final ProcoreLinks links;

    public BillsApi(Assignments assignments, ProcoreCatalog catalog, CommitmentFiles files, OperatorActions actions, Work work,
            ProcoreLinks links) {
        this.assignments = assignments;
        this.catalog = catalog;
        this.files = files;
        this.actions = actions;
        this.work = work;
        this.links = links;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/api/commitments", this::commitments)
                .get("/api/waiting-bills", call -> Layout.list(Page.of(assignments.waiting(), call.page(), call.size())))
                .get("/api/waiting-bills.csv", call -> WaitingCsv.lookup(assignments.waiting()))
                .put("/api/bills/{companyFile}/{billTxnId}/commitment", this::assign)
                .delete("/api/bills/{companyFile}/{billTxnId}/commitment", this::takeBack)
                .post("/api/commitments/files", this::upload);
    }

    private WebReply commitments(ConsoleCall call) {
        return Layout.list(catalog.search("", call.parameter("q"), call.parameter("project"), call.parameter("vendor"), call.page(),
                call.size()).map(listed -> CommitmentView.of(listed, links)));
    }

    private static WaitingBills.Id bill(ConsoleCall call) {
        return new WaitingBills.Id(call.path().get("companyFile"), call.path().get("billTxnId"));
    }

    private WebReply assign(ConsoleCall call) {
        WaitingBills.Id bill = bill(call);
        long commitmentId = id(call, "commitmentId")
                .orElseThrow(() -> new WebRequest.Refusal(400, "A commitmentId is required: {\"commitmentId\": 598134325741401}."));
        Set<WaitingBills.Id> bills = new LinkedHashSet<>(List.of(bill));
        JsonNode also = call.json().path("also");
        if (!also.isMissingNode() && !also.isNull() && !also.isArray()) {
            throw new WebRequest.Refusal(400, "also must be a list of bills' TxnIDs.");
        }
        StreamSupport.stream(also.spliterator(), false).forEach(one -> bills.add(new WaitingBills.Id(bill.companyFile(), one.asText(""))));
        try {
            Assignments.Done done = assignments.assign(new ArrayList<>(bills), id(call, "projectId"), commitmentId,
                    id(call, "requisitionId"), call.who());
            return WebReply.json(200, Layout.fields("placed", done.payments(), "bills", bills.size(), "commitment",
                    CommitmentView.of(done.commitment(), links)));
        } catch (CommitmentSearch.NotAnswered e) {
            throw new WebRequest.Refusal(503, "Procore cannot be asked about the commitment now: " + e.getMessage()
                    + " Nothing was changed.");
        }
    }

    private static Optional<Long> id(ConsoleCall call, String name) {
        String text = call.field(name);
        if (!text.isEmpty() && !text.matches("[1-9]\\d{0,17}")) {
            throw new WebRequest.Refusal(400, name + " = \"" + text + "\" is not an id of Procore, such as 598134325741401.");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(text));
    }

    private WebReply takeBack(ConsoleCall call) {
        WaitingBills.Id bill = bill(call);
        int payments = assignments.takeBack(bill, call.who()).orElseThrow(() -> new WebRequest.Refusal(404, "Bill " + bill.txnId()
                + " of company file " + bill.companyFile() + " has no commitment."));
        return WebReply.json(200, Map.of("takenBack", payments));
    }

    private WebReply upload(ConsoleCall call) {
        boolean dryRun = call.request().choice("dryRun", List.of("true", "false")).equals("true");
        String name = WebRequest.fitting("name", call.parameter("name"), LONGEST_FILE_NAME);
        CommitmentCsv.Content content = files.read(call.request().body().getBytes(StandardCharsets.UTF_8));
        if (!dryRun && !content.assigned().isEmpty()) {
            files.put(content);
            actions.done(call.who(), "upload", name.isEmpty() ? "lookup file" : name, content.assigned().size() + " bills assigned, "
                    + content.leftWaiting() + " left waiting, " + content.refused().size() + " lines refused");
            work.deliver();
        }
        return WebReply.json(200, Layout.fields("taken", content.assigned().size(), "leftWaiting", content.leftWaiting(), "refused",
                content.refused().stream().map(line -> Layout.fields("line", line.number(), "reason", line.reason())).toList(),
                "lines", content.assigned().stream().limit(LINES_SHOWN).map(line -> Layout.fields("line", line.number(), "billTxnId",
                        line.bill().txnId(), "commitment", assignments.name(line.bill().companyFile(), line.placement().commitment())))
                        .toList()));
    }
}
