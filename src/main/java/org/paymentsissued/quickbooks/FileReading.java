package org.paymentsissued.quickbooks;

import java.time.LocalDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.payment.HostTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a response file that answers no question of ours: every payment and deletion in it counts, in whatever responses
 * they are, and no watermark moves.
 */
final class FileReading implements AnswerReader {

    private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

    private static final List<Feed> ALL = List.of(Feed.values());
    private static final HostTime NO_WATERMARK = new HostTime(LocalDateTime.MAX);

    private final String companyFile;
    private int rowsRead;

    FileReading(String companyFile) {
        this.companyFile = companyFile;
    }

    @Override
    public String companyFile() {
        return companyFile;
    }

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
        Answer answer;
        try {
            answer = Envelope.read(text, NO_WATERMARK);
        } catch (QuickBooksTrouble trouble) {
            if (trouble.isSpoiledPage()) {
                return spoiled(text, SpoiledPage.payments(text, ALL, trouble), trouble);
            }
            throw trouble;
        }
        return whole(text, answer);
    }

    private Page spoiled(Rereadable text, int payments, QuickBooksTrouble trouble) {
        LOG.warn("A file is malformed but complete: the bad records are left out, the others are read.");
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return SpoiledPage.rows(text, ALL, trouble);
            }

            @Override
            public void taken() {
                rowsRead += payments;
            }
        };
    }

    private Page whole(Rereadable text, Answer answer) {
        int[] chosen = IntStream.range(0, answer.responses().size()).filter(i -> isOurs(answer.responses().get(i)))
                .toArray();
        int payments = IntStream.of(chosen).mapToObj(answer.responses()::get)
                .filter(response -> Feed.answering(response.name()).filter(Feed::isPayments).isPresent())
                .mapToInt(Answer.Response::rows).sum();
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return Envelope.rows(text, answer.charset(), position -> IntStream.of(chosen).anyMatch(i -> i == position));
            }

            @Override
            public void taken() {
                rowsRead += payments;
                requireNoErrors(answer);
            }
        };
    }

    private static boolean isOurs(Answer.Response response) {
        return Feed.answering(response.name()).isPresent() && response.status().isUsable();
    }

    /** An error takes nothing from its siblings, but the person who dropped the file must learn that something is missing from it. */
    private static void requireNoErrors(Answer answer) {
        List<Answer.Response> errors = answer.responses().stream()
                .filter(response -> Feed.answering(response.name()).isPresent() && !response.status().isUsable()).toList();
        if (!errors.isEmpty()) {
            String list = errors.stream().map(error -> error.name() + " with status " + error.status().code() + " ("
                    + error.status().message() + ")").collect(java.util.stream.Collectors.joining(", "));
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "QuickBooks refused part of the"
                    + " request: " + list + ". Everything else in the file was read.");
        }
        if (answer.responses().stream().allMatch(response -> Feed.answering(response.name()).isEmpty())) {
            LOG.warn("A file held no response about bill payments, only {}; nothing was read from it.",
                    answer.responses().get(0).name());
        }
    }
}
