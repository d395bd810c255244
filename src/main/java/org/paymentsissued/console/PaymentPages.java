package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.payment.RowState;

/** Ledger rows: one per payment and bill. */
public final class PaymentPages implements Console.Family {

    static final List<String> STATES = Arrays.stream(RowState.values()).map(RowState::word).toList();

    private final PaymentSearch payments;
    private final ProcoreLinks links;
    private final Layout layout;
    private final UnaryOperator<String> withoutSecrets;

    public PaymentPages(PaymentSearch payments, ProcoreLinks links, Layout layout, UnaryOperator<String> withoutSecrets) {
        this.payments = payments;
        this.links = links;
        this.layout = layout;
        this.withoutSecrets = withoutSecrets;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/console/payments", this::list)
                .get("/console/payments.csv", this::csv)
                .get("/console/payments/{id}", this::one)
                .get("/api/payments", call -> Layout.list(found(call).map(row -> PaymentView.of(row, withoutSecrets))));
    }

    private static Optional<RowState> state(ConsoleCall call) {
        String state = call.request().choice("state", STATES);
        return state.isEmpty() ? Optional.empty() : Optional.of(RowState.valueOf(state.toUpperCase(Locale.ROOT)));
    }

    private Page<PaymentSearch.Found> found(ConsoleCall call) {
        return payments.page(state(call), call.parameter("q"), call.page(), call.size());
    }

    private WebReply list(ConsoleCall call) {
        Page<PaymentSearch.Found> page = found(call);
        String state = call.parameter("state");
        Map<String, Object> model = layout.model("Payments", Tab.PAYMENTS, call);
        model.putAll(Layout.fields("heading", "Payments", "path", "/console/payments", "statesShown", true,
                "states", Layout.options(STATES, state), "q", call.parameter("q"),
                "none", page.total() > 0 ? "" : "No payments match.", "items", PaymentView.Line.of(page.items(), withoutSecrets)));
        Layout.pager(model, page, "/console/payments", "state", state, "q", call.parameter("q"));
        return layout.page("payments", model);
    }

    private WebReply csv(ConsoleCall call) {
        return csv("payments.csv", payments.page(state(call), call.parameter("q"), 1, Layout.MOST_CSV_LINES).items());
    }

    static WebReply csv(String name, List<PaymentSearch.Found> rows) {
        return Layout.csv(name, List.of("state", "company_file", "payment", "number", "date", "vendor", "bill_txn_id",
                "invoice", "job", "amount", "project_id", "commitment_id", "procore_id", "reason"), rows.stream()
                        .map(row -> List.<Object>of(row.state().word(), row.companyFile(), row.paymentTxnId(), row.number(),
                                row.date().map(LocalDate::toString).orElse(""), row.payee(), row.billTxnId(), row.billNumber(),
                                PaymentView.job(row), row.amount().map(BigDecimal::toPlainString).orElse(""), text(row.projectId()),
                                text(row.commitmentId()), text(row.procoreId()), row.reason())).toList());
    }

    private WebReply one(ConsoleCall call) {
        PaymentSearch.Found row = row(payments, call);
        PaymentView view = PaymentView.of(row, withoutSecrets);
        Optional<String> qbxml = payments.qbxml(row.id());
        Map<String, Object> model = layout.model(view.name(), Tab.PAYMENTS, call);
        model.putAll(Layout.fields("view", view, "inProcore", links.commitment(view), "memo", row.memo(), "job", PaymentView.job(row),
                "procoreAmount", row.procoreAmount(),
                "placeable", !row.billTxnId().isEmpty() && row.billType().equals("Bill"), "rowsOfBill", rowsOfBill(row, view.bill()),
                "retried", row.attempts() > 0, "qbxml", qbxml.orElse(""), "trimmed", qbxml.filter(String::isEmpty).isPresent()));
        return layout.page("payment", model);
    }

    static PaymentSearch.Found row(PaymentSearch payments, ConsoleCall call) {
        return payments.byId(call.id()).orElseThrow(() -> new WebRequest.Refusal(404, "There is no payment " + call.id() + "."));
    }

    private String rowsOfBill(PaymentSearch.Found row, PaymentView.Bill bill) {
        long rows = payments.rowsOfBill(row.companyFile(), row.billTxnId());
        return rows == 1 ? "The one payment on " + bill.words() + " goes to this commitment"
                : "All " + Views.count(rows) + " payments on " + bill.words() + " go to this commitment";
    }

    private static String text(Optional<Long> id) {
        return id.map(String::valueOf).orElse("");
    }
}
