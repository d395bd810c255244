package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The ledger's side of delivery: who works on which payment, which call is pending, what Procore answered. A claim holds
 * a whole payment, so that its bills go in order and no record is ever called for twice at a time.
 */
public final class Deliveries {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final String SAFETY = "safety|removals";
    private static final int CLAIMED_AT_ONCE = 8;
    private static final int ROWS_LOOKED_AT_AT_ONCE = 200;
    private static final int LONGEST_REASON = 2000;
    private static final String PAYMENT_OF_ROW = "(select payment_id from ledger_row where id = :id)";

    private final LedgerDatabase database;
    private final DeadLetters deadLetters;
    private final RemovalLimits limits;
    private final Clock clock;
    private final LedgerAge age;
    private final String claimant;

    public Deliveries(LedgerDatabase database, DeadLetters deadLetters, RemovalLimits limits, Clock clock) {
        this.database = database;
        this.deadLetters = deadLetters;
        this.limits = limits;
        this.clock = clock;
        this.age = new LedgerAge(database, clock);
        this.claimant = database.nodeId() + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** A payment that only we may deliver for now. */
    public record Claim(long paymentId) { }

    /** Payments with something due, claimed as they are asked for; ends when nothing is due or delivery must stop. */
    public Iterator<Claim> due(BooleanSupplier mustStop) {
        return new Iterator<>() {
            private final Deque<Claim> claimed = new ArrayDeque<>();
            private boolean ended;

            // Camel's splitter asks from several threads, and once more after the end: an end must stay one, or a
            // payment would be claimed for a split that has ended.
            @Override
            public synchronized boolean hasNext() {
                if (!claimed.isEmpty() || ended) {
                    return !claimed.isEmpty();
                }
                if (!mustStop.getAsBoolean()) {
                    claimed.addAll(claim());
                }
                ended = claimed.isEmpty();
                return !ended;
            }

            @Override
            public synchronized Claim next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return claimed.removeFirst();
            }
        };
    }

    /** An operator's pause; empty while delivery is on. */
    public Optional<OperatorActions.Pause> operatorPause() {
        return pause(database.jdbc());
    }

    static Optional<OperatorActions.Pause> pause(JdbcClient jdbc) {
        return jdbc.sql("select who, since, reason from delivery_pause").query((row, number) ->
                new OperatorActions.Pause(row.getString("who"), Rows.instant(row, "since"),
                        row.getString("reason"))).optional();
    }

    private List<Claim> claim() {
        if (operatorPause().isPresent()) {
            return List.of();
        }
        return database.transactions().execute(status -> {
            Instant now = clock.instant();
            holdBackTooManyRemovals(now);
            List<Long> ids = lockDue(now);
            for (long id : ids) {
                database.jdbc().sql("update payment set claimed_by = :who, claimed_until = current_timestamp + "
                        + LedgerDatabase.LEASE + " where id = :id").param("who", claimant)
                        .param("lease", database.leaseSeconds()).param("id", id).update();
            }
            return ids.stream().map(Claim::new).toList();
        });
    }

    /** From the rows, the longest due first: to look at each payment of a large ledger would take longer with each delivered. */
    private List<Long> lockDue(Instant now) {
        // No payment has this id; a list in SQL must not be empty.
        Set<Long> lookedAt = new HashSet<>(Set.of(0L));
        while (true) {
            Set<Long> due = new LinkedHashSet<>(database.jdbc().sql("""
                    select payment_id from ledger_row where state = 'pending' and next_attempt_at <= :now
                      and behind_letter is null and payment_id not in (:lookedAt) order by state, next_attempt_at limit :most""")
                    .param("now", Rows.stamp(now)).param("lookedAt", lookedAt).param("most", ROWS_LOOKED_AT_AT_ONCE)
                    .query(Long.class).list());
            List<Long> locked = due.isEmpty() ? List.of() : lockFree(due, now);
            if (due.isEmpty() || !locked.isEmpty()) {
                return locked;
            }
            // All of these are other workers'.
            lookedAt.addAll(due);
        }
    }

