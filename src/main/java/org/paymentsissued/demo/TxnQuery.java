package org.paymentsissued.demo;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** A query of bill payments or bills: by TxnID, or by time of change and accounting date. */
record TxnQuery(Element request, ZoneId hostZone) {

    private static final Set<String> UNDERSTOOD = Set.of("TxnID", "MaxReturned", "ModifiedDateRangeFilter",
            "TxnDateRangeFilter", "IncludeLineItems", "IncludeLinkedTxns", "OwnerID");

    /** What was found, and ids asked for that do not exist. */
    record Found<T>(List<T> rows, List<String> missing) {
    }

    <T extends BookedTxn<T>> Found<T> in(Map<String, T> books) {
        children(request).stream().map(Element::getTagName).filter(name -> !UNDERSTOOD.contains(name)).findFirst()
                .ifPresent(name -> {
                    throw RequestStatus.failed(3250, name + " is a feature that this QuickBooks does not have.");
                });
        List<String> ids = values(request, "TxnID");
        if (ids.isEmpty()) {
            Predicate<Instant> modified = range(request, "ModifiedDateRangeFilter", "ModifiedDate", hostZone);
            Predicate<LocalDate> dated = dated();
            return new Found<>(books.values().stream()
                    .filter(txn -> modified.test(txn.modified) && dated.test(txn.date)).toList(), List.of());
        }
        List<T> rows = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        ids.forEach(id -> Optional.ofNullable(books.get(id)).ifPresentOrElse(rows::add, () -> missing.add(id)));
        return new Found<>(rows, missing);
    }

    /** Absent means all. */
    int mostReturned() {
        return value(request, "MaxReturned").map(text -> Integer.parseInt(text.strip())).orElse(Integer.MAX_VALUE);
    }

    boolean includes(String what) {
        return value(request, "Include" + what).map(String::strip).filter(Set.of("true", "1")::contains).isPresent();
    }

    boolean includesCustomFields() {
        return values(request, "OwnerID").contains("0");
    }

    /** Both ends belong to the range; without an offset they are the clock on the wall of the QuickBooks computer. */
    static Predicate<Instant> range(Element request, String filter, String ends, ZoneId hostZone) {
        Optional<Element> range = child(request, filter);
        Optional<String> from = range.flatMap(element -> value(element, "From" + ends));
        Optional<String> to = range.flatMap(element -> value(element, "To" + ends));
        if (from.isPresent() && to.isPresent() && instant(from.get(), hostZone).isAfter(instant(to.get(), hostZone))) {
            throw RequestStatus.failed(3030, "From" + ends + " is later than To" + ends + ".");
        }
        from.ifPresent(text -> instant(text, hostZone));
        return stamp -> from.map(start -> compare(start, stamp, hostZone) <= 0).orElse(true)
                && to.map(end -> compare(end, stamp, hostZone) >= 0).orElse(true);
    }

    private static int compare(String text, Instant stamp, ZoneId hostZone) {
        return isLocal(text) ? LocalDateTime.parse(text).compareTo(LocalDateTime.ofInstant(stamp, hostZone))
                : instant(text, hostZone).compareTo(stamp);
    }

    private static boolean isLocal(String text) {
        return text.length() <= "2026-02-02T07:00:00".length();
    }

    private static Instant instant(String text, ZoneId hostZone) {
        try {
            return isLocal(text) ? LocalDateTime.parse(text).atZone(hostZone).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw RequestStatus.failed(3020, "This is not a date and time: " + text);
        }
    }

    private Predicate<LocalDate> dated() {
        Optional<Element> range = child(request, "TxnDateRangeFilter");
        Optional<LocalDate> from = range.flatMap(element -> value(element, "FromTxnDate")).map(LocalDate::parse);
        Optional<LocalDate> to = range.flatMap(element -> value(element, "ToTxnDate")).map(LocalDate::parse);
        return date -> from.filter(date::isBefore).isEmpty() && to.filter(date::isAfter).isEmpty();
    }

    /** The child elements in order. */
    static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent).stream().filter(child -> child.getTagName().equals(name)).findFirst();
    }

    /** Empty elements count as absent. */
    private static Optional<String> value(Element parent, String name) {
        return child(parent, name).map(Element::getTextContent).filter(text -> !text.isBlank());
    }

    static List<String> values(Element parent, String name) {
        return children(parent).stream().filter(child -> child.getTagName().equals(name)).map(Element::getTextContent).toList();
    }
}
