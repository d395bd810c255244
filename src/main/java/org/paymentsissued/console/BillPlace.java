package org.paymentsissued.console;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.payment.Placement;

/** Where a bill belongs, as an operator typed it. */
record BillPlace(String billTxnId, Placement placement) {

    private static final int LONGEST_ID = 100;
    private static final int LONGEST_NUMBER = 255;

    static final List<String> TYPES = List.of("work_order_contract", "purchase_order_contract");

    /** @throws WebRequest.Refusal naming the first wrong field */
    static BillPlace of(UnaryOperator<String> field) {
        String bill = WebRequest.fitting("billTxnId", field.apply("billTxnId").strip(), LONGEST_ID);
        String type = field.apply("commitmentType").strip();
        if (bill.isEmpty()) {
            throw new WebRequest.Refusal(400, "billTxnId is needed: QuickBooks' id of the bill.");
        }
        if (!TYPES.contains(type)) {
            throw new WebRequest.Refusal(400, "commitmentType = \"" + type + "\" is none of " + String.join(", ", TYPES)
                    + ".");
        }
        Optional<Long> requisition = field.apply("requisitionId").isBlank() ? Optional.empty()
                : Optional.of(id("requisitionId", field));
        return new BillPlace(bill, new Placement(id("projectId", field), id("commitmentId", field), type, requisition,
                WebRequest.fitting("invoiceNumber", field.apply("invoiceNumber").strip(), LONGEST_NUMBER)));
    }

    private static long id(String name, UnaryOperator<String> field) {
        String value = field.apply(name).strip();
        if (!value.matches("[1-9]\\d{0,17}")) {
            throw new WebRequest.Refusal(400, name + " = \"" + value + "\" is not an id of Procore, such as 598134325741401.");
        }
        return Long.parseLong(value);
    }
}