    /** A check and a card payment of one TxnID have one key in Procore: at the same time, one would be taken for the other. */
    private List<Long> lockFree(Set<Long> paymentIds, Instant now) {
        return database.jdbc().sql("""
                select p.id from payment p
                where p.id in (:ids)
                  and (p.claimed_until is null or p.claimed_until < current_timestamp and p.claimed_by <> :who)
                  and exists (select 1 from ledger_row r where r.payment_id = p.id and r.state = 'pending'
                    and r.next_attempt_at <= :now and r.behind_letter is null)
                  and not exists (select 1 from payment q where q.company_file = p.company_file
                    and q.payment_kind = case p.payment_kind when 'CHECK' then 'CREDIT_CARD' else 'CHECK' end
                    and q.payment_txn_id = p.payment_txn_id
                    and (q.claimed_until >= current_timestamp or q.id < p.id and exists (
                      select 1 from ledger_row e where e.payment_id = q.id and e.state = 'pending'
                        and e.next_attempt_at <= :now and e.behind_letter is null)))
                order by p.id limit :most for update skip locked""")
                .param("ids", paymentIds).param("who", claimant).param("now", Rows.stamp(now)).param("most", CLAIMED_AT_ONCE)
                .query(Long.class).list();
    }

    /** A removal that is due. */
    private record Removal(long rowId, String companyFile) { }

    /** An old company file restored, or the wrong one opened, is a matter of that company file. */
    private void holdBackTooManyRemovals(Instant now) {
        Map<String, List<Long>> due = new LinkedHashMap<>();
        database.jdbc().sql("""
                select r.id, p.company_file from ledger_row r join payment p on p.id = r.payment_id
                where r.state = 'pending' and not r.wanted and not r.removal_approved
                  and r.held_procore_id is not null and r.held_amount <> 0 order by r.id""")
                .query((row, number) -> new Removal(row.getLong("id"), row.getString("company_file"))).list()
                .forEach(removal -> due.computeIfAbsent(removal.companyFile(), none -> new ArrayList<>())
                        .add(removal.rowId()));
        if (due.isEmpty()) {
            return;
        }
        Map<String, Long> removed = removedInThisRun();
        long inAll = due.values().stream().mapToLong(List::size).sum() + heldBack()
                + removed.values().stream().mapToLong(Long::longValue).sum();
        due.forEach((companyFile, rows) -> {
            long held = database.jdbc().sql("""
                    select count(*) from ledger_row r join payment p on p.id = r.payment_id
                    where r.held_procore_id is not null and p.company_file = :file""")
                    .param("file", companyFile).query(Long.class).single() + removed.getOrDefault(companyFile, 0L);
            limits.exceededBy(inAll, rows.size() + heldBack(companyFile) + removed.getOrDefault(companyFile, 0L), held)
                    .ifPresent(limit -> holdBack(companyFile, rows, held, limit, now));
        });
    }

    private void holdBack(String companyFile, List<Long> due, long held, String limit, Instant now) {
        LedgerRow first = Rows.byId(database.jdbc(), due.get(0)).orElseThrow();
        for (List<Long> some = due; !some.isEmpty(); some = some.subList(Math.min(500, some.size()), some.size())) {
            database.jdbc().sql("""
                    update ledger_row set state = 'dead', held_back = true, changed_at = :now,
                      reason = 'Held back: too many removals at once. See the dead letter of stage safety.'
                    where id in (:ids) and pending_call is null and state = 'pending' and not wanted and not removal_approved""")
                    .param("now", Rows.stamp(now)).param("ids", some.subList(0, Math.min(500, some.size()))).update();
        }
        String sentence = String.format(Locale.ROOT, "%,d of %,d payments issued are no longer in QuickBooks and would be removed"
                + " from Procore in one run, the first of them %s, %s. That is more than %s allows, so they were held back;"
                + " everything else went on.\nIf QuickBooks is right, retry this dead letter to remove exactly these. If not (an old"
                + " backup was restored, or the wrong company file is open), correct that in QuickBooks and sync again.",
                heldBack(companyFile), held, first.paymentWords(), first.billWords(), limit);
        deadLetters.openWithin(DeadLetters.Trouble.of(companyFile, "safety", SAFETY, sentence));
        LOG.warn(sentence.replace('\n', ' '));
    }

    /** Per company file, over all nodes. */
    private Map<String, Long> removedInThisRun() {
        Map<String, Long> removed = new LinkedHashMap<>();
        database.jdbc().sql("select company_file, count(*) as removed from removal group by company_file").query(row -> {
            removed.put(row.getString("company_file"), row.getLong("removed"));
        });
        return removed;
    }

