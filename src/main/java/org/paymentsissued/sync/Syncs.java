package org.paymentsissued.sync;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.paymentsissued.ledger.Nodes;
import org.paymentsissued.ledger.ReadingTurns;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.FullDisk;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.quickbooks.AnswerReader;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The syncs of this process, one at a time: begun and ended by the routes, asked about by commands and console. */
public final class Syncs {

    private static final Logger LOG = LoggerFactory.getLogger(Syncs.class);

    private static final Duration BEYOND_A_LEASE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final Runs runs;
    private final List<String> companyFiles;
    private final ReadingTurns turns;
    private final Nodes nodes;
    private final AtomicReference<Sync> running = new AtomicReference<>();
    private final Set<Sync> underWay = ConcurrentHashMap.newKeySet();
    private volatile Sync last;

    /** @param companyFiles names of those that a sync reads */
    public Syncs(Runs runs, List<String> companyFiles, ReadingTurns turns, Nodes nodes) {
        this.runs = runs;
        this.turns = turns;
        this.nodes = nodes;
        this.companyFiles = List.copyOf(companyFiles);
    }

    /** Begins a sync; null where one is running already, which then does this one's work too. */
    public Sync begin(@Body String startedBy) {
        Sync sync = new Sync();
        if (!running.compareAndSet(null, sync)) {
            LOG.info("A sync is already running; this one is not needed.");
            return null;
        }
        try {
            return begun(sync, String.join(",", companyFiles), startedBy);
        } catch (RuntimeException e) {
            running.set(null);
            throw e;
        }
    }

    /**
     * Begins a sync that reads a company file over many calls of its Web Connector and may be abandoned in the middle of them.
     * It runs next to anything else: the Web Connector's sessions make sure that there is one reading of it at a time.
     */
    public Sync beginBeside(CompanyFile file, String startedBy) {
        long turn = turns.take(file.name()).orElseThrow(() -> new ReadingTurns.Taken(readElsewhere(file)));
        Sync sync = new Sync();
        sync.turns.put(file.name(), turn);
        return begun(sync, file.name(), startedBy);
    }

    /**
     * Waits until no other node reads a company file. A node that died in its reading holds it for a lease.
     *
     * @throws QuickBooksTrouble when another node continues to read it
     */
    public void awaitTurn(@Variable("sync") Sync sync, @Variable("companyFile") CompanyFile file) throws InterruptedException {
        if (file.isReadThroughWebConnector()) {
            // Its sessions take the turn.
            return;
        }
        long giveUpAt = System.nanoTime() + turns.lease().plus(BEYOND_A_LEASE).toNanos();
        OptionalLong turn = turns.take(file.name());
        while (turn.isEmpty()) {
            if (System.nanoTime() > giveUpAt) {
                throw new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY, readElsewhere(file));
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
            turn = turns.take(file.name());
        }
        sync.turns.put(file.name(), turn.getAsLong());
    }

    private String readElsewhere(CompanyFile file) {
        return "Company file " + file.name() + " is being read by " + nodes.reader(file.name()).orElse("another node")
                + "; that reading covers this one too.";
    }

    /** A sync has read what it had to read. */
    public void endTurns(@Variable("sync") Sync sync) {
        sync.turns.forEach((file, turn) -> {
            sync.turns.remove(file, turn);
            try {
                turns.end(file, turn);
            } catch (RuntimeException e) {
                LOG.warn("The turn to read {} could not be given back; it ends after a lease: {}", file, e.getMessage());
            }
        });
    }

    private synchronized Sync begun(Sync sync, String read, String startedBy) {
        sync.id = runs.begin(read, startedBy);
        sync.alone = underWay.isEmpty();
        underWay.add(sync);
        return sync;
    }

    public void end(@Variable("sync") Sync sync) {
        try {
            endTurns(sync);
            runs.end(sync.id, sync.paymentsRead, sync.trouble().map(Trouble::sentence));
            LOG.info("Sync {} ended: {} payments read{}", sync.id, sync.paymentsRead,
                    sync.trouble().map(trouble -> ", " + trouble.sentence()).orElse(""));
        } finally {
            sync.payments.clear();
            last = sync;
            underWay.remove(sync);
            running.compareAndSet(sync, null);
        }
    }

