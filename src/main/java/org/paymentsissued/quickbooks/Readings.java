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
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.StreamCache;
import org.apache.camel.Variable;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.ReadingHistory;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.PaymentKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts readings of one company file. */
public final class Readings {

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);

    /** QuickBooks lists deletions of the last 90 days; a day less, since its clock is not ours. */
    private static final Duration DELETIONS_ARE_KEPT = Duration.ofDays(89);
    /** At most this many bills are asked about after a sync; the rest after the next one. */
    private static final int MOST_BILLS = 1_000;
    /** At most this many payments of the overlap are looked for in an answer. */
    private static final int MOST_FAMILIAR = 200;
    /** At most this many are asked for by their ids if none of them came. */
    private static final int PROBED = 3;
    /** If not one of this many payments exists anymore, another company file must be open. */
    private static final int TOO_MANY_TO_BE_GONE = 10;

    private final Plan plan;
    private final Watermarks watermarks;
    private final ReadingHistory history;
    private final Ledger ledger;
    private final Bills bills;
    private final Clock clock;

    /** How a company file is read; see the settings of the same names. @param start go-live, which the first reading decides */
    public record Plan(String companyFile, String qbxmlVersion, int pageSize, boolean iterators,
            Supplier<HostTime> start, Duration overlap) { }

    public Readings(Plan plan, Watermarks watermarks, ReadingHistory history, Ledger ledger, Bills bills, Clock clock) {
        this.plan = plan;
        this.watermarks = watermarks;
        this.history = history;
        this.ledger = ledger;
        this.bills = bills;
        this.clock = clock;
    }

    /** A reading of all that changed since the watermarks. */
    public Reading sinceWatermarks() {
        HostTime start = plan.start().get();
        boolean deletionsAreLost = deletionsAreLost();
        List<String> notes = new ArrayList<>();
        List<Supplier<List<FeedReader>>> steps = List.of(
                () -> List.of(payments(Feed.CHECKS, start), payments(Feed.CREDIT_CARDS, start)),
                () -> List.of(new FeedReader.Deletions(from(Feed.DELETIONS, start))),
                () -> deletionsAreLost ? comparisons(notes) : List.of(), this::waitingBills);
        return reading(!deletionsAreLost, deletionsAreLost ? FamiliarPayments.none() : familiarPayments(start), notes,
                Ledger.Source.ANSWER, steps);
    }

    /**
     * A reading of the payments dated in a range, which moves no watermark. One that was stopped continues where it was.
     */
    public Reading dated(DateRange range) {
        return reading(false, FamiliarPayments.none(), new ArrayList<>(), Ledger.Source.BACKFILL, List.of(
                () -> List.of(dated(Feed.CHECKS, range), dated(Feed.CREDIT_CARDS, range)), this::waitingBills));
    }

    private FeedReader dated(Feed feed, DateRange range) {
        Optional<LocalDate> before = history.backfilledTo(plan.companyFile(), feed.message(), range.toString());
        before.ifPresent(day -> LOG.info("Backfill of {} continues after {}.", feed.message(), day));
        return new DateReader(feed, before.map(day -> day.plusDays(1)).orElse(range.first()), range.last(),
                LocalDate.now(clock), plan.pageSize(), plan.iterators(), day -> {
                    history.backfilledTo(plan.companyFile(), feed.message(), range.toString(), day);
                    LOG.info("Backfill: {} dated up to {} are in the ledger.", feed.message(), day);
                });
    }

    /** Forgets how far a backfill got, after its end. */
    public void backfillEnded(DateRange range) {
        history.backfillEnded(plan.companyFile(), range.toString());
    }

    /** @param deletionsAreKnown whether no deletion is missed once the feed of deletions is read */
    private Reading reading(boolean deletionsAreKnown, FamiliarPayments familiar, List<String> notes,
            Ledger.Source source, List<Supplier<List<FeedReader>>> steps) {
        Reading.Memory memory = new Reading.Memory() {
            @Override
            public void readToEnd(FeedReader reader) {
                reader.newWatermark().ifPresent(stamp ->
                        watermarks.moveTo(plan.companyFile(), reader.feed().message(), stamp));
                if (reader.followsTheFeed() && (deletionsAreKnown || reader.feed() != Feed.DELETIONS)) {
                    history.readToEnd(plan.companyFile(), reader.feed().message());
                }
            }

            @Override
            public boolean isKnownSpoiled(RowElement row) {
                return history.isKnownSpoiled(plan.companyFile(), row.fingerprint());
            }

            @Override
            public void spoiled(List<RowElement> rows) {
                history.spoiled(plan.companyFile(), rows.stream().map(RowElement::fingerprint).toList());
            }
        };
        return new Reading(plan.companyFile(), plan.qbxmlVersion(), steps, familiar, new HostTime(latestPossible()), notes, source,
                memory);
    }

    private FamiliarPayments familiarPayments(HostTime start) {
        Map<Feed, Set<String>> expected = new EnumMap<>(Feed.class);
        Stream.of(Feed.CHECKS, Feed.CREDIT_CARDS).forEach(feed -> expected.put(feed, Set.copyOf(history.changedSince(
                plan.companyFile(), feed.kind().orElseThrow(), from(feed, start), MOST_FAMILIAR))));
        List<ReadingHistory.KnownPayment> latest = history.latest(plan.companyFile(), PROBED);
        HostTime deletedSince = latest.isEmpty() ? start
                : new HostTime(latest.get(0).modified().clock().minus(DELETIONS_ARE_KEPT));
        return new FamiliarPayments(plan.companyFile(), expected, latest, deletedSince);
    }

    /** The company file was restored from a backup: the next reading takes what it holds and compares all by their ids. */
    public void restored() {
        history.forgetReadings(plan.companyFile());
    }

    /** Whether payments may have been deleted so long ago that QuickBooks no longer reports it. */
    private boolean deletionsAreLost() {
        return history.lastReadToEnd(plan.companyFile(), Feed.DELETIONS.message())
                .map(last -> last.isBefore(clock.instant().minus(DELETIONS_ARE_KEPT)))
                .orElseGet(() -> !known(Feed.CHECKS).isEmpty() || !known(Feed.CREDIT_CARDS).isEmpty());
    }

    private List<String> known(Feed feed) {
        return history.knownPayments(plan.companyFile(), feed.kind().orElseThrow());
    }

    private List<FeedReader> comparisons(List<String> notes) {
        Map<Feed, List<String>> known = new EnumMap<>(Feed.class);
        Stream.of(Feed.CHECKS, Feed.CREDIT_CARDS).forEach(feed -> known.put(feed, known(feed)));
        Set<Feed> open = EnumSet.copyOf(known.keySet());
        LOG.warn("QuickBooks was not read completely for 90 days, and it lists deletions no longer than that: all {} known payments"
                + " are looked up by their ids.", known.values().stream().mapToInt(List::size).sum());
        return known.entrySet().stream().<FeedReader>map(entry -> new IdReader(entry.getKey(), entry.getValue(),
                reader -> {
                    notes.add(removeMissing(entry.getKey(), reader.missing(), reader.found()));
                    open.remove(entry.getKey());
                    if (open.isEmpty()) {
                        history.readToEnd(plan.companyFile(), Feed.DELETIONS.message());
                    }
                })).toList();
    }

    private String removeMissing(Feed feed, List<String> missing, long found) {
        if (found == 0 && missing.size() >= TOO_MANY_TO_BE_GONE) {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "QuickBooks knows none of the "
                    + missing.size() + " payments of " + feed.message() + " read before. Is another company file open,"
                    + " or was it restored from a backup? Nothing was removed.");
        }
        missing.forEach(id -> ledger.recordDeletion(new Deletion(
                new PaymentKey(plan.companyFile(), feed.kind().orElseThrow(), id), Optional.empty())));
        String note = "QuickBooks was not read completely for 90 days, and it lists deletions no longer than that, so all known"
                + " payments of " + feed.message() + " were compared by their ids: " + found + " exist, " + missing.size()
                + " were deleted since then" + (missing.isEmpty() ? "." : " and are removed from Procore.");
        LOG.warn(note);
        return note;
    }

    private List<FeedReader> waitingBills() {
        List<String> ids = bills.notAskedYet(plan.companyFile(), MOST_BILLS);
        return ids.isEmpty() ? List.of() : List.of(new IdReader.OfBills(ids,
                reader -> reader.missing().forEach(id -> bills.unknown(plan.companyFile(), id))));
    }

    /** A reading of response files that answer no question of ours. */
    public AnswerReader ofFiles() {
        plan.start().get();
        return new FileReading(plan.companyFile());
    }

    /** @see Page#taken() */
    public void taken(@Variable("page") Page page) {
        page.taken();
    }

    /** The XML of a row. @see RowElement#requireReadable() */
    public String readable(@Variable("row") RowElement row) {
        row.requireReadable();
        return row.xml();
    }

    /** @see Reading#unanswered(QuickBooksTrouble) */
    public void unanswered(@Variable("reading") Reading reading, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        reading.unanswered(Cause.in(failure, QuickBooksTrouble.class).orElseThrow(() -> new IllegalStateException(failure)));
    }

    /** @see Reading#requireAllRead() */
    public void requireAllRead(@Variable("reading") Reading reading) {
        reading.requireAllRead();
    }

    /**
     * Opens an answer for the reading it belongs to, never more of it in memory than a row.
     *
     * @param answer a file, a text, bytes, or a stream that can be rewound such as Camel's stream cache; null where nothing
     *               came
     */
    public Page open(@Body Object answer, @Variable("reading") AnswerReader reading) {
        return reading.open(() -> fromItsStart(answer));
    }

    static InputStream fromItsStart(Object answer) throws IOException {
        if (answer == null) {
            return InputStream.nullInputStream();
        }
        if (answer instanceof File file) {
            return new FileInputStream(file);
        }
        if (answer instanceof String text) {
            // Marked as what it is now: the encoding it declares belongs to bytes that were already decoded.
            return new ByteArrayInputStream(("\uFEFF" + text).getBytes(StandardCharsets.UTF_8));
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

    private FeedReader payments(Feed feed, HostTime start) {
        HostTime from = from(feed, start);
        Supplier<FeedReader> windows = () -> new WindowReader(feed, from, latestPossible(), plan.pageSize());
        return plan.iterators() ? new FeedReader.ByIterator(feed, from, plan.pageSize(), windows)
                : windows.get();
    }

    private HostTime from(Feed feed, HostTime start) {
        return watermarks.of(plan.companyFile(), feed.message())
                .map(stamp -> new HostTime(stamp.clock().minus(plan.overlap())))
                .filter(stamp -> stamp.isAfter(start)).orElse(start);
    }

    /** A stamp beyond it comes from a wrong clock, and a watermark there would skip all payments until that day. */
    private LocalDateTime latestPossible() {
        return LocalDateTime.now(clock).plus(HostTime.CLOCKS_DIFFER);
    }
}