    private void countRemoval(LedgerRow row) {
        database.jdbc().sql("insert into removal (company_file, ledger_row_id) values (:file, :row)")
                .param("file", row.payment().companyFile()).param("row", row.id()).update();
    }

    private long heldBack() {
        return database.jdbc().sql("select count(*) from ledger_row where state = 'dead' and not wanted and held_back")
                .query(Long.class).single();
    }

    private long heldBack(String companyFile) {
        return database.jdbc().sql("select count(*) from ledger_row r where r.state = 'dead' and not r.wanted and r.held_back and "
                + Rows.OF_FILES).param("files", List.of(companyFile)).query(Long.class).single();
    }

    /** A sync begins: its removals are counted from zero. */
    public void beginRun() {
        // Not while another node reads: its removals count on.
        database.jdbc().sql("""
                delete from removal where not exists (select 1 from reading_turn
                  where until > current_timestamp and node_id <> :node)""").param("node", database.nodeId()).update();
        database.transactions().executeWithoutResult(status -> database.jdbc().sql("""
                select distinct company_file from dead_letter where stage = 'safety' and status in ('open', 'retried')""")
                .query(String.class).list().stream().filter(file -> heldBack(file) == 0)
                .forEach(file -> deadLetters.resolveKeyWithin(file, SAFETY, "Nothing is held back anymore.")));
    }

    /** An operator approves exactly the removals of a company file that are held back now. @return how many */
    public int approveRemovals(String companyFile) {
        return database.transactions().execute(status -> {
            int approved = database.jdbc().sql("""
                    update ledger_row set removal_approved = true, held_back = false, state = 'pending', attempts = 0,
                      next_attempt_at = :now, changed_at = :now, reason = 'Its removal was approved.'
                    where state = 'dead' and not wanted and held_back
                      and payment_id in (select id from payment where company_file = :file)""")
                    .param("now", Rows.stamp(clock.instant())).param("file", companyFile).update();
            deadLetters.resolveKeyWithin(companyFile, SAFETY, approved + " removals were approved.");
            return approved;
        });
    }

    /**
     * Makes due what would wait longer than anything is ever made to wait: this machine's clock was ahead when
     * that was written, and has been corrected since.
     */
    public void dueBy(Instant latest) {
        int early = database.jdbc().sql("""
                update ledger_row set next_attempt_at = :now where state = 'pending' and next_attempt_at > :latest""")
                .param("now", Rows.stamp(clock.instant())).param("latest", Rows.stamp(latest)).update();
        if (early > 0) {
            LOG.warn("{} changes were to be sent far in the future, so this machine's clock must have been wrong. They"
                    + " are sent now.", early);
        }
    }

    /** Forgets claims of a process that ended without giving them back. Only right where no other process may run. */
    public void forgetOldClaims() {
        database.jdbc().sql("update payment set claimed_by = null, claimed_until = null where claimed_by is not null")
                .update();
    }

    /** A heartbeat: what was claimed stays claimed, however long a call or a list of Procore takes. */
    public void renewClaims() {
        database.jdbc().sql("update payment set claimed_until = current_timestamp + " + LedgerDatabase.LEASE
                + " where claimed_by = :who").param("lease", database.leaseSeconds()).param("who", claimant).update();
    }

    /** Gives back every claim of this worker. */
    public void releaseAll() {
        database.jdbc().sql("update payment set claimed_by = null, claimed_until = null where claimed_by = :who")
                .param("who", claimant).update();
    }

    public void release(Claim claim) {
        database.jdbc().sql("""
                update payment set claimed_by = null, claimed_until = null where id = :id and claimed_by = :who""")
                .param("id", claim.paymentId()).param("who", claimant).update();
    }

    /**
     * Ids of the due rows of a claimed payment, in the order of its bills. Renews the claim, which may have waited long.
     *
     * @throws ClaimLost when another worker has taken the payment over
     */
    public List<Long> dueRows(Claim claim) {
        renew(":id", claim.paymentId());
        return database.jdbc().sql("""
                select id from ledger_row where payment_id = :payment and state = 'pending' and next_attempt_at <= :now
                  and behind_letter is null order by id""").param("payment", claim.paymentId()).param("now", Rows.stamp(clock.instant()))
                .query(Long.class).list();
    }

