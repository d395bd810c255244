package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What an operator does to the ledger. Each action is one transaction that also writes down who did it, when and why; each is
 * safe to do twice. None calls Procore: delivery does, by its own rules, so no action can make a second record.
 */
public final class OperatorActions {

    private static final int LONGEST_NOTE = 2000;
    private static final Set<String> READ_AGAIN = Set.of("split", "enrich", "aggregate");

    private final LedgerDatabase database;
    private final DeadLetters deadLetters;
    private final Deliveries deliveries;
    private final Ledger ledger;
    private final CommitmentLookup lookup;
    private final CommitmentNames names;
    private final Clock clock;

    public OperatorActions(LedgerDatabase database, DeadLetters deadLetters, Deliveries deliveries, Ledger ledger,
            CommitmentLookup lookup, Clock clock) {
        this.database = database;
        this.deadLetters = deadLetters;
        this.deliveries = deliveries;
        this.ledger = ledger;
        this.lookup = lookup;
        names = new CommitmentNames(database);
        this.clock = clock;
    }

    /** The result of an action on a dead letter. */
    public enum Outcome {
        /** There is no such dead letter. */
        UNKNOWN,
        /** It was no longer open; nothing was done. */
        NOT_OPEN,
        /** It is due again; delivery sends what QuickBooks holds now. */
        DUE,
        /** Its kept qbXML has to go through the routes again; see {@link #readAgain}. */
        READ_AGAIN,
        /** Nothing is left to do; it is closed. */
        CLOSED,
        /** It was discarded and is open again. */
        REOPENED,
        /** It cannot be retried in its current state; it stays open. */
        REFUSED
    }

    /**
     * @param sentence what happened, for the operator
     * @param companyFile the payment's company file; empty where there is nothing to read again
     * @param qbxml    the payment to read again; empty otherwise
     * @param attempts failures so far, to recognize a new one
     */
    public record Result(Outcome outcome, String sentence, String companyFile, String qbxml, int attempts) {
        public static Result of(Outcome outcome, String sentence) {
            return new Result(outcome, sentence, "", "", 0);
        }
    }

    private record Letter(long id, String companyFile, String stage, String status, Optional<Long> paymentId, Optional<Long> rowId,
            String qbxml, int attempts) { }

    /** The lookup file that a dead letter is about; its lines are read again rather than the letter closed. */
    public Optional<DeadLetters.RefusedFile> refusedFile(long letterId) {
        return deadLetters.refusedFile(letterId);
    }

    /** Tries a dead letter again. Where the ledger holds a newer version of the payment, that one is meant. */
    public Result retry(long letterId, String who) {
        return database.transactions().execute(status -> {
            Optional<Letter> found = letter(letterId);
            if (found.isEmpty()) {
                return Result.of(Outcome.UNKNOWN, "There is no dead letter " + letterId + ".");
            }
            if (found.get().stage().equals("safety") && found.get().status().equals("open")) {
                // Exactly the removals that are held back now; it closes the dead letter too.
                deadLetters.actWithin(letterId, "retry", who, "Approved the removals that are held back.");
                return Result.of(Outcome.CLOSED, deliveries.approveRemovals(found.get().companyFile())
                        + " removals are approved and will be made within seconds.");
            }
            if (found.get().status().equals("open")) {
                Optional<Integer> released = Refusals.release(database, letterId, clock.instant());
                if (released.isPresent()) {
                    return released(letterId, who, released.get());
                }
            }
            // Rows before dead letters, as delivery locks them.
            Optional<LedgerRow> row = found.get().rowId().flatMap(id -> Rows.locked(database.jdbc(), id));
            Letter letter = locked(letterId);
            if (!letter.status().equals("open")) {
                return Result.of(Outcome.NOT_OPEN, "It is already " + letter.status() + ".");
            }
            if (!READ_AGAIN.contains(letter.stage()) && row.isPresent()) {
                return deliverAgain(letter, row.get(), who);
            }
            String qbxml = letter.paymentId().map(this::qbxmlOf).filter(text -> !text.isEmpty()).orElse(letter.qbxml());
            if (READ_AGAIN.contains(letter.stage()) && !qbxml.isEmpty()) {
                deadLetters.actWithin(letterId, "retry", who, "");
                return new Result(Outcome.READ_AGAIN, "The payment is read again.", letter.companyFile(), qbxml,
                        letter.attempts());
            }
            if (letter.stage().equals(DeadLetters.POLL) && WebConnections.askAgain(database, letter.companyFile())) {
                deadLetters.retriedWithin(letterId, who);
                return Result.of(Outcome.DUE, "QuickBooks is asked again when its Web Connector calls next.");
            }
            if (letter.stage().equals(GoLive.STAGE)) {
                deadLetters.closeWithin(letterId, "resolved", who, "Read.");
                return Result.of(Outcome.CLOSED, "Closed. Set poll.start if payments of the earlier ledger are to be followed.");
            }
            deadLetters.closeWithin(letterId, "resolved", who, "Closed by retry: its content is not stored here and must"
                    + " come from its source again.");
            return Result.of(Outcome.CLOSED, "Closed. Drop a complete file again to read its payments.");
        });
    }

