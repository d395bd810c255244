package org.paymentsissued.quickbooks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.PaymentKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of a company file: says what to ask next, takes the answers, and lets a feed's watermark move when its last
 * page is in the ledger. It goes in steps: payments, then deletions, so that a payment that is both read and deleted ends
 * deleted, then what follows from them.
 */
public final class Reading implements AnswerReader {

    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
    private static final int MOST_RESTARTS = 3;
    private static final int LARGEST_DOUBTED = 8 * 1024 * 1024;

    private final String companyFile;
    private final String version;
    private final Deque<Supplier<List<FeedReader>>> steps;
    private final Memory memory;
    private final HostTime latestCredible;
    private final List<String> notes;
    private final Ledger.Source source;
    private List<FeedReader> readers = new ArrayList<>();
    private final Map<FeedReader, Integer> restarts = new HashMap<>();
    private final Map<FeedReader, QuickBooksTrouble> troubles = new LinkedHashMap<>();
    /** After a malformed page, one request per envelope, so that it is known which request the page answers. */
    private boolean oneByOne;
    private boolean toldOfSpoiledPages;
    /** Rows that were cut out of pages, by their placeholders there. */
    private final Map<String, RowElement> cutOut = new HashMap<>();
    private final Set<Feed> toldOfTimesAhead = EnumSet.noneOf(Feed.class);
    private int rowsRead;
    private final Set<PaymentKey> payments = new HashSet<>();
    private final FamiliarPayments familiar;
    /** Waits until it is known which company file is open; null if nothing waits. */
    private Doubted doubted;

    /** An answer that is not taken yet, and the readers that asked for it. */
    private record Doubted(List<FeedReader> readers, Page page) { }

    /** What outlives a reading. */
    interface Memory {
        /** A feed was read to its end, all of it is in the ledger. */
        void readToEnd(FeedReader reader);

        /** Whether a dead letter was opened for this very text, so that no one has to read of it again. */
        boolean isKnownSpoiled(RowElement row);

        /** Dead letters are open for these. */
        void spoiled(List<RowElement> rows);
    }

    /** @param steps each says, when it is its turn, what to ask; nothing where there is nothing to do
     *  @param familiar recognizes the company file
     *  @param notes filled by them with what an operator should know */
    Reading(String companyFile, String version, Collection<Supplier<List<FeedReader>>> steps, FamiliarPayments familiar,
            HostTime latestCredible, List<String> notes, Ledger.Source source, Memory memory) {
        this.companyFile = companyFile;
        this.version = version;
        this.steps = new ArrayDeque<>(steps);
        this.familiar = familiar;
        this.latestCredible = latestCredible;
        this.notes = notes;
        this.source = source;
        this.memory = memory;
    }

    @Override
    public String companyFile() {
        return companyFile;
    }

    /** Sentences for an operator about what this reading did beyond the usual; filled while it goes on. */
    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private List<FeedReader> open() {
        while (true) {
            List<FeedReader> unfinished = readers.stream()
                    .filter(reader -> !reader.isDone() && !troubles.containsKey(reader)).toList();
            if (!unfinished.isEmpty() || steps.isEmpty()) {
                return oneByOne && !unfinished.isEmpty() ? unfinished.subList(0, 1) : unfinished;
            }
            readers = new ArrayList<>(steps.poll().get());
        }
    }

    /** Whether there is more to ask. */
    public boolean isUnfinished() {
        return !open().isEmpty();
    }

    /** How much is read of what is known to be there, 0 to 100; what QuickBooks has not announced yet counts as little. */
    public int percentRead() {
        long left = open().stream().mapToLong(FeedReader::rowsLeft).sum();
        return isUnfinished() ? (int) (100L * rowsRead / (rowsRead + left + 1)) : 100;
    }

    /** The next envelope to send. */
    public String nextRequest() {
        return RequestEnvelope.of(version, open());
    }

    @Override
    public Set<PaymentKey> payments() {
        return Set.copyOf(payments);
    }

