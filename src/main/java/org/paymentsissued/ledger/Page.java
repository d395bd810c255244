package org.paymentsissued.ledger;

import java.util.List;

/** A part of a list. @param total how many there are in all  @param page the first is 1 */
public record Page<T>(List<T> items, long total, int page, int size) {

    public Page {
        items = List.copyOf(items);
    }

    /** Number of the last page; 1 for an empty list. */
    public int last() {
        return (int) Math.max(1, (total + size - 1) / size);
    }
}
