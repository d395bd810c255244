package org.paymentsissued.sync;

import java.util.Map;
import java.util.Optional;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.payment.Invoice;
import org.paymentsissued.payment.Placement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the commitment that the routes' SQL found for a bill on invoices and rows. */
public final class Placements {

    private static final Logger LOG = LoggerFactory.getLogger(Placements.class);

    private final Ledger ledger;

    public Placements(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Gives an invoice its place.
     *
     * @param found columns project, contract, type, requisition, invoice; null where the lookup knows nothing
     */
    public Invoice place(Invoice invoice, Map<String, Object> found) {
        return found == null ? invoice : invoice.placedAt(placement(found));
    }

    /** Gives all payments of a bill the place found; in addition to the columns above, it needs company_file and bill. */
    public void move(Map<String, Object> found) {
        String bill = String.valueOf(found.get("bill"));
        int placed = ledger.place(String.valueOf(found.get("company_file")), bill, placement(found));
        LOG.info("Bill {}: {} payments now have a commitment.", bill, placed);
    }

    private static Placement placement(Map<String, Object> found) {
        return new Placement(number(found, "project").orElseThrow(), number(found, "contract").orElseThrow(),
                String.valueOf(found.get("type")), number(found, "requisition"),
                Optional.ofNullable(found.get("invoice")).map(Object::toString).orElse(""));
    }

    private static Optional<Long> number(Map<String, Object> found, String column) {
        return Optional.ofNullable(found.get(column)).map(value -> ((Number) value).longValue());
    }
}