    private Result released(long letterId, String who, int payments) {
        if (payments == 0) {
            deadLetters.closeWithin(letterId, "resolved", who, "Retried; nothing waited behind it anymore.");
            return Result.of(Outcome.CLOSED, "Nothing waits behind it anymore.");
        }
        deadLetters.retriedWithin(letterId, who);
        return Result.of(Outcome.DUE, payments + (payments == 1 ? " payment is" : " payments are")
                + " due again and will be sent within seconds.");
    }

    private Result deliverAgain(Letter letter, LedgerRow row, String who) {
        if (row.state() != RowState.DEAD) {
            deadLetters.closeWithin(letter.id(), "resolved", who, "Its payment is already " + row.state().word() + ".");
            return Result.of(Outcome.CLOSED, "Nothing is left to do: its payment is " + row.state().word() + ".");
        }
        if (verdictOf(row.paymentId()).equals("SET_ASIDE")) {
            return Result.of(Outcome.REFUSED, "The whole payment is set aside. Correct it in QuickBooks, or retry the"
                    + " dead letter that says why.");
        }
        Instant now = clock.instant();
        LedgerRow.Draft draft = row.change().attempts(0, now);
        if (letter.stage().equals(DeadLetters.TWIN)) {
            draft.twin(row.progress().twin().map(twin -> twin.answered(TwinQuestion.Answer.OTHER)));
        }
        LedgerRow changed = draft.settle(RowState.REMOVED, row.wanted().isPresent() ? ""
                : "No longer paid in QuickBooks.").done();
        Rows.save(database, changed, now);
        if (changed.state() == RowState.PENDING) {
            deadLetters.retriedWithin(letter.id(), who);
            return Result.of(Outcome.DUE, "It is due again and will be sent within seconds, with the current data from QuickBooks.");
        }
        deadLetters.closeWithin(letter.id(), "resolved", who, "Retried; its payment is " + changed.state().word() + ".");
        return Result.of(Outcome.CLOSED, "Its payment is now " + changed.state().word() + ".");
    }

    /**
     * Ends a retry of kind {@link Outcome#READ_AGAIN}. Until then the dead letter stays open, so that a crash in between
     * loses nothing.
     *
     * @param attempts failures before the payment was read again
     */
    public Result readAgain(long letterId, int attempts) {
        return database.transactions().execute(status -> {
            Letter letter = locked(letterId);
            if (!letter.status().equals("open")) {
                return Result.of(Outcome.CLOSED, "The payment was read again and accepted.");
            }
            if (letter.attempts() > attempts) {
                return Result.of(Outcome.REFUSED, "It failed again and stays open; see below.");
            }
            deadLetters.closeWithin(letterId, "resolved", DeadLetters.SELF,
                    "The payment was read again; the ledger holds it, or a newer version of it.");
            return Result.of(Outcome.CLOSED, "The payment was read again and accepted.");
        });
    }

