package org.paymentsissued.sync;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.paymentsissued.payment.Invoice;

/** Puts the invoices of one payment together again, in the order they were split. */
public final class WholePayment implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange whole, Exchange part) {
        if (part.getException() != null) {
            return part;
        }
        Invoice invoice = part.getMessage().getBody(Invoice.class);
        if (whole == null) {
            List<Invoice> invoices = new ArrayList<>();
            invoices.add(invoice);
            part.getMessage().setBody(invoices);
            return part;
        }
        @SuppressWarnings("unchecked")
        List<Invoice> invoices = whole.getMessage().getBody(List.class);
        invoices.add(invoice);
        return whole;
    }
}