    /**
     * Whether nothing was ever delivered to the end from this ledger, or not since it was restored. It may then know less than
     * Procore holds, and a record may be on a different commitment than the one that is wanted now.
     */
    public boolean isNew() {
        return age.isNew();
    }

    /** Remembers that everything that was due has been delivered once. */
    public void deliveredToTheEnd() {
        age.deliveredToTheEnd();
    }

    /**
     * Looks whether this ledger is an older copy, restored; {@link #isNew} until it has caught up.
     *
     * @return whether it is one that has not caught up yet
     */
    public boolean recognizeCopy() {
        return age.recognizeCopy();
    }

    /** An operator says that this ledger is an older copy, restored; {@link #isNew} until it has caught up. */
    public void takeAsCopy() {
        age.takeAsCopy();
    }

    /** Every commitment that a payment of these company files is or was on, or that the lookup names for one of them. */
    public List<CommitmentRef> places(List<String> companyFiles) {
        return database.jdbc().sql(Rows.PLACES).param("files", companyFiles).query((row, number) ->
                new CommitmentRef(row.getLong("project_id"), row.getLong("contract_id"))).list();
    }

    public CommitmentNames names() {
        return new CommitmentNames(database);
    }

    /** The row of these company files, other than the given one, that already holds a record of Procore. */
    public Optional<LedgerRow> holderOf(long procoreId, long otherThan, List<String> companyFiles) {
        return database.jdbc().sql(Rows.SELECT + """
                 where r.held_procore_id = :record and r.id <> :row and p.company_file in (:files) order by r.id limit 1""")
                .param("record", procoreId).param("row", otherThan).param("files", companyFiles)
                .query(Rows::map).optional();
    }

    public Optional<LedgerRow> row(long id) {
        return Rows.byId(database.jdbc(), id);
    }

    /** Keeps a sentence for the operator with a payment that is sent all the same. */
    public void remark(long paymentId, String remark) {
        database.jdbc().sql("""
                update payment set note = case when note is null or note = '' then :remark
                  else substring(note || ' ' || :remark from 1 for 2000) end, last_read_at = :now
                where id = :id and coalesce(position(:remark in note), 0) = 0""")
                .param("remark", remark).param("now", Rows.stamp(clock.instant())).param("id", paymentId).update();
    }

    /** When the next row is due; empty when none is pending but behind a dead letter. */
    public Optional<Instant> nextDue() {
        return database.jdbc().sql("""
                select min(next_attempt_at) as next from ledger_row where state = 'pending' and behind_letter is null""")
                .query((row, number) -> Optional.ofNullable(Rows.instant(row, "next"))).single();
    }

    public boolean hasDelivered() {
        return database.jdbc().sql("select count(*) from ledger_row where held_procore_id is not null")
                .query(Long.class).single() > 0;
    }

    /** All that is pending, rows behind a dead letter included. */
    public long pendingCount() {
        return database.jdbc().sql("select count(*) from ledger_row where state = 'pending'").query(Long.class).single();
    }

    /** What delivery still has to do; rows behind a dead letter wait for an operator. */
    public long dueCount() {
        return database.jdbc().sql("select count(*) from ledger_row where state = 'pending' and behind_letter is null")
                .query(Long.class).single();
    }

    /** Whether this ledger holds a record of Procore in another row, or held it before. */
    public boolean knewRecord(long procoreId, long rowId) {
        return database.jdbc().sql("""
                select (select count(*) from former_record where procore_id = :id)
                  + (select count(*) from ledger_row where held_procore_id = :id and id <> :row)""")
                .param("id", procoreId).param("row", rowId).query(Long.class).single() > 0;
    }

    /** The deadline for the next call of a claimed payment; to be asked before {@link #markSent}, which renews the claim. */
    public Deadline deadline() {
        // Half a lease is left for the call to arrive before another worker may take the payment over.
        return Deadline.in(database.lease().dividedBy(2));
    }

    /**
     * Marks a row before its call, so that a lost answer is noticed, and renews the claim.
     *
     * @throws ClaimLost when another worker has taken the payment over; no call may be made
     */
    public LedgerRow markSent(long rowId, PendingCall call) {
        return database.transactions().execute(status -> {
            renew(PAYMENT_OF_ROW, rowId);
            return changeLocked(rowId, row -> row.change().pendingCall(Optional.of(call)).done());
        });
    }

