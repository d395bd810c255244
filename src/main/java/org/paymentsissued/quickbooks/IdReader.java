package org.paymentsissued.quickbooks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Asks for transactions by their ids, a list at a time. An id that no longer exists comes back as a warning next to the
 * others or, in some hosts, as an error for the whole list: then its ids are asked one by one.
 */
class IdReader extends FeedReader {

    /** No longest list is documented; this many were never refused. */
    static final int LIST = 50;
    private static final int OBJECT_NOT_FOUND = 3120;
    private static final int SOME_NOT_FOUND = 500;

    private final Deque<List<String>> lists = new ArrayDeque<>();
    private final Consumer<IdReader> atTheEnd;
    private final Set<String> seen = new HashSet<>();
    private final List<String> missing = new ArrayList<>();
    private long found;

    /** @param atTheEnd called once all that exist are in the ledger, and it is known which do not */
    IdReader(Feed feed, Collection<String> ids, Consumer<IdReader> atTheEnd) {
        super(feed);
        this.atTheEnd = atTheEnd;
        List<String> all = List.copyOf(ids);
        for (int start = 0; start < all.size(); start += LIST) {
            lists.add(all.subList(start, Math.min(all.size(), start + LIST)));
        }
        if (lists.isEmpty()) {
            done();
            atTheEnd.accept(this);
        }
    }

    @Override
    String requestId() {
        return "ids-" + feed().requestId();
    }

    @Override
    public void write(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement(feed().request());
        xml.writeAttribute("requestID", requestId());
        for (String id : lists.peek()) {
            RequestEnvelope.element(xml, "TxnID", id);
        }
        RequestEnvelope.element(xml, "IncludeLineItems", "true");
        writeMore(xml);
        xml.writeEndElement();
    }

    void writeMore(XMLStreamWriter xml) throws XMLStreamException {
        // Payments need no more than their lines.
    }

    @Override
    void sees(RowElement row) {
        // Asked for alone, whatever comes is the one asked for, even where its id cannot be read.
        seen.add(lists.peek().size() == 1 ? lists.peek().get(0) : row.txnId());
    }

    @Override
    void advance(Answer.Response response) {
        if (seen.contains("") && lists.peek().size() > 1) {
            // A row without its id could be any of them: none may be taken for missing.
            oneByOne();
            return;
        }
        List<String> absent = lists.peek().stream().filter(id -> !seen.contains(id)).toList();
        found += lists.peek().size() - absent.size();
        listRead(absent);
    }

    private void listRead(List<String> absent) {
        missing.addAll(absent);
        seen.clear();
        lists.poll();
        if (lists.isEmpty()) {
            done();
            atTheEnd.accept(this);
        }
    }

    /** Ids that were asked for and do not exist, so far. */
    List<String> missing() {
        return missing;
    }

    /** How many ids exist, so far. */
    long found() {
        return found;
    }

    @Override
    boolean takesError(Status status) {
        if (status.code() != OBJECT_NOT_FOUND && status.code() != SOME_NOT_FOUND) {
            return false;
        }
        if (lists.peek().size() > 1) {
            oneByOne();
        } else {
            listRead(lists.peek());
        }
        return true;
    }

    private void oneByOne() {
        List<String> list = lists.poll();
        for (int i = list.size() - 1; i >= 0; i--) {
            lists.push(List.of(list.get(i)));
        }
        seen.clear();
    }

    @Override
    void restart() {
        seen.clear();
    }

    @Override
    Optional<FeedReader> smaller() {
        if (lists.peek().size() == 1) {
            return Optional.empty();
        }
        oneByOne();
        return Optional.of(this);
    }

    @Override
    boolean followsTheFeed() {
        return false;
    }

    /** Bills with their lines, orders and custom fields. */
    static final class OfBills extends IdReader {
        OfBills(Collection<String> ids, Consumer<IdReader> atTheEnd) {
            super(Feed.BILLS, ids, atTheEnd);
        }

        @Override
        void writeMore(XMLStreamWriter xml) throws XMLStreamException {
            RequestEnvelope.element(xml, "IncludeLinkedTxns", "true");
            RequestEnvelope.element(xml, "OwnerID", "0");
        }

        /** A payment is sent without them as well. */
        @Override
        boolean isOptional() {
            return true;
        }
    }
}