    /**
     * Discards a dead letter for a reason. Its payment is left out until it is edited in QuickBooks.
     *
     * @param reason why; never empty
     */
    public Result discard(long letterId, String who, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("Give a reason to discard a dead letter.");
        }
        return withLetter(letterId, (letter, rows) -> {
            if (!letter.status().equals("open")) {
                return Result.of(Outcome.NOT_OPEN, "It is already " + letter.status() + ".");
            }
            if (Refusals.isOpen(database, letterId)) {
                return Result.of(Outcome.REFUSED, "Payments wait behind it, so it cannot be discarded. Fix its cause, then retry"
                        + " it; all of them are sent then.");
            }
            Instant now = clock.instant();
            for (LedgerRow row : rows) {
                if (row.state() == RowState.DEAD) {
                    Rows.save(database, row.change().state(RowState.SKIPPED, "Discarded by " + who + ": "
                            + reason.strip()).done(), now);
                }
            }
            deadLetters.closeWithin(letterId, "discarded", who, reason.strip());
            return Result.of(Outcome.CLOSED, "Discarded.");
        });
    }

    /** Takes a discard back: the dead letter is open again, and its payment needs an operator again. */
    public Result reopen(long letterId, String who) {
        return withLetter(letterId, (letter, rows) -> {
            if (!letter.status().equals("discarded")) {
                return Result.of(Outcome.REFUSED, "It is " + letter.status() + ", so there is no discard to undo.");
            }
            if (!deadLetters.reopenWithin(letterId, who)) {
                return Result.of(Outcome.REFUSED, "The same problem has been reported again since, in a dead letter of its own.");
            }
            Instant now = clock.instant();
            for (LedgerRow row : rows) {
                // One that was edited in QuickBooks since goes its own way.
                if (row.state() == RowState.SKIPPED && (row.wanted().isPresent() || verdictOf(row.paymentId()).equals("SET_ASIDE"))) {
                    Rows.save(database, row.change().state(RowState.DEAD, sentenceOf(letterId)).done(), now);
                }
            }
            return Result.of(Outcome.REOPENED, "It is open again.");
        });
    }

    private String sentenceOf(long letterId) {
        return database.jdbc().sql("select sentence from dead_letter where id = :id").param("id", letterId).query(String.class).single();
    }

    /**
     * An operator says that a typed record in Procore is the same payment: it becomes ours, and no second one is made.
     *
     * @param chosen the record that is meant where several look like the payment; if empty, the closest that is still free
     */
    public Result adopt(long letterId, Optional<Long> chosen, String who) {
        return withLetter(letterId, (letter, rows) -> {
            if (!letter.status().equals("open")) {
                return Result.of(Outcome.NOT_OPEN, "It is already " + letter.status() + ".");
            }
            Optional<LedgerRow> row = rows.stream().findFirst();
            Optional<TwinQuestion> twin = row.filter(one -> one.state() == RowState.DEAD).flatMap(one -> one.progress().twin());
            if (!letter.stage().equals(DeadLetters.TWIN) || twin.flatMap(TwinQuestion::recordId).isEmpty()) {
                return Result.of(Outcome.REFUSED, letter.stage().equals(DeadLetters.TWIN) ? "The record in Procore cannot become this"
                        + " payment's. If it is the same payment, discard this dead letter; if not, retry to send the payment."
                        : "No record in Procore is in question here.");
            }
            Set<Long> offered = TwinCandidates.offered(database.jdbc(), row.get().id());
            Optional<Long> record = offered.size() == 1 ? offered.stream().findFirst() : chosen;
            if (chosen.isPresent() && !offered.contains(chosen.get())) {
                return Result.of(Outcome.REFUSED, "Record " + chosen.get() + " is not one that this dead letter asks about. Choose one of "
                        + offered.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ". Nothing was changed.");
            }
            Instant now = clock.instant();
            Rows.save(database, row.get().change().twin(Optional.of(new TwinQuestion(record, TwinQuestion.Answer.SAME)))
                    .attempts(0, now).settle(RowState.REMOVED, "").done(), now);
            deadLetters.closeWithin(letterId, "retried", who, "It is the same payment as " + record.map(id -> "record " + id)
                    .orElse("one of the records shown") + ".");
            return Result.of(Outcome.DUE, record.map(id -> "Record " + id).orElse("The closest record that is still free")
                    + " becomes this payment's within seconds; no second one is made.");
        });
    }

    /** Locks a dead letter's rows and then the letter itself, as delivery does, and acts on both. */
    private Result withLetter(long letterId, BiFunction<Letter, List<LedgerRow>, Result> act) {
        return database.transactions().execute(status -> letter(letterId).map(found -> {
            List<LedgerRow> rows = rowsOf(found);
            return act.apply(locked(letterId), rows);
        }).orElseGet(() -> Result.of(Outcome.UNKNOWN, "There is no dead letter " + letterId + ".")));
    }

    private List<LedgerRow> rowsOf(Letter letter) {
        boolean whole = letter.stage().equals("aggregate");
        if (whole && letter.paymentId().isPresent()) {
            return database.jdbc().sql("select id from ledger_row where payment_id = :id order by id for update")
                    .param("id", letter.paymentId().get()).query(Long.class).list().stream()
                    .map(id -> Rows.byId(database.jdbc(), id).orElseThrow()).toList();
        }
        return letter.rowId().flatMap(id -> Rows.locked(database.jdbc(), id)).stream().toList();
    }

    /** What a person assigns to a bill. @param why empty where it is no proposal */
    public record Assignment(WaitingBills.Id bill, Placement placement, String why) { }

    /** Gives bills their places in Procore, all or none. @return how many payments on them moved or became due */
    public int assign(List<Assignment> assignments, String who) {
        return database.transactions().execute(status -> assignments.stream().mapToInt(one -> {
            WaitingBills.Id bill = one.bill();
            lookup.put(bill.companyFile(), bill.txnId(), one.placement(), CommitmentLookup.Source.CONSOLE, one.why());
            done(who, "place", bill.companyFile() + "|" + bill.txnId(),
                    names.ofFile(bill.companyFile(), one.placement().commitment()).withIds()
                    + one.placement().requisitionId().map(id -> ", subcontractor invoice " + id).orElse("")
                    + (one.why().isEmpty() ? "" : ". " + one.why()));
            return ledger.place(bill.companyFile(), bill.txnId(), one.placement());
        }).sum());
    }

    /**
     * Takes a bill's commitment back.
     *
     * @return how many payments wait again or are removed from Procore; empty where the bill has none
     */
    public Optional<Integer> takeBack(WaitingBills.Id bill, String who) {
        return database.transactions().execute(status -> lookup.takeBack(bill.companyFile(), bill.txnId()).map(was -> {
            done(who, "take back", bill.companyFile() + "|" + bill.txnId(), names.ofFile(bill.companyFile(), was.commitment()).withIds());
            return ledger.takeBack(bill.companyFile(), bill.txnId());
        }));
    }

    /** An operator's pause of all delivery. */
    public record Pause(String who, Instant since, String reason) { }

    /** The current pause; empty while delivery is on. */
    public Optional<Pause> pause() {
        return Deliveries.pause(database.jdbc());
    }

    /** Stops delivery after the calls in progress, on every node, until it is resumed. A second pause changes nothing. */
    public void pauseDelivery(String who, String reason) {
        database.transactions().executeWithoutResult(status -> {
            if (pause().isEmpty()) {
                database.jdbc().sql("insert into delivery_pause (only_one, who, since, reason) values (1, :who, :now, :why)")
                        .param("who", who).param("now", Rows.stamp(clock.instant()))
                        .param("why", database.kept(reason, LONGEST_NOTE)).update();
                done(who, "pause", "delivery", reason);
            }
        });
    }

    public void resumeDelivery(String who) {
        database.transactions().executeWithoutResult(status -> {
            if (database.jdbc().sql("delete from delivery_pause").update() > 0) {
                done(who, "resume", "delivery", "");
            }
        });
    }

    /** Writes down an action that is done elsewhere, such as a sync. */
    public void done(String who, String action, String subject) {
        done(who, action, subject, "");
    }

    public void done(String who, String action, String subject, String note) {
        done(who, action, subject, 1, note);
    }

    /** The same for several things at once. @param number how many it was done to */
    public void done(String who, String action, String subject, int number, String note) {
        database.jdbc().sql("""
                insert into operator_action (at, who, action, subject, number, note)
                values (:now, :who, :action, :subject, :number, :note)""")
                .param("now", Rows.stamp(clock.instant())).param("who", who).param("action", action)
                .param("subject", Cut.to(400, subject)).param("number", number)
                .param("note", database.kept(note, LONGEST_NOTE)).update();
    }

    /** An action as it was written down. @param number how many things it was done to @param note why; may be empty */
    public record Logged(Instant at, String who, String action, String subject, int number, String note) { }

    /** Every action of every operator, the latest first. @param who empty for all */
    public Page<Logged> page(String who, int page, int size) {
        String of = who.isEmpty() ? "" : " where who = :who";
        long total = asked("select count(*) from operator_action" + of, who).query(Long.class).single();
        List<Logged> items = asked("select * from operator_action" + of + " order by id desc limit :size offset :offset", who)
                .param("size", size).param("offset", (long) (page - 1) * size)
                .query((row, number) -> new Logged(Rows.instant(row, "at"), row.getString("who"), row.getString("action"),
                        row.getString("subject"), row.getInt("number"), Rows.text(row, "note"))).list();
        return new Page<>(items, total, page, size);
    }

    private JdbcClient.StatementSpec asked(String sql, String who) {
        return who.isEmpty() ? database.jdbc().sql(sql) : database.jdbc().sql(sql).param("who", who);
    }

    /** Everyone who ever did something. */
    public List<String> people() {
        return database.jdbc().sql("select distinct who from operator_action order by who").query(String.class).list();
    }

    private Optional<Letter> letter(long id) {
        return letters("select * from dead_letter where id = :id", id).optional();
    }

    private Letter locked(long id) {
        return letters("select * from dead_letter where id = :id for update", id).single();
    }

    private JdbcClient.MappedQuerySpec<Letter> letters(String sql, long id) {
        return database.jdbc().sql(sql).param("id", id).query((row, number) -> new Letter(row.getLong("id"),
                row.getString("company_file"), row.getString("stage"), row.getString("status"), Rows.id(row, "payment_id"),
                Rows.id(row, "ledger_row_id"), Rows.text(row, "qbxml"), row.getInt("attempts")));
    }

    private String qbxmlOf(long paymentId) {
        return database.jdbc().sql("select coalesce(qbxml, '') as qbxml from payment where id = :id")
                .param("id", paymentId).query((row, number) -> Rows.text(row, "qbxml")).optional().orElse("");
    }

    private String verdictOf(long paymentId) {
        return database.jdbc().sql("select verdict from payment where id = :id").param("id", paymentId)
                .query(String.class).single();
    }
}