    /**
     * To be asked at the end.
     *
     * @throws QuickBooksTrouble when a feed could not be read to its end; the others were read all the same
     */
    public void requireAllRead() {
        troubles.entrySet().stream().filter(entry -> !entry.getKey().isOptional()).map(Map.Entry::getValue)
                .max(Comparator.comparing(QuickBooksTrouble::kind)).ifPresent(trouble -> {
                    throw trouble;
                });
    }

    @Override
    public Ledger.Source source() {
        return source;
    }

    @Override
    public Page open(Rereadable text) {
        List<FeedReader> asked = open();
        try {
            return whole(text, asked, Envelope.read(text, latestCredible));
        } catch (QuickBooksTrouble notRead) {
            if (doubted != null) {
                return noLongerDoubted();
            }
            QuickBooksTrouble trouble = notRead.followedBy("The watermark stays; the next run tries again.");
            if (notRead.flaw() == QuickBooksTrouble.Flaw.SPOILED_ROWS) {
                return spoiled(text, asked, trouble);
            }
            unanswered(trouble);
            return nothing();
        }
    }

    /**
     * The last question got no answer.
     *
     * @throws QuickBooksTrouble the same, unless syncs are right without what was asked
     */
    public void unanswered(QuickBooksTrouble trouble) {
        if (doubted != null) {
            // What waited is asked for once more, without this check.
            LOG.info("QuickBooks did not report payments that it should know: {}", trouble.getMessage());
            noLongerDoubted();
            return;
        }
        List<FeedReader> asked = open();
        if (asked.isEmpty() || !asked.stream().allMatch(FeedReader::isOptional)) {
            throw trouble;
        }
        asked.forEach(reader -> trouble(reader, trouble));
    }

    private Page whole(Rereadable text, List<FeedReader> asked, Answer answer) {
        Map<Integer, FeedReader> chosen = new LinkedHashMap<>();
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
            if (!chosen.containsValue(reader) && doubted == null) {
                trouble(reader, new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "QuickBooks did not answer"
                        + " the request for " + reader.feed().message() + ". The watermark stays; the next run asks"
                        + " again."));
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
        if (doubted != null) {
            return probed(text, answer, chosen, withRows);
        }
        if (!familiar.areSettled() && areMissed(text, answer, chosen, withRows)) {
            Optional<Rereadable> copy = copyOf(text);
            if (copy.isPresent()) {
                LOG.info("None of the payments that QuickBooks should give again is in its answer; it is asked for the latest"
                        + " ones by their ids.");
                doubted = new Doubted(readers, page(copy.get(), answer, chosen, withRows));
                readers = familiar.probes();
                return nothing();
            }
        }
        return page(text, answer, chosen, withRows);
    }

    private boolean areMissed(Rereadable text, Answer answer, Map<Integer, FeedReader> chosen, List<Integer> withRows) {
        Set<Feed> answered = EnumSet.noneOf(Feed.class);
        withRows.forEach(position -> answered.add(chosen.get(position).feed()));
        try (Envelope.RowIterator rows = Envelope.rows(text, answer.charset(), withRows::contains)) {
            return familiar.areMissedIn(answered, rows);
        }
    }

    /** The latest payments were asked for by their ids: says whether the answer that waits may be taken. */
    private Page probed(Rereadable text, Answer answer, Map<Integer, FeedReader> chosen, List<Integer> withRows) {
        Map<FeedReader, Answer.Response> answers = new HashMap<>();
        chosen.forEach((position, reader) -> answers.put(reader, answer.responses().get(position)));
        Optional<QuickBooksTrouble> trouble;
        try (Envelope.RowIterator rows = Envelope.rows(text, answer.charset(), withRows::contains)) {
            trouble = familiar.judge(answers, rows);
        }
        Page waiting = noLongerDoubted();
        if (trouble.isEmpty()) {
            return both(waiting, () -> readable(Envelope.rows(text, answer.charset(), withRows::contains)));
        }
        steps.clear();
        readers.forEach(reader -> trouble(reader, trouble.get()));
        return nothing();
    }

