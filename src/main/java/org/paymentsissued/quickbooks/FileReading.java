package org.paymentsissued.quickbooks;

import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.PaymentKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a response file that answers no question of ours: every payment and deletion in it counts, in whatever responses
 * they are, and no watermark moves.
 */
final class FileReading implements AnswerReader {

    private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

    private static final List<Feed> ALL = List.of(Feed.values());
    private static final String DROP_ANOTHER = "Drop a complete file under the same name.";
    private static final HostTime NO_WATERMARK = new HostTime(LocalDateTime.MAX);

    private final String companyFile;
    private final Set<PaymentKey> payments = new HashSet<>();

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
    public Set<PaymentKey> payments() {
        return Set.copyOf(payments);
    }

    @Override
    public Page open(Rereadable text) {
        Answer answer;
        try {
            answer = Envelope.read(text, NO_WATERMARK);
        } catch (QuickBooksTrouble trouble) {
            QuickBooksTrouble ofFile = trouble.followedBy(switch (trouble.flaw()) {
                case GOES_ON_AFTER_ITS_END -> "Drop each answer as its own file.";
                case NONE, SPOILED_ROWS -> DROP_ANOTHER;
            });
            if (trouble.flaw() == QuickBooksTrouble.Flaw.SPOILED_ROWS) {
                return spoiled(text, ofFile);
            }
            throw ofFile;
        }
        return whole(text, answer);
    }

    private Page spoiled(Rereadable text, QuickBooksTrouble trouble) {
        SpoiledPage.requireBadRows(text, ALL, trouble);
        LOG.warn("A file is malformed but complete: the bad records are left out, the others are read.");
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return counted(SpoiledPage.rows(text, ALL, trouble));
            }

            @Override
            public void taken() {
                // Its rows were counted as they came.
            }
        };
    }

    private Iterator<RowElement> counted(Iterator<RowElement> rows) {
        return Reading.rows(rows, row -> {
            row.payment(companyFile).ifPresent(payments::add);
            return Optional.of(row);
        });
    }

    private Page whole(Rereadable text, Answer answer) {
        int[] chosen = IntStream.range(0, answer.responses().size()).filter(i -> isOurs(answer.responses().get(i)))
                .toArray();
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return counted(Envelope.rows(text, answer.charset(), position -> IntStream.of(chosen).anyMatch(i -> i == position)));
            }

            @Override
            public void taken() {
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
                    + error.status().message() + ")").collect(Collectors.joining(", "));
            boolean isDenied = errors.stream().anyMatch(error -> error.status().remedy() == Status.Remedy.GRANT_ACCESS);
            String advice = errors.stream().map(error -> error.status().adviceForFile()).distinct()
                    .filter(words -> !words.isEmpty()).map(words -> " " + words).collect(Collectors.joining());
            throw new QuickBooksTrouble(isDenied ? QuickBooksTrouble.Kind.CONFIGURATION : QuickBooksTrouble.Kind.NOT_AN_ANSWER,
                    "QuickBooks refused part of the request: " + list + "." + advice + " Everything else in the file was read. "
                            + DROP_ANOTHER);
        }
        if (answer.responses().stream().allMatch(response -> Feed.answering(response.name()).isEmpty())) {
            LOG.warn("A file held no response about bill payments, only {}; nothing was read from it.",
                    answer.responses().get(0).name());
        }
    }
}