    /** @param payment its id in SQL, by the parameter {@code :id} */
    private void renew(String payment, long id) {
        int renewed = database.jdbc().sql("update payment set claimed_until = current_timestamp + "
                + LedgerDatabase.LEASE + " where id = " + payment + " and claimed_by = :who")
                .param("lease", database.leaseSeconds()).param("id", id).param("who", claimant).update();
        if (renewed == 0) {
            throw new ClaimLost();
        }
    }

    /** Procore holds this now; the change is complete. */
    public LedgerRow holds(long rowId, Held held) {
        return change(rowId, row -> settled(row, row.change().held(Optional.of(held)).changeCompleted()));
    }

    /** Procore holds nothing of this row now; the change is complete. */
    public LedgerRow holdsNothing(long rowId) {
        return change(rowId, row -> settled(row, row.change().held(Optional.empty()).changeCompleted()));
    }

    /** What Procore was seen to hold, without a change of ours; an unknown outcome is known now. */
    public LedgerRow seen(long rowId, Optional<Held> held) {
        return change(rowId, row -> settled(row, row.change().held(held).pendingCall(Optional.empty())));
    }

    /**
     * Claims a record that a person typed, before our key is written into it.
     *
     * @return empty where another payment has it
     */
    public Optional<LedgerRow> takeOver(long rowId, Held typed) {
        try {
            return Optional.of(change(rowId, row -> row.change().held(Optional.of(typed)).done()));
        } catch (DuplicateKeyException e) {
            return Optional.empty();
        }
    }

    /** A typed record that was claimed is not what it was: nothing of it is ours. */
    public LedgerRow letGo(long rowId) {
        return change(rowId, row -> row.change().held(Optional.empty()).pendingCall(Optional.empty())
                .settle(RowState.REMOVED, row.reason()).done());
    }

    /** Asks an operator whether a record in Procore is the same payment. @param candidates the closest first */
    public LedgerRow askAboutTwin(long rowId, DeadLetters.Trouble trouble, List<TwinCandidate> candidates) {
        Optional<Long> recordId = candidates.stream().filter(TwinCandidate::mayBecomeOurs).map(TwinCandidate::recordId).findFirst();
        LedgerRow asked = change(rowId, row -> {
            deadLetters.openWithin(trouble.ofRow(row));
            TwinCandidates.show(database, rowId, candidates);
            return row.change().refusedOnce(false).twin(Optional.of(new TwinQuestion(recordId, TwinQuestion.Answer.OPEN)))
                    .state(RowState.DEAD, trouble.sentence()).done();
        });
        log(asked, "dead", trouble.sentence());
        return asked;
    }

    /** The typed records that an operator was shown as what may be the row's payment. */
    public Set<Long> offeredTwins(long rowId) {
        return TwinCandidates.offered(database.jdbc(), rowId);
    }

    /** A payment on a commitment that Procore does not hold yet. @param whole all bills of the payment there together */
    public record Unsent(Wanted wanted, BigDecimal whole) { }

    private static final String WHOLE = """
            (select sum(s.wanted_amount) from ledger_row s where s.payment_id = r.payment_id and s.wanted
              and s.wanted_project_id = :project and s.wanted_contract_id = :contract)""";

    /** The row as it would be sent to a commitment. */
    public Unsent unsent(LedgerRow row, CommitmentRef place) {
        return database.jdbc().sql("select " + WHOLE + " as whole from ledger_row r where r.id = :id").param("id", row.id())
                .param("project", place.projectId()).param("contract", place.commitmentId())
                .query((found, number) -> new Unsent(row.wanted().orElseThrow(),
                        Optional.ofNullable(found.getBigDecimal("whole")).orElse(row.wanted().orElseThrow().amount()))).single();
    }

    /** Other rows that want the same amount on a commitment, alone or with the other bills of their payment, and are not sent. */
    public List<Unsent> unsentLike(LedgerRow row, CommitmentRef place, BigDecimal amount, List<String> companyFiles) {
        return database.jdbc().sql(Rows.SELECT.replace("select r.*", "select " + WHOLE + " as whole, r.*") + """
                 where r.wanted and r.held_procore_id is null and r.id <> :id and p.company_file in (:files)
                   and r.wanted_project_id = :project and r.wanted_contract_id = :contract
                   and coalesce(r.twin_answer, '') <> 'OTHER'
                   and (r.wanted_amount = :amount or r.wanted_amount <> :amount and :amount =
                """ + WHOLE + ")")
                .param("id", row.id()).param("files", companyFiles).param("project", place.projectId())
                .param("contract", place.commitmentId()).param("amount", amount)
                .query((found, number) -> new Unsent(Rows.map(found, number).wanted().orElseThrow(), found.getBigDecimal("whole")))
                .list();
    }