    private Page noLongerDoubted() {
        Page page = doubted.page();
        readers = doubted.readers();
        doubted = null;
        return page;
    }

    /**
     * A page, and after its rows those of an answer that nothing else depends on. They are opened no sooner than they are asked
     * for: between the steps of a route Camel rewinds the stream that the answer is.
     */
    private static Page both(Page page, Supplier<Iterator<RowElement>> others) {
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                Iterator<RowElement> first = page.rows();
                Iterator<RowElement> more = others.get();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return first.hasNext() || more.hasNext();
                    }

                    @Override
                    public RowElement next() {
                        return first.hasNext() ? first.next() : more.next();
                    }
                };
            }

            @Override
            public void taken() {
                page.taken();
            }
        };
    }

    /** Empty if it is too large to be kept next to others; no page of a usual size is. */
    private static Optional<Rereadable> copyOf(Rereadable text) {
        try (InputStream in = text.open()) {
            byte[] bytes = in.readNBytes(LARGEST_DOUBTED + 1);
            return bytes.length > LARGEST_DOUBTED ? Optional.empty() : Optional.of(() -> new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Page page(Rereadable text, Answer answer, Map<Integer, FeedReader> chosen, List<Integer> withRows) {
        List<RowElement> spoiled = new ArrayList<>();
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                spoiled.clear();
                return setAside(seen(Envelope.rows(text, answer.charset(), withRows::contains), chosen.values()), spoiled);
            }

            @Override
            public void taken() {
                memory.spoiled(spoiled);
                chosen.forEach((position, reader) -> take(reader, answer.responses().get(position)));
            }
        };
    }

    /** Rows as they came: the spoiled row itself in place of its placeholder, unless it is known already. */
    private Iterator<RowElement> setAside(Iterator<RowElement> rows, List<RowElement> spoiled) {
        return rows(rows, row -> {
            Optional<RowElement> cut = SpoiledPage.mark(row).map(cutOut::get);
            if (cut.isEmpty()) {
                return Optional.of(row);
            }
            if (memory.isKnownSpoiled(cut.get())) {
                return Optional.empty();
            }
            spoiled.add(cut.get());
            return cut;
        });
    }

    /** Only the rows that were not cut out. */
    private static Iterator<RowElement> readable(Iterator<RowElement> rows) {
        return rows(rows, row -> Optional.of(row).filter(any -> SpoiledPage.mark(row).isEmpty()));
    }

    static Iterator<RowElement> rows(Iterator<RowElement> rows, Function<RowElement, Optional<RowElement>> each) {
        return new Iterator<>() {
            private Optional<RowElement> next = Optional.empty();

            @Override
            public boolean hasNext() {
                while (next.isEmpty() && rows.hasNext()) {
                    next = each.apply(rows.next());
                }
                return next.isPresent();
            }

            @Override
            public RowElement next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                RowElement row = next.get();
                next = Optional.empty();
                return row;
            }
        };
    }

    private static boolean answers(Answer.Response response, FeedReader reader) {
        return response.name().equals(reader.feed().response())
                && (response.requestId().isEmpty() || response.requestId().equals(reader.requestId()));
    }

    private Iterator<RowElement> seen(Iterator<RowElement> rows, Collection<FeedReader> readers) {
        return rows(rows, row -> {
            row.payment(companyFile).ifPresent(payments::add);
            readers.stream().filter(reader -> reader.feed().row().equals(row.name())).forEach(reader -> reader.sees(row));
            return Optional.of(row);
        });
    }

    /**
     * A malformed page: the bad records are cut out and set aside, the rest is taken as it is. Only where it cannot be
     * cut, since the damage lies between its rows, is it asked for again in smaller pages.
     */
    private Page spoiled(Rereadable text, List<FeedReader> asked, QuickBooksTrouble trouble) {
        if (!toldOfSpoiledPages) {
            toldOfSpoiledPages = true;
            LOG.warn("{} It is malformed but complete: the bad record is left out, the others are read.",
                    trouble.getMessage());
        }
        SpoiledPage page;
        Answer answer;
        try {
            page = SpoiledPage.cut(text, trouble);
            answer = Envelope.read(page.text(), latestCredible);
        } catch (QuickBooksTrouble cannotBeCut) {
            return smaller(asked, trouble);
        }
        if (doubted == null) {
            cutOut.clear();
        }
        cutOut.putAll(page.cutOut());
        return whole(page.text(), asked, answer);
    }

    private Page smaller(List<FeedReader> asked, QuickBooksTrouble trouble) {
        if (asked.size() > 1) {
            oneByOne = true;
            asked.forEach(FeedReader::restart);
            return nothing();
        }
        FeedReader reader = asked.get(0);
        reader.smaller().ifPresentOrElse(smaller -> readers.set(readers.indexOf(reader), smaller),
                () -> trouble(reader, trouble));
        return nothing();
    }

    private static Page nothing() {
        return new Page() {
            @Override
            public Iterator<RowElement> rows() {
                return List.<RowElement>of().iterator();
            }

            @Override
            public void taken() {
                // Nothing came that could be taken.
            }
        };
    }

    private void take(FeedReader reader, Answer.Response response) {
        Status status = response.status();
        try {
            if (!status.isUsable() && reader.takesError(status)) {
                return;
            }
        } catch (QuickBooksTrouble trouble) {
            trouble(reader, trouble);
            return;
        }
        switch (status.remedy()) {
            case USE_THE_ROWS -> {
                if (reader.feed().isPayments()) {
                    rowsRead += response.rows();
                }
                response.ahead().ifPresent(stamp -> isAhead(reader.feed(), stamp));
                try {
                    reader.taken(response);
                } catch (QuickBooksTrouble trouble) {
                    trouble(reader, trouble);
                }
                if (reader.isReadToEnd() && !troubles.containsKey(reader)) {
                    memory.readToEnd(reader);
                }
            }
            case RESTART_THE_ITERATOR -> {
                if (restarts.merge(reader, 1, Integer::sum) > MOST_RESTARTS) {
                    trouble(reader, new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY, "QuickBooks has lost its"
                            + " iterator for " + reader.feed().message() + " " + MOST_RESTARTS + " times (status "
                            + status.code() + "). The watermark stays; the next run starts over. If this keeps happening, the"
                            + " gateway opens a new session for each request: set quickbooks.iterators = false."));
                } else {
                    LOG.warn("QuickBooks has lost its iterator for {}; reading starts again at the watermark.",
                            reader.feed().message());
                    reader.restart();
                }
            }
            case ASK_AGAIN -> trouble(reader, refused(QuickBooksTrouble.Kind.AWAY, reader, status));
            case CHANGE_A_SETTING, GRANT_ACCESS -> trouble(reader, refused(QuickBooksTrouble.Kind.CONFIGURATION, reader, status));
        }
    }

    /** A wrong host clock must not blind the feed for all that comes before its time. */
    private void isAhead(Feed feed, HostTime stamp) {
        if (toldOfTimesAhead.add(feed)) {
            String note = "Rows of " + feed.message() + " are stamped " + stamp + ", which is too far in the future. They were read,"
                    + " but the watermark did not move past them. Check the clock of the QuickBooks machine; until it is right, the same"
                    + " rows are read in each run.";
            LOG.warn(note);
            notes.add(note);
        }
    }

    private static QuickBooksTrouble refused(QuickBooksTrouble.Kind kind, FeedReader reader, Status status) {
        return new QuickBooksTrouble(kind, "QuickBooks refused the request for " + reader.feed().message()
                + " with status " + status.code() + ": " + status.message() + " " + status.advice()
                + " The watermark stays.");
    }

    private void trouble(FeedReader reader, QuickBooksTrouble trouble) {
        LOG.warn(trouble.getMessage());
        troubles.put(reader, trouble);
    }
}
