package org.paymentsissued.quickbooks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.paymentsissued.ledger.HostTime;
import org.paymentsissued.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of QuickBooks from the watermarks to the end: says what to ask next, takes the answers, and moves a feed's
 * watermark when its last page is in the ledger. Deletions are asked last, so that a payment that is both read and deleted
 * ends deleted.
 */
public final class Reading implements AnswerReader {

    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
    private static final int MOST_RESTARTS = 3;

    private final String version;
    private final Map<Feed, FeedReader> readers = new LinkedHashMap<>();
    private final Map<Feed, Integer> restarts = new EnumMap<>(Feed.class);
    private final Map<Feed, QuickBooksTrouble> troubles = new EnumMap<>(Feed.class);
    private final BiConsumer<Feed, HostTime> watermark;
    private final HostTime latestCredible;
    private int rowsRead;

    Reading(String version, List<FeedReader> readers, HostTime latestCredible, BiConsumer<Feed, HostTime> watermark) {
        this.version = version;
        readers.forEach(reader -> this.readers.put(reader.feed(), reader));
        this.latestCredible = latestCredible;
        this.watermark = watermark;
    }

    private List<FeedReader> open() {
        List<FeedReader> unfinished = readers.values().stream()
                .filter(reader -> !reader.isDone() && !troubles.containsKey(reader.feed())).toList();
        List<FeedReader> payments = unfinished.stream().filter(reader -> reader.feed().isPayments()).toList();
        return payments.isEmpty() ? unfinished : payments;
    }

    /** Whether there is more to ask. */
    public boolean isUnfinished() {
        return !open().isEmpty();
    }

    /** How much is read of what is known to be there, 0 to 100; what QuickBooks has not told yet counts as little. */
    public int percentRead() {
        long left = open().stream().mapToLong(FeedReader::rowsLeft).sum();
        return isUnfinished() ? (int) (100L * rowsRead / (rowsRead + left + 1)) : 100;
    }

    /** The next envelope to send. */
    public String nextRequest() {
        return RequestEnvelope.of(version, open());
    }

    @Override
    public int rowsRead() {
        return rowsRead;
    }

    /**
     * To be asked at the end.
     *
     * @throws QuickBooksTrouble when a feed could not be read to its end; the others were read all the same
     */
    public void requireAllRead() {
        troubles.values().stream().max(Comparator.comparing(QuickBooksTrouble::kind)).ifPresent(trouble -> {
            throw trouble;
        });
    }

    @Override
    public Ledger.Source source() {
        return Ledger.Source.ANSWER;
    }

    @Override
    public Page open(Rereadable text) {
        Answer answer = Envelope.read(text, latestCredible);
        Map<Integer, FeedReader> chosen = new LinkedHashMap<>();
        List<FeedReader> asked = open();
        for (int i = 0; i < answer.responses().size(); i++) {
            Answer.Response response = answer.responses().get(i);
            Optional<FeedReader> reader = asked.stream().filter(candidate -> answers(response, candidate)).findFirst();
            if (reader.isEmpty() || chosen.containsValue(reader.get())) {
                LOG.warn("QuickBooks answered {} {}, which was not asked for; it is ignored.", response.name(),
                        response.requestId());
            } else {
                chosen.put(i, reader.get());
            }
        }
        for (FeedReader reader : asked) {
            if (!chosen.containsValue(reader)) {
                trouble(reader, QuickBooksTrouble.Kind.NOT_AN_ANSWER, "QuickBooks gave no answer to the question for "
                        + reader.feed().message() + ". The watermark stays; the next run asks again.");
            }
        }
        List<Integer> withRows = new ArrayList<>();
        chosen.forEach((position, reader) -> {
            Status status = answer.responses().get(position).status();
            if (status.isUsable()) {
                withRows.add(position);
                if (status.isWarning()) {
                    LOG.warn("QuickBooks warns about {}: {} {}", reader.feed().message(), status.code(),
                            status.message());
                }
            }
        });
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return Envelope.rows(text, answer.charset(), withRows::contains);
            }

            @Override
            public void taken() {
                chosen.forEach((position, reader) -> take(reader, answer.responses().get(position)));
            }
        };
    }

    private static boolean answers(Answer.Response response, FeedReader reader) {
        return response.name().equals(reader.feed().response())
                && (response.requestId().isEmpty() || response.requestId().equals(reader.feed().requestId()));
    }

    private void take(FeedReader reader, Answer.Response response) {
        Status status = response.status();
        switch (status.remedy()) {
            case USE_THE_ROWS -> {
                if (reader.feed().isPayments()) {
                    rowsRead += response.rows();
                }
                try {
                    reader.taken(response);
                } catch (QuickBooksTrouble trouble) {
                    troubles.put(reader.feed(), trouble);
                }
                reader.newWatermark().ifPresent(stamp -> watermark.accept(reader.feed(), stamp));
            }
            case RESTART_THE_ITERATOR -> {
                if (restarts.merge(reader.feed(), 1, Integer::sum) > MOST_RESTARTS) {
                    trouble(reader, QuickBooksTrouble.Kind.AWAY, "QuickBooks has forgotten its iterator for "
                            + reader.feed().message() + " " + MOST_RESTARTS + " times (status " + status.code()
                            + "). The watermark stays; the next run starts anew. If it stays so, the gateway opens a"
                            + " session per request: set quickbooks.iterators = false.");
                } else {
                    LOG.warn("QuickBooks has forgotten its iterator for {}; reading starts again at the watermark.",
                            reader.feed().message());
                    reader.restart();
                }
            }
            case ASK_AGAIN -> trouble(reader, QuickBooksTrouble.Kind.AWAY, refused(reader, status));
            case CHANGE_A_SETTING -> trouble(reader, QuickBooksTrouble.Kind.CONFIGURATION, refused(reader, status));
        }
    }

    private static String refused(FeedReader reader, Status status) {
        return "QuickBooks refused the question for " + reader.feed().message() + " with status " + status.code() + ": "
                + status.message() + " " + status.advice() + " The watermark stays where it was.";
    }

    private void trouble(FeedReader reader, QuickBooksTrouble.Kind kind, String sentence) {
        LOG.warn(sentence);
        troubles.put(reader.feed(), new QuickBooksTrouble(kind, sentence));
    }
}