    /** The call had no effect for certain. */
    public LedgerRow hadNoEffect(long rowId) {
        return change(rowId, row -> settled(row, row.change().pendingCall(Optional.empty())));
    }

    /** The call was answered as one of an earlier change was: it had no effect, and the next one must not look like it. */
    public LedgerRow wasTakenForRepeat(long rowId) {
        return change(rowId, row -> settled(row, row.change().pendingCall(Optional.empty()).newChange()));
    }

    /** The commitment's list was read and no record found: read it again later, since a list may lag behind. */
    public LedgerRow notFoundYet(long rowId, Instant next) {
        return change(rowId, row -> row.change().pendingCall(row.pendingCall().map(PendingCall::lookedAgain))
                .attempts(row.attempts(), next).done());
    }

    /** A payment from before go-live of which Procore shows nothing with our key: it is left out. */
    public LedgerRow leaveOut(long rowId) {
        return change(rowId, row -> row.change().state(RowState.SKIPPED, LedgerRow.HISTORY).done());
    }

    public LedgerRow lockSeen(long rowId) {
        return change(rowId, row -> row.change().pendingCall(Optional.empty()).lockSeen().done());
    }

    /** What is known of the effect of a row's last call. */
    public enum Effect { NONE, UNKNOWN }

    private static Optional<PendingCall> left(LedgerRow row, Effect effect) {
        return effect == Effect.NONE ? Optional.empty() : row.pendingCall();
    }

    /** Tries again later, and counts the attempt. */
    public LedgerRow later(long rowId, Instant next, String reason, Effect effect) {
        return change(rowId, row -> row.change().pendingCall(left(row, effect)).attempts(row.attempts() + 1, next)
                .state(RowState.PENDING, reason).done());
    }

    /** Procore refused the change, perhaps at random: it is tried once more. */
    public LedgerRow onceMore(long rowId, Instant next, String reason, Effect effect) {
        return change(rowId, row -> row.change().pendingCall(left(row, effect)).attempts(row.attempts() + 1, next)
                .refusedOnce(true).state(RowState.PENDING, reason).done());
    }

    /** Waits for something that is not this row's fault; costs no attempt. */
    public LedgerRow waitUntil(long rowId, Instant next, Effect effect) {
        return change(rowId, row -> row.change().pendingCall(left(row, effect)).attempts(row.attempts(), next).done());
    }

    /** Sets the row aside for an operator. */
    public LedgerRow dead(long rowId, DeadLetters.Trouble trouble, Effect effect) {
        LedgerRow dead = change(rowId, row -> {
            deadLetters.openWithin(trouble.ofRow(row));
            return row.change().pendingCall(left(row, effect)).refusedOnce(false).state(RowState.DEAD, trouble.sentence()).done();
        });
        log(dead, "dead", trouble.sentence());
        return dead;
    }

    /** Makes a row wait behind the dead letter of its commitment, project or company, if that is still open. */
    public LedgerRow standBehind(long rowId, long letterId, Effect effect) {
        return change(rowId, row -> {
            LedgerRow.Draft draft = row.change().pendingCall(left(row, effect));
            return row.state() == RowState.PENDING && Refusals.isOpen(database, letterId)
                    ? draft.behind(letterId, Refusals.reason(letterId)).done() : draft.done();
        });
    }

    private record Failed(long paymentId, String companyFile, String words, int attempts) { }