    /** Keeps what an operator should know. */
    public void noted(Sync sync, List<String> notes) {
        sync.notes.addAll(notes);
    }

    /** Counts payments that were read, each once however often it came. */
    public void count(Sync sync, Set<PaymentKey> payments) {
        sync.payments.addAll(payments);
        sync.paymentsRead = sync.payments.size();
    }

    /** Counts what a reading has read, and keeps what it noted for an operator. */
    public void read(@Variable("sync") Sync sync, @Variable("reading") AnswerReader reading) {
        count(sync, reading.payments());
        sync.notes.addAll(reading.notes());
    }

    /** Keeps what went wrong; the trouble that needs the most from a person decides the exit code. */
    public void failed(@Variable("sync") Sync sync, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        failed(sync, failure, "");
    }

    private static void failed(Sync sync, Exception failure, String where) {
        Optional<QuickBooksTrouble> known = Cause.in(failure, QuickBooksTrouble.class);
        QuickBooksTrouble.Kind kind = known.map(QuickBooksTrouble::kind).orElse(QuickBooksTrouble.Kind.AWAY);
        Optional<String> fullDisk = FullDisk.in(failure);
        String sentence = where + fullDisk.or(() -> known.map(Throwable::getMessage))
                .orElse("The sync stopped: " + failure + ". Nothing is lost; the next run continues.");
        LOG.warn(sentence, known.isPresent() || fullDisk.isPresent() ? null : failure);
        Trouble before = sync.trouble;
        sync.trouble = before == null ? new Trouble(kind, sentence)
                : new Trouble(before.kind().compareTo(kind) < 0 ? kind : before.kind(), before.sentence() + " " + sentence);
    }

    /** A dead letter says what is wrong with a file; where QuickBooks itself denies access, the sync as a whole cannot work. */
    public void fileRefused(@Variable("sync") Sync sync, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        if (Cause.in(failure, QuickBooksTrouble.class).filter(trouble -> trouble.kind() == QuickBooksTrouble.Kind.CONFIGURATION)
                .isPresent()) {
            failed(sync, failure);
        }
    }

    /** Keeps what went wrong with one company file; the others are read all the same. */
    public void notRead(@Variable("sync") Sync sync, @Variable("companyFile") CompanyFile file,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        endTurns(sync);
        failed(sync, failure, companyFiles.size() == 1 ? "" : "Company file " + file.name() + ": ");
    }

    public Optional<Sync> last() {
        return Optional.ofNullable(last);
    }

    /** How long the sync that is running has been running. */
    public Optional<Duration> runningFor() {
        return Optional.ofNullable(running.get()).map(sync -> Duration.ofNanos(System.nanoTime() - sync.begun));
    }

    public boolean isRunning() {
        return running.get() != null;
    }

    /** What stopped a part of a sync. @param kind decides the exit code */
    public record Trouble(QuickBooksTrouble.Kind kind, String sentence) { }

    /** One sync. Written by the one thread that runs it, read by others. */
    public static final class Sync {
        private final long begun = System.nanoTime();
        private volatile long id;
        private volatile boolean alone;
        private final Set<PaymentKey> payments = ConcurrentHashMap.newKeySet();
        private volatile int paymentsRead;
        private volatile Trouble trouble;
        private final List<String> notes = new CopyOnWriteArrayList<>();
        /** Turns to read that it has, by company file. */
        private final Map<String, Long> turns = new ConcurrentHashMap<>();

        public long id() {
            return id;
        }

        /** Whether no other was running when it began. */
        public boolean isAlone() {
            return alone;
        }

        public int paymentsRead() {
            return paymentsRead;
        }

        /** Sentences about anything unusual that was done. */
        public List<String> notes() {
            return List.copyOf(notes);
        }

        public Optional<Trouble> trouble() {
            return Optional.ofNullable(trouble);
        }
    }
}
