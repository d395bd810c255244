package org.paymentsissued.demo;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.w3c.dom.Element;

/** A query of bill payments or bills, read from a request that passed the grammar. */
final class TxnQuery {

    private static final Set<String> IDENTIFIERS = Set.of("TxnID", "RefNumber", "RefNumberCaseSensitive");

    private final Element request;
    private final CompanyFile books;
    private final ZoneId hostZone;

    TxnQuery(Element request, CompanyFile books, ZoneId hostZone) {
        this.request = request;
        this.books = books;
        this.hostZone = hostZone;
    }

    /** What was found, and ids asked for that do not exist. */
    record Found<T extends BookedTxn>(List<T> rows, List<String> missing) {
    }

    <T extends BookedTxn> Found<T> in(Collection<T> all, Predicate<T> isPaid) {
        Optional<String> identifier = IDENTIFIERS.stream().filter(this::has).findFirst();
        return identifier.isPresent() ? byIdentifier(all, identifier.get()) : byFilters(all, isPaid);
    }

    /** Absent means all. */
    Optional<Integer> maxReturned() {
        return value("MaxReturned")
                .map(text -> new BigInteger(text.strip()).min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue());
    }

    boolean includesLineItems() {
        return isTrue("IncludeLineItems");
    }

    boolean includesLinkedTxns() {
        return isTrue("IncludeLinkedTxns");
    }

    boolean includesCustomFields() {
        return values(request, "OwnerID").contains("0");
    }

    List<String> retElements() {
        return values(request, "IncludeRetElement");
    }

