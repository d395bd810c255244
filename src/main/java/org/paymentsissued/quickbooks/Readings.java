package org.paymentsissued.quickbooks;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import org.apache.camel.StreamCache;
import org.paymentsissued.ledger.HostTime;
import org.paymentsissued.ledger.Watermarks;

/** Starts readings of one company file. */
public final class Readings {

    /** A host clock this far ahead of ours is wrong: a stamp beyond would blind the feed for ever. */
    private static final Duration FARTHEST_HOST_CLOCK = Duration.ofHours(26);

    private final Plan plan;
    private final Watermarks watermarks;
    private final Clock clock;

    /** How a company file is read; see the settings of the same names. */
    public record Plan(String companyFile, String qbxmlVersion, int pageSize, boolean iterators, LocalDateTime start,
            Duration overlap) { }

    public Readings(Plan plan, Watermarks watermarks, Clock clock) {
        this.plan = plan;
        this.watermarks = watermarks;
        this.clock = clock;
    }

    /** A reading of all that changed since the watermarks. */
    public Reading sinceWatermarks() {
        return new Reading(plan.qbxmlVersion(), List.of(payments(Feed.CHECKS), payments(Feed.CREDIT_CARDS),
                new FeedReader.Deletions(from(Feed.DELETIONS))), new HostTime(latestPossible()),
                (feed, stamp) -> watermarks.moveTo(plan.companyFile(), feed.message(), stamp));
    }

    /** A reading of response files that answer no question of ours. */
    public AnswerReader ofFiles() {
        return new FileReading();
    }

    /** @see Page#taken() */
    public void taken(Page page) {
        page.taken();
    }

    /** @see Reading#requireAllRead() */
    public void requireAllRead(Reading reading) {
        reading.requireAllRead();
    }

    /**
     * Opens an answer for the reading it belongs to, never more of it in memory than a row.
     *
     * @param answer a file, a text, or a stream that can be rewound (Camel's stream cache, or bytes); null where nothing came
     */
    public Page open(Object answer, AnswerReader reading) {
        return reading.open(() -> fromItsStart(answer));
    }

    private static InputStream fromItsStart(Object answer) throws IOException {
        if (answer == null) {
            return InputStream.nullInputStream();
        }
        if (answer instanceof File file) {
            return new FileInputStream(file);
        }
        if (answer instanceof String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }
        if (answer instanceof byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }
        return rewound((InputStream) answer);
    }

    private static InputStream rewound(InputStream answer) throws IOException {
        if (answer instanceof StreamCache cache) {
            cache.reset();
        } else {
            answer.reset();
        }
        return new FilterInputStream(answer) {
            @Override
            public void close() {
                // The message's owner closes it; here it is only rewound.
            }
        };
    }

    private FeedReader payments(Feed feed) {
        return plan.iterators() ? new FeedReader.ByIterator(feed, from(feed), plan.pageSize())
                : new WindowReader(feed, from(feed), latestPossible(), plan.pageSize());
    }

    private HostTime from(Feed feed) {
        return watermarks.of(plan.companyFile(), feed.message())
                .map(stamp -> new HostTime(stamp.clock().minus(plan.overlap())))
                .filter(stamp -> stamp.clock().isAfter(plan.start()))
                .orElse(new HostTime(plan.start()));
    }

    private LocalDateTime latestPossible() {
        return LocalDateTime.now(clock).plus(FARTHEST_HOST_CLOCK);
    }

}
