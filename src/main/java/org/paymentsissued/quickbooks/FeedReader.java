package org.paymentsissued.quickbooks;

import java.util.Optional;
import java.util.function.Supplier;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.paymentsissued.payment.HostTime;

/** Reads one feed to its end, a query at a time. */
abstract class FeedReader implements RequestEnvelope.Query {

    private final Feed feed;
    private Optional<HostTime> latest = Optional.empty();
    private boolean done;
    private boolean certain = true;

    FeedReader(Feed feed) {
        this.feed = feed;
    }

    final Feed feed() {
        return feed;
    }

    /** Echoed by QuickBooks; no two questions of one envelope have the same. */
    String requestId() {
        return feed.requestId();
    }

    final boolean isDone() {
        return done;
    }

    final void done() {
        done = true;
    }

    /** The end was reached, but it is not certain that nothing was left out. */
    final void doneUncertainly() {
        done = true;
        certain = false;
    }

    /** Whether the feed was read to its end and nothing was left out. */
    final boolean isReadToEnd() {
        return done && certain;
    }

    /** Largest stamp read, once the feed was read to its end. */
    final Optional<HostTime> newWatermark() {
        return isReadToEnd() && followsTheFeed() ? latest : Optional.empty();
    }

    /** Whether this is the feed of changes, whose end is remembered; not a look at some of its payments. */
    boolean followsTheFeed() {
        return true;
    }

    /** Whether syncs are right without what is asked here: its failure is logged and nothing else. */
    boolean isOptional() {
        return false;
    }

    /** Sees a row before it is handed out. */
    void sees(RowElement row) {
        // Most readers count on the responses alone.
    }

    /** Takes note of a page whose rows are in the ledger now. */
    final void taken(Answer.Response response) {
        response.latest().ifPresent(stamp -> {
            if (latest.isEmpty() || stamp.isAfter(latest.get())) {
                latest = Optional.of(stamp);
            }
        });
        advance(response);
    }

    abstract void advance(Answer.Response response);

    /** Rows that QuickBooks is known to have left; 0 if it has not said. */
    int rowsLeft() {
        return 0;
    }

    /** Starts over after QuickBooks has lost the iterator, or a page was lost. */
    abstract void restart();

    /** Whether an error was a part of the answer, and so is dealt with. */
    boolean takesError(Status status) {
        return false;
    }

    /** The reader that asks for less than the page that came malformed; empty where nothing smaller can be asked. */
    Optional<FeedReader> smaller() {
        return Optional.empty();
    }

    static void range(XMLStreamWriter xml, String filter, String fromName, String from, String toName,
            Optional<String> to) throws XMLStreamException {
        xml.writeStartElement(filter);
        RequestEnvelope.element(xml, fromName, from);
        if (to.isPresent()) {
            RequestEnvelope.element(xml, toName, to.get());
        }
        xml.writeEndElement();
    }

    /** Reads page after page with one of QuickBooks' iterators. */
    static final class ByIterator extends FeedReader {
        private final int pageSize;
        private final HostTime from;
        private final Supplier<FeedReader> windows;
        private final Paging paging = new Paging();

        /** @param windows reads the same in windows of modified time, which can shrink */
        ByIterator(Feed feed, HostTime from, int pageSize, Supplier<FeedReader> windows) {
            super(feed);
            this.from = from;
            this.pageSize = pageSize;
            this.windows = windows;
        }

        @Override
        public void write(XMLStreamWriter xml) throws XMLStreamException {
            xml.writeStartElement(feed().request());
            xml.writeAttribute("requestID", requestId());
            paging.write(xml);
            RequestEnvelope.element(xml, "MaxReturned", Integer.toString(pageSize));
            range(xml, "ModifiedDateRangeFilter", "FromModifiedDate", from.toString(), "ToModifiedDate", Optional.empty());
            RequestEnvelope.element(xml, "IncludeLineItems", "true");
            xml.writeEndElement();
        }

        @Override
        void sees(RowElement row) {
            paging.sees(row);
        }

        @Override
        void advance(Answer.Response response) {
            if (response.rows() == 0 && !paging.isInTheMiddle()
                    && (response.status().isEmptyResult() || response.remaining().isEmpty())) {
                done();
            } else if (response.remaining().isEmpty()) {
                withoutCount(response);
            } else if (response.remaining().getAsInt() <= 0) {
                done();
            } else if (!paging.goesOn(response)) {
                throw new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "QuickBooks' iterator for "
                        + feed().message() + " makes no progress: it gives the same page again, none, or more than "
                        + Paging.MOST_PAGES + ", and " + response.remaining().getAsInt() + " rows are left. The watermark"
                        + " stays; the next run starts over.");
            }
        }

        /** An iterator was asked for and does not say what is left: a page, but not known to be the last. */
        private void withoutCount(Answer.Response response) {
            doneUncertainly();
            if (response.rows() >= pageSize) {
                throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "QuickBooks gave a full page for "
                        + feed().message() + " without saying how many rows are left, so some may be missing. The"
                        + " watermark stays. The gateway does not seem to support iterators: set quickbooks.iterators ="
                        + " false.");
            }
        }

        @Override
        int rowsLeft() {
            return isDone() ? 0 : paging.announced();
        }

        @Override
        void restart() {
            paging.restart();
        }

        @Override
        Optional<FeedReader> smaller() {
            return Optional.of(windows.get());
        }
    }

    /** Asks for what was deleted; QuickBooks answers this in one piece. */
    static class Deletions extends FeedReader {
        private final HostTime from;

        Deletions(HostTime from) {
            super(Feed.DELETIONS);
            this.from = from;
        }

        @Override
        public void write(XMLStreamWriter xml) throws XMLStreamException {
            xml.writeStartElement(feed().request());
            xml.writeAttribute("requestID", requestId());
            RequestEnvelope.element(xml, "TxnDelType", Feed.CHECKS.message());
            RequestEnvelope.element(xml, "TxnDelType", Feed.CREDIT_CARDS.message());
            range(xml, "DeletedDateRangeFilter", "FromDeletedDate", from.toString(), "ToDeletedDate", Optional.empty());
            xml.writeEndElement();
        }

        @Override
        void advance(Answer.Response response) {
            done();
        }

        @Override
        void restart() {
            // Nothing to restart: there is no iterator here.
        }
    }
}
