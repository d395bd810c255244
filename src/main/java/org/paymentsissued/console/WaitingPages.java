package org.paymentsissued.console;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.payment.RowState;

/** Bills that have no commitment yet, and assigning one. */
public final class WaitingPages implements Console.Family {

    private final PaymentSearch payments;
    private final OperatorActions actions;
    private final Work work;
    private final String companyFile;
    private final Layout layout;
    private final UnaryOperator<String> withoutSecrets;

    /** @param companyFile that is meant where a script names none */
    public WaitingPages(PaymentSearch payments, OperatorActions actions, Work work, String companyFile, Layout layout,
            UnaryOperator<String> withoutSecrets) {
        this.payments = payments;
        this.actions = actions;
        this.work = work;
        this.companyFile = companyFile;
        this.layout = layout;
        this.withoutSecrets = withoutSecrets;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/console/waiting", this::list)
                .get("/console/waiting.csv", call -> PaymentPages.csv("waiting.csv", payments.page(Optional.of(RowState.WAITING),
                        call.parameter("q"), 1, Layout.MOST_CSV_LINES).items()))
                .post("/console/payments/{id}/commitment", this::assign)
                .post("/api/commitments", this::assignBill);
    }

    private WebReply list(ConsoleCall call) {
        String text = call.parameter("q");
        Page<PaymentSearch.Found> page = payments.page(Optional.of(RowState.WAITING), text, call.page(), call.size());
        Map<String, Object> model = layout.model("Waiting", Tab.WAITING, call);
        model.putAll(Layout.fields("heading", "Waiting for a commitment", "hint", "No commitment is known for these bills yet. Assign one"
                + " here, or drop a CSV file into commitments.inbox; the payments are then sent automatically.",
                "path", "/console/waiting", "q", text, "none", page.total() > 0 ? "" : text.isEmpty() ? "No bills are waiting."
                        : "No payments match.", "items", PaymentView.Line.of(page.items(), withoutSecrets)));
        Layout.pager(model, page, "/console/waiting", "q", text);
        return layout.page("payments", model);
    }

    private WebReply assign(ConsoleCall call) {
        PaymentSearch.Found row = PaymentPages.row(payments, call);
        int placed = place(row.companyFile(), BillPlace.of(name -> name.equals("billTxnId") ? row.billTxnId() : call.field(name)), call);
        return layout.back(call, "/console/payments/" + row.id(), placed == 0 ? "Saved. No payment had to move."
                : "Saved. " + placed + (placed == 1 ? " payment is" : " payments are")
                        + " now on that commitment and will be sent within seconds.");
    }

    private WebReply assignBill(ConsoleCall call) {
        String file = call.field("companyFile");
        return WebReply.json(200, Map.of("placed", place(file.isEmpty() ? companyFile : file, BillPlace.of(call::field), call)));
    }

    private int place(String file, BillPlace place, ConsoleCall call) {
        int placed = actions.placeBill(file, place.billTxnId(), place.placement(), call.who());
        work.deliver();
        return placed;
    }
}