    private <T extends BookedTxn> Found<T> byIdentifier(Collection<T> all, String identifier) {
        BiPredicate<T, String> matches = switch (identifier) {
            case "TxnID" -> (txn, id) -> txn.txnId.equals(id);
            case "RefNumber" -> (txn, number) -> txn.number.equalsIgnoreCase(number);
            default -> (txn, number) -> txn.number.equals(number);
        };
        List<T> rows = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String wanted : values(request, identifier)) {
            List<T> hits = all.stream().filter(txn -> matches.test(txn, wanted)).toList();
            hits.stream().filter(hit -> !rows.contains(hit)).forEach(rows::add);
            if (hits.isEmpty()) {
                missing.add(wanted);
            }
        }
        return new Found<>(rows, missing);
    }

    private <T extends BookedTxn> Found<T> byFilters(Collection<T> all, Predicate<T> isPaid) {
        if (has("CurrencyFilter")) {
            throw RequestStatus.failed(3250, "CurrencyFilter needs multiple currencies, which are switched off.");
        }
        checkAccounts();
        Predicate<BookedTxn> filter = modified().and(dated()).and(vendors()).and(numbered());
        String paid = value("PaidStatus").orElse("All");
        List<T> rows = all.stream().filter(filter)
                .filter(txn -> paid.equals("All") || paid.equals("PaidOnly") == isPaid.test(txn)).toList();
        return new Found<>(rows, List.of());
    }

    private Predicate<BookedTxn> modified() {
        Optional<Element> filter = child("ModifiedDateRangeFilter");
        if (filter.isEmpty()) {
            return txn -> true;
        }
        Predicate<Instant> range = range(filter.get(), "FromModifiedDate", "ToModifiedDate", hostZone);
        return txn -> range.test(txn.modified);
    }

    /** Both ends belong to the range. */
    static Predicate<Instant> range(Element filter, String fromElement, String toElement, ZoneId hostZone) {
        Optional<HostTime> from = value(filter, fromElement).map(text -> HostTime.parse(fromElement, text));
        Optional<HostTime> to = value(filter, toElement).map(text -> HostTime.parse(toElement, text));
        if (from.isPresent() && to.isPresent()
                && from.get().instant(hostZone).isAfter(to.get().instant(hostZone))) {
            throw RequestStatus.failed(3030, fromElement + " is later than " + toElement + ".");
        }
        return stamp -> from.filter(start -> start.isAfter(stamp, hostZone)).isEmpty()
                && to.filter(end -> end.isBefore(stamp, hostZone)).isEmpty();
    }

    private Predicate<BookedTxn> dated() {
        Optional<Element> filter = child("TxnDateRangeFilter");
        if (filter.isEmpty()) {
            return txn -> true;
        }
        Optional<String> macro = value(filter.get(), "DateMacro").filter(name -> !name.equals("All"));
        if (macro.isPresent()) {
            throw new UnsupportedOperationException("date macros are not simulated: " + macro.get());
        }
        Optional<LocalDate> from = value(filter.get(), "FromTxnDate").map(TxnQuery::day);
        Optional<LocalDate> to = value(filter.get(), "ToTxnDate").map(TxnQuery::day);
        if (from.isPresent() && to.isPresent() && from.get().isAfter(to.get())) {
            throw RequestStatus.failed(3030, "FromTxnDate is later than ToTxnDate.");
        }
        return txn -> from.filter(txn.date::isBefore).isEmpty() && to.filter(txn.date::isAfter).isEmpty();
    }

    private static LocalDate day(String text) {
        return LocalDate.parse(text.strip().substring(0, 10));
    }

    private Predicate<BookedTxn> vendors() {
        Optional<Element> filter = child("EntityFilter");
        if (filter.isEmpty()) {
            return txn -> true;
        }
        List<String> wanted = RequestGrammar.children(filter.get()).stream().map(Element::getTextContent).toList();
        wanted.stream().filter(vendor -> !books.knowsVendor(vendor)).findFirst().ifPresent(TxnQuery::notFound);
        return txn -> wanted.stream().anyMatch(vendor -> vendor.equalsIgnoreCase(txn.vendor())
                || vendor.equals(books.listId(txn.vendor())));
    }

    /** There is one payables account, so a known one matches all. */
    private void checkAccounts() {
        child("AccountFilter").stream()
                .flatMap(filter -> RequestGrammar.children(filter).stream()).map(Element::getTextContent)
                .filter(account -> !CompanyFile.isPayablesAccount(account)).findFirst().ifPresent(TxnQuery::notFound);
    }

    private static void notFound(String listIdOrName) {
        throw RequestStatus.failed(3120, "There is no object \"" + listIdOrName + "\".");
    }

    private Predicate<BookedTxn> numbered() {
        Optional<Element> part = child("RefNumberFilter");
        if (part.isPresent()) {
            String wanted = value(part.get(), "RefNumber").orElse("").toUpperCase(Locale.ROOT);
            String criterion = value(part.get(), "MatchCriterion").orElseThrow();
            return txn -> {
                String number = txn.number.toUpperCase(Locale.ROOT);
                return switch (criterion) {
                    case "StartsWith" -> number.startsWith(wanted);
                    case "EndsWith" -> number.endsWith(wanted);
                    default -> number.contains(wanted);
                };
            };
        }
        Optional<Element> range = child("RefNumberRangeFilter");
        Optional<String> from = range.flatMap(filter -> value(filter, "FromRefNumber"));
        Optional<String> to = range.flatMap(filter -> value(filter, "ToRefNumber"));
        return txn -> from.filter(start -> compareNumbers(start, txn.number) > 0).isEmpty()
                && to.filter(end -> compareNumbers(end, txn.number) < 0).isEmpty();
    }

    private static int compareNumbers(String left, String right) {
        boolean numeric = left.matches("\\d+") && right.matches("\\d+");
        return numeric ? new BigInteger(left).compareTo(new BigInteger(right)) : left.compareToIgnoreCase(right);
    }

    private boolean has(String element) {
        return child(element).isPresent();
    }

    private boolean isTrue(String element) {
        return value(element).map(String::strip).filter(text -> text.equals("true") || text.equals("1")).isPresent();
    }

    private Optional<Element> child(String element) {
        return RequestGrammar.children(request).stream()
                .filter(child -> child.getTagName().equals(element)).findFirst();
    }

    private Optional<String> value(String element) {
        return value(request, element);
    }

    /** Empty elements count as absent. */
    private static Optional<String> value(Element parent, String element) {
        return values(parent, element).stream().filter(text -> !text.isBlank()).findFirst();
    }

    static List<String> values(Element parent, String element) {
        return RequestGrammar.children(parent).stream().filter(child -> child.getTagName().equals(element))
                .map(Element::getTextContent).toList();
    }
}
