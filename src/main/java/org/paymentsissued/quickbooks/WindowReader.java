package org.paymentsissued.quickbooks;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.paymentsissued.ledger.HostTime;

/**
 * Reads a feed without iterators, for gateways that open a session per request: windows of modified time. A full window may
 * have been cut off silently, so it is halved and asked for again; neighbours share their edge, which belongs to both.
 */
final class WindowReader extends FeedReader {

    private static final Duration FIRST_WIDTH = Duration.ofDays(1);
    private static final int LARGEST_PAGE = 9999;

    private final LocalDateTime end;
    private LocalDateTime from;
    private Duration width = FIRST_WIDTH;
    private int pageSize;

    /** @param end a moment after which nothing can have been modified; the last window has no upper edge */
    WindowReader(Feed feed, HostTime from, LocalDateTime end, int pageSize) {
        super(feed);
        this.from = from.clock();
        this.end = end;
        this.pageSize = pageSize;
    }

    private Optional<HostTime> to() {
        LocalDateTime edge = from.plus(width);
        return edge.isBefore(end) ? Optional.of(new HostTime(edge)) : Optional.empty();
    }

    @Override
    public void write(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement(feed().request());
        xml.writeAttribute("requestID", feed().requestId());
        RequestEnvelope.element(xml, "MaxReturned", Integer.toString(pageSize));
        range(xml, "ModifiedDateRangeFilter", "FromModifiedDate", new HostTime(from), "ToModifiedDate", to());
        RequestEnvelope.element(xml, "IncludeLineItems", "true");
        xml.writeEndElement();
    }

    @Override
    void advance(Answer.Response response) {
        if (response.rows() >= pageSize) {
            narrow();
        } else if (to().isEmpty()) {
            done();
        } else {
            from = to().get().clock();
            width = width.multipliedBy(2);
        }
    }

    private void narrow() {
        if (to().isEmpty()) {
            width = Duration.between(from, end);
        }
        if (width.toSeconds() > 1) {
            width = Duration.ofSeconds(width.toSeconds() / 2);
        } else if (pageSize < LARGEST_PAGE) {
            pageSize = Math.min(LARGEST_PAGE, pageSize * 2);
        } else {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "More than " + LARGEST_PAGE
                    + " payments of QuickBooks were modified within the second " + new HostTime(from)
                    + ". They cannot be read without iterators: set quickbooks.iterators = true.");
        }
    }

    @Override
    void restart() {
        // A window is complete in itself.
    }
}