    /**
     * Delivery of a row failed unexpectedly. Only what is needed is read of it: the row itself may be what is
     * wrong. A pending call stays marked.
     *
     * @param next when to try again, by the number of failures
     */
    public void failed(long rowId, int maxAttempts, IntFunction<Instant> next, Throwable failure) {
        database.transactions().executeWithoutResult(status -> {
            Optional<Failed> found = database.jdbc().sql("""
                    select r.payment_id, p.company_file, p.payment_kind, p.ref_number, p.payment_txn_id, r.bill_number,
                      r.bill_txn_id, r.attempts from ledger_row r join payment p on p.id = r.payment_id
                    where r.id = :id and r.state = 'pending'""").param("id", rowId)
                    .query((row, number) -> new Failed(row.getLong("payment_id"), row.getString("company_file"),
                            PaymentKind.valueOf(row.getString("payment_kind")).words() + " " + first(row, "ref_number",
                            "payment_txn_id") + ", bill " + first(row, "bill_number", "bill_txn_id"),
                            row.getInt("attempts") + 1)).optional();
            found.ifPresent(row -> {
                boolean isLast = row.attempts() >= maxAttempts;
                String happened = " was not sent: its delivery failed " + (row.attempts() == 1 ? "once"
                        : row.attempts() + " times") + ": " + failure + (isLast ? ". Procore did not refuse it; the log has"
                        + " the details.\nFix the cause, such as a changed route, then retry." : "");
                database.jdbc().sql("""
                        update ledger_row set attempts = :attempts, next_attempt_at = :next, state = :state, reason = :reason,
                          changed_at = :now where id = :id""")
                        .param("attempts", row.attempts()).param("next", Rows.stamp(next.apply(row.attempts())))
                        .param("state", (isLast ? RowState.DEAD : RowState.PENDING).word())
                        .param("reason", database.kept(row.words() + happened.replace('\n', ' '), LONGEST_REASON))
                        .param("now", Rows.stamp(clock.instant()))
                        .param("id", rowId).update();
                if (isLast) {
                    deadLetters.openWithin(new DeadLetters.Trouble(row.companyFile(), "deliver", "deliver|" + rowId,
                            Optional.of(row.paymentId()), Optional.of(rowId), happened, Optional.of(failure), "",
                            Optional.empty(), "", "").about(row.words()));
                }
            });
        });
    }

    private static String first(ResultSet row, String column, String otherwise) throws SQLException {
        String text = Rows.text(row, column);
        return text.isEmpty() ? Rows.text(row, otherwise) : text;
    }

    private LedgerRow settled(LedgerRow row, LedgerRow.Draft draft) {
        String gone = row.reason().isEmpty() ? "No longer paid in QuickBooks." : row.reason();
        LedgerRow settled = draft.settle(RowState.REMOVED, gone).done();
        if (row.wanted().isEmpty() && row.held().isPresent() && settled.state() == RowState.REMOVED
                && !row.removalApproved()) {
            countRemoval(row);
        }
        if (settled.state() == RowState.DELIVERED || settled.state() == RowState.REMOVED) {
            deadLetters.resolveWithin(row.id(), "Procore now matches QuickBooks.");
            log(settled, settled.state().word(), "");
        }
        return settled;
    }

    private static void log(LedgerRow row, String outcome, String reason) {
        (outcome.equals("dead") ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("payment", row.paymentNumber()).addKeyValue("txn", row.payment().txnId())
                .addKeyValue("bill", row.billNumber().isEmpty() ? row.billTxnId() : row.billNumber())
                .addKeyValue("amount", row.amount().map(Object::toString).orElse("unknown"))
                .addKeyValue("outcome", outcome).log(reason.isEmpty() ? "delivery" : reason);
    }

    private LedgerRow change(long rowId, UnaryOperator<LedgerRow> change) {
        return database.transactions().execute(status -> {
            // The payment first, as reading does: two orders of locking would wait for each other.
            database.jdbc().sql("select id from payment where id = " + PAYMENT_OF_ROW + " and claimed_by = :who for update")
                    .param("id", rowId).param("who", claimant).query(Long.class).optional().orElseThrow(ClaimLost::new);
            return changeLocked(rowId, change);
        });
    }

    private LedgerRow changeLocked(long rowId, UnaryOperator<LedgerRow> change) {
        LedgerRow row = Rows.lockedWithPayment(database.jdbc(), rowId).orElseThrow();
        LedgerRow changed = change.apply(row);
        Rows.save(database, changed, clock.instant());
        Rows.rememberFormerRecord(database.jdbc(), row, changed.held());
        Rows.noteOurs(database.jdbc(), row, changed.held());
        return changed;
    }

    /** Another worker has taken the payment over; nothing more may be written or sent under the old claim. */
    public static final class ClaimLost extends RuntimeException {
        public ClaimLost() {
            super("Another worker has taken the payment over.");
        }
    }
}
