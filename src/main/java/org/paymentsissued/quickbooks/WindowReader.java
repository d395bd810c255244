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
    private static final Duration SMALLEST_WIDTH = Duration.ofSeconds(1);

    /** Wider than the hour that spring skips. */
    private static final Duration PAST_THE_SKIPPED_HOUR = Duration.ofHours(1).plusSeconds(1);

    private final LocalDateTime end;
    private LocalDateTime from;
    private Duration width = FIRST_WIDTH;
    private Duration narrowest = SMALLEST_WIDTH;
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
                String span = narrowest.equals(SMALLEST_WIDTH) ? "the second " : "the hour that begins at ";
                throw new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "More than " + LARGEST_PAGE
                        + " payments of QuickBooks were modified within " + span + new HostTime(from)
                        + ". They cannot be read without iterators: set quickbooks.iterators = true.");
            }
        } else if (to().isEmpty()) {
            done();
        } else {
            Duration read = Duration.between(from, to().get().clock());
            from = to().get().clock();
            // A narrow window was an exception; after a full one, twice its width is a fair guess.
            width = read.compareTo(narrowest) <= 0 ? FIRST_WIDTH : width.multipliedBy(2);
            narrowest = SMALLEST_WIDTH;
        }
    }

    /**
     * A clock time within the hour that spring skips may count as one an hour later, and so as later than the window's end. Such a
     * window is asked for again an hour wider, and is not halved below that.
     */
    @Override
    boolean takesError(Status status) {
        if (!status.isRangeTurnedRound() || narrowest.equals(PAST_THE_SKIPPED_HOUR)) {
            return false;
        }
        narrowest = PAST_THE_SKIPPED_HOUR;
        width = narrowest;
        return true;
    }

    private Duration asked() {
        return Duration.between(from, to().map(HostTime::clock).orElse(end));
    }

    private boolean isWide() {
        return asked().compareTo(narrowest) > 0;
    }

    private void narrow() {
        Duration half = Duration.ofSeconds(asked().toSeconds() / 2);
        width = half.compareTo(narrowest) < 0 ? narrowest : half;
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
