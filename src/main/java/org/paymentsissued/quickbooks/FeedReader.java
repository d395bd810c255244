package org.paymentsissued.quickbooks;

import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.paymentsissued.ledger.HostTime;

/** Reads one feed from its watermark to its end, a query at a time. */
abstract class FeedReader implements RequestEnvelope.Query {

    private final Feed feed;
    private Optional<HostTime> latest = Optional.empty();
    private boolean done;
    private boolean mayMoveWatermark = true;

    FeedReader(Feed feed) {
        this.feed = feed;
    }

    final Feed feed() {
        return feed;
    }

    final boolean isDone() {
        return done;
    }

    final void done() {
        done = true;
    }

    /** The end was reached, but it is not certain that nothing was left out. */
    final void doneWithoutWatermark() {
        done = true;
        mayMoveWatermark = false;
    }

    /** Largest stamp read, once the feed was read to its end. */
    final Optional<HostTime> newWatermark() {
        return done && mayMoveWatermark ? latest : Optional.empty();
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

    /** Starts over after QuickBooks has forgotten the iterator. */
    abstract void restart();

    static void range(XMLStreamWriter xml, String filter, String fromName, HostTime from, String toName,
            Optional<HostTime> to) throws XMLStreamException {
        xml.writeStartElement(filter);
        RequestEnvelope.element(xml, fromName, from.toString());
        if (to.isPresent()) {
            RequestEnvelope.element(xml, toName, to.get().toString());
        }
        xml.writeEndElement();
    }

    /** Reads page after page with one of QuickBooks' iterators. */
    static final class ByIterator extends FeedReader {
        private static final int MOST_PAGES_WITHOUT_PROGRESS = 3;
        private final int pageSize;
        private final HostTime from;
        private String iteratorId = "";
        private int remainingBefore = Integer.MAX_VALUE;
        private int pagesWithoutProgress;

        ByIterator(Feed feed, HostTime from, int pageSize) {
            super(feed);
            this.from = from;
            this.pageSize = pageSize;
        }

        @Override
        public void write(XMLStreamWriter xml) throws XMLStreamException {
            xml.writeStartElement(feed().request());
            xml.writeAttribute("requestID", feed().requestId());
            xml.writeAttribute("iterator", iteratorId.isEmpty() ? "Start" : "Continue");
            if (!iteratorId.isEmpty()) {
                xml.writeAttribute("iteratorID", iteratorId);
            }
            RequestEnvelope.element(xml, "MaxReturned", Integer.toString(pageSize));
            range(xml, "ModifiedDateRangeFilter", "FromModifiedDate", from, "ToModifiedDate", Optional.empty());
            RequestEnvelope.element(xml, "IncludeLineItems", "true");
            xml.writeEndElement();
        }

        @Override
        void advance(Answer.Response response) {
            if (response.status().isEmptyResult()) {
                done();
            } else if (response.remaining().isEmpty()) {
                // An iterator was asked for and does not tell what is left: a page, but not known to be the last.
                doneWithoutWatermark();
                if (response.rows() >= pageSize) {
                    throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "QuickBooks gave a full page for "
                            + feed().message() + " without telling how many rows are left, so some may be missing. The"
                            + " watermark stays. The gateway seems not to keep iterators: set quickbooks.iterators ="
                            + " false.");
                }
            } else if (response.remaining().getAsInt() <= 0) {
                done();
            } else {
                pagesWithoutProgress = response.remaining().getAsInt() < remainingBefore ? 0 : pagesWithoutProgress + 1;
                remainingBefore = response.remaining().getAsInt();
                if (pagesWithoutProgress >= MOST_PAGES_WITHOUT_PROGRESS || response.iteratorId().isEmpty()) {
                    throw new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER,
                            "QuickBooks' iterator for " + feed().message() + " makes no progress: " + remainingBefore
                                    + " rows are left and stay. The watermark stays; the next run starts anew.");
                }
                iteratorId = response.iteratorId();
            }
        }

        @Override
        void restart() {
            iteratorId = "";
            remainingBefore = Integer.MAX_VALUE;
            pagesWithoutProgress = 0;
        }
    }

    /** Asks for what was deleted; QuickBooks answers this in one piece. */
    static final class Deletions extends FeedReader {
        private final HostTime from;

        Deletions(HostTime from) {
            super(Feed.DELETIONS);
            this.from = from;
        }

        @Override
        public void write(XMLStreamWriter xml) throws XMLStreamException {
            xml.writeStartElement(feed().request());
            xml.writeAttribute("requestID", feed().requestId());
            RequestEnvelope.element(xml, "TxnDelType", Feed.CHECKS.message());
            RequestEnvelope.element(xml, "TxnDelType", Feed.CREDIT_CARDS.message());
            range(xml, "DeletedDateRangeFilter", "FromDeletedDate", from, "ToDeletedDate", Optional.empty());
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
