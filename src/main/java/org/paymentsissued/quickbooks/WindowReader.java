package org.paymentsissued.quickbooks;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.paymentsissued.payment.HostTime;

/**
 * Reads a feed without iterators: windows of modified time, for gateways that open a session per request and for pages that
 * come malformed. A full window may have been cut off silently, so it is halved and asked for again, as is one that is
 * malformed; neighbours share their edge, which belongs to both.
 */
final class WindowReader extends FeedReader {

    private static final Duration FIRST_WIDTH = Duration.ofDays(1);
    private static final int LARGEST_PAGE = 9999;

    private final LocalDateTime end;
    private LocalDateTime from;
    private Duration width = FIRST_WIDTH;
    private int pageSize;

    /**
     * @param end a moment after which nothing can have been modified; the last window has no upper edge
     */
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
        xml.writeAttribute("requestID", requestId());
        RequestEnvelope.element(xml, "MaxReturned", Integer.toString(pageSize));
        range(xml, "ModifiedDateRangeFilter", "FromModifiedDate", new HostTime(from).toString(), "ToModifiedDate",
                to().map(HostTime::toString));
        RequestEnvelope.element(xml, "IncludeLineItems", "true");
        xml.writeEndElement();
    }

    @Override
    void advance(Answer.Response response) {
        // A gateway with a smaller page of its own may tell that it left some out.
        if (response.rows() >= pageSize || response.remaining().orElse(0) > 0) {
            if (isWide()) {
                narrow();
            } else if (pageSize < LARGEST_PAGE) {
                pageSize = Math.min(LARGEST_PAGE, pageSize * 2);
            } else {
                throw new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "More than " + LARGEST_PAGE
                        + " payments of QuickBooks were modified within the second " + new HostTime(from)
                        + ". They cannot be read without iterators: set quickbooks.iterators = true.");
            }
        } else if (to().isEmpty()) {
            done();
        } else {
            Duration read = Duration.between(from, to().get().clock());
            from = to().get().clock();
            // A narrow window was an exception; after a full one, twice its width is a fair guess.
            width = read.toSeconds() <= 1 ? FIRST_WIDTH : width.multipliedBy(2);
        }
    }

    private boolean isWide() {
        return Duration.between(from, to().map(HostTime::clock).orElse(end)).toSeconds() > 1;
    }

    private void narrow() {
        width = Duration.ofSeconds(Duration.between(from, to().map(HostTime::clock).orElse(end)).toSeconds() / 2);
    }

    @Override
    Optional<FeedReader> smaller() {
        if (!isWide()) {
            return Optional.empty();
        }
        narrow();
        return Optional.of(this);
    }

    @Override
    void restart() {
        // A window is complete in itself.
    }
}
