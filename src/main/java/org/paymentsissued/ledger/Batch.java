package org.paymentsissued.ledger;

import java.util.ArrayList;
import java.util.List;
import org.paymentsissued.payment.Invoice;
import org.paymentsissued.payment.Payment;

/**
 * Payments of one page that were read and are not in the ledger yet. They are written together, since each transaction is a
 * write to the disk; the page counts as taken only afterwards, so a kill loses nothing. For one thread.
 */
public final class Batch {

    private static final int MOST_PAYMENTS = 100;
    /** A batch must fit into memory, however long its payments are. */
    private static final int MOST_CHARACTERS = 1_000_000;

    private final Ledger.Source source;
    private List<Entry> entries = new ArrayList<>();
    private int characters;

    /** A payment and its invoices, one for each transaction it was applied to. */
    public record Entry(Payment payment, List<Invoice> invoices) { }

    /** @param source where its payments were read */
    public Batch(Ledger.Source source) {
        this.source = source;
    }

    Ledger.Source source() {
        return source;
    }

    void add(Entry entry) {
        entries.add(entry);
        characters += entry.payment().qbxml().length();
    }

    /** Whether it is time to write. */
    public boolean isFull() {
        return entries.size() >= MOST_PAYMENTS || characters >= MOST_CHARACTERS;
    }

    /** Returns what was collected, in order, and is empty again. */
    List<Entry> empty() {
        List<Entry> all = entries;
        entries = new ArrayList<>();
        characters = 0;
        return all;
    }
}
