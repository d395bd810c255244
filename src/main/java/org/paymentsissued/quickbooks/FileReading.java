package org.paymentsissued.quickbooks;

import java.time.LocalDateTime;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.paymentsissued.ledger.HostTime;
import org.paymentsissued.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a response file that answers no question of ours: every payment and deletion in it counts, in whatever responses
 * they stand, and no watermark moves.
 */
final class FileReading implements AnswerReader {

    private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

    private static final HostTime NO_WATERMARK = new HostTime(LocalDateTime.MAX);

    private int rowsRead;

    @Override
    public Ledger.Source source() {
        return Ledger.Source.FILE;
    }

    @Override
    public int rowsRead() {
        return rowsRead;
    }

    @Override
    public Page open(Rereadable text) {
        Answer answer = Envelope.read(text, NO_WATERMARK);
        int[] chosen = IntStream.range(0, answer.responses().size()).filter(i -> isOurs(answer.responses().get(i)))
                .toArray();
        int payments = IntStream.of(chosen).mapToObj(answer.responses()::get)
                .filter(response -> !response.name().equals(Feed.DELETIONS.response()))
                .mapToInt(Answer.Response::rows).sum();
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return Envelope.rows(text, answer.charset(), position -> IntStream.of(chosen).anyMatch(i -> i == position));
            }

            @Override
            public void taken() {
                rowsRead += payments;
            }
        };
    }

    private static boolean isOurs(Answer.Response response) {
        if (Feed.answering(response.name()).isEmpty()) {
            return false;
        }
        if (!response.status().isUsable()) {
            LOG.warn("A response in the file is an error of QuickBooks and holds no payments: {} {}",
                    response.status().code(), response.status().message());
            return false;
        }
        return true;
    }
}
