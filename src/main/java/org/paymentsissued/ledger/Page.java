package org.paymentsissued.ledger;

import java.util.List;
import java.util.function.Function;

/** A part of a list. @param total how many there are in all  @param page the first is 1 */
public record Page<T>(List<T> items, long total, int page, int size) {

    public Page {
        items = List.copyOf(items);
    }

    /** A part of a list that is there as a whole. */
    public static <T> Page<T> of(List<T> all, int page, int size) {
        return new Page<>(all.stream().skip((long) (page - 1) * size).limit(size).toList(), all.size(), page, size);
    }

    public <U> Page<U> map(Function<T, U> view) {
        return new Page<>(items.stream().map(view).toList(), total, page, size);
    }

    /** Number of the last page; 1 for an empty list. */
    public int last() {
        return (int) Math.max(1, (total + size - 1) / size);
    }
}
