package org.paymentsissued.quickbooks;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Reads payments by the date on them, a month at a time, whatever their watermark says. A month is paged by an iterator;
 * without one, or if a page is malformed, it is asked for in fewer days instead.
 */
final class DateReader extends FeedReader {

    private static final int LARGEST_PAGE = 9999;

    private final LocalDate today;
    private final LocalDate last;
    private final boolean iterators;
    private final Consumer<LocalDate> progress;
    private LocalDate from;
    private LocalDate to;
    private boolean paging;
    private int pageSize;
    private final Paging iterator = new Paging();

    /**
     * @param today    what is dated after its month is read in one go, for it is little
     * @param progress receives the last day of each month that is in the ledger
     */
    DateReader(Feed feed, LocalDate first, LocalDate last, LocalDate today, int pageSize, boolean iterators,
            Consumer<LocalDate> progress) {
        super(feed);
        this.last = last;
        this.today = today;
        this.pageSize = pageSize;
        this.iterators = iterators;
        this.progress = progress;
        if (first.isAfter(last)) {
            done();
        } else {
            month(first);
        }
    }

    private void month(LocalDate first) {
        from = first;
        LocalDate end = first.withDayOfMonth(first.lengthOfMonth());
        to = end.isBefore(last) && !first.isAfter(today) ? end : last;
        paging = iterators;
        restart();
    }

    @Override
    public void write(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement(feed().request());
        xml.writeAttribute("requestID", requestId());
        if (paging) {
            iterator.write(xml);
        }
        RequestEnvelope.element(xml, "MaxReturned", Integer.toString(pageSize));
        range(xml, "TxnDateRangeFilter", "FromTxnDate", from.toString(), "ToTxnDate", Optional.of(to.toString()));
        RequestEnvelope.element(xml, "IncludeLineItems", "true");
        xml.writeEndElement();
    }

    @Override
    String requestId() {
        return "date-" + feed().requestId();
    }

    @Override
    void sees(RowElement row) {
        iterator.sees(row);
    }

    @Override
    void advance(Answer.Response response) {
        boolean isMoreTold = response.remaining().orElse(0) > 0;
        if (paging) {
            boolean countIsMissing = response.remaining().isEmpty()
                    && (iterator.isInTheMiddle() || response.rows() >= pageSize);
            if (countIsMissing || isMoreTold && !iterator.goesOn(response)) {
                withoutIterator();
            } else if (!isMoreTold) {
                windowRead();
            }
        } else if (!isMoreTold && response.rows() < pageSize) {
            windowRead();
        } else if (!narrow()) {
            enlarge();
        }
    }

    private void enlarge() {
        if (pageSize == LARGEST_PAGE) {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "More than " + LARGEST_PAGE
                    + " payments are dated " + from + ". They cannot be read without iterators: set quickbooks.iterators ="
                    + " true.");
        }
        pageSize = Math.min(LARGEST_PAGE, pageSize * 2);
    }

    private void withoutIterator() {
        paging = false;
        restart();
    }

    private boolean narrow() {
        long days = ChronoUnit.DAYS.between(from, to) + 1;
        if (days <= 1) {
            return false;
        }
        to = from.plusDays(days / 2 - 1);
        return true;
    }

    private void windowRead() {
        progress.accept(to);
        if (!to.isBefore(last)) {
            done();
        } else {
            month(to.plusDays(1));
        }
    }

    @Override
    void restart() {
        iterator.restart();
    }

    @Override
    Optional<FeedReader> smaller() {
        if (paging) {
            withoutIterator();
            narrow();
            return Optional.of(this);
        }
        return narrow() ? Optional.of(this) : Optional.empty();
    }

    @Override
    boolean followsTheFeed() {
        return false;
    }
}
