package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Invoice;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.payment.Wanted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/**
 * What QuickBooks holds, written down: each payment with all its rows in one transaction. Reading a payment twice, late or
 * in another order leaves the same ledger.
 */
public final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int LONGEST_NOTES = 1000;
    private static final int LONGEST_NOTE = 2000;

    private final LedgerDatabase database;
    private final DeadLetters deadLetters;
    private final Function<String, Optional<HostTime>> goLive;
    private final Clock clock;

    /** A ledger without history: every payment is sent. */
    public Ledger(LedgerDatabase database, DeadLetters deadLetters, Clock clock) {
        this(database, deadLetters, companyFile -> Optional.empty(), clock);
    }

    /** @param goLive by company file; what QuickBooks created before it is history */
    public Ledger(LedgerDatabase database, DeadLetters deadLetters, Function<String, Optional<HostTime>> goLive, Clock clock) {
        this.database = database;
        this.deadLetters = deadLetters;
        this.goLive = goLive;
        this.clock = clock;
    }

    /** Where a payment was read: the answer to a request shows the present; a file may be of any age; a backfill takes history. */
    public enum Source { ANSWER, FILE, BACKFILL }

    /** What reading a payment changed. */
    public enum Outcome { NEW, CHANGED, REPEATED, OUTDATED }

    /**
     * Writes a payment and its rows.
     *
     * @param invoices one for each transaction the payment was applied to
     * @param again    judge it again even if this very version is known (a retry, other settings)
     */
    public Outcome record(Payment payment, List<Invoice> invoices, long runId, Source source, boolean again) {
        Outcome outcome = database.transactions().execute(status -> recordWithin(payment, invoices, runId, source, again));
        if (outcome == Outcome.NEW || outcome == Outcome.CHANGED) {
            log(payment, invoices);
        }
        return outcome;
    }

    private static void log(Payment payment, List<Invoice> invoices) {
        LOG.atInfo().addKeyValue("payment", payment.number()).addKeyValue("txn", payment.key().txnId())
                .addKeyValue("amount", payment.amount().map(Object::toString).orElse("unknown"))
                .addKeyValue("bills", invoices.size())
                .addKeyValue("outcome", payment.verdict().kind()).log("read");
    }

    /** What the payments of a page are gathered in. */
    public Batch batch(Source source) {
        return new Batch(source);
    }

    /** Keeps a payment until {@link #recordNew} writes it together with others. */
    public void gather(Batch batch, Payment payment, List<Invoice> invoices) {
        batch.add(new Batch.Entry(payment, invoices));
    }

    /**
     * Empties a batch: payments that the ledger has not seen are written in one transaction, those it has in this very version
     * are left alone.
     *
     * @return what has to go through {@link #record} by itself, in order: whatever changes, sets aside or removes something,
     *         and everything new where the transaction has failed, so that only the bad payment is set aside
     */
    public List<Batch.Entry> recordNew(Batch batch, long runId, boolean again) {
        List<Batch.Entry> entries = batch.empty();
        if (entries.isEmpty()) {
            return entries;
        }
        try {
            return recordTogether(entries, runId, batch.source(), again);
        } catch (LedgerUnavailable | ReadingTurns.Lost e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("Payments could not be written together; each is written by itself.", e);
            return entries;
        }
    }

    private List<Batch.Entry> recordTogether(List<Batch.Entry> entries, long runId, Source source, boolean again) {
        Map<PaymentKey, Known> known = known(entries);
        Map<Long, Map<String, BigDecimal>> wanted = wantedAmounts(known.values().stream().map(Known::id).toList());
        Set<String> inTrouble = deadLetters.inTrouble(entries.stream().map(Ledger::troubleKey).toList());
        Set<PaymentKey> seen = new HashSet<>();
        List<Batch.Entry> fresh = new ArrayList<>();
        List<Batch.Entry> byItself = new ArrayList<>();
        for (Batch.Entry entry : entries) {
            Payment payment = entry.payment();
            Optional<Known> earlier = Optional.ofNullable(known.get(payment.key()));
            boolean first = seen.add(payment.key());
            boolean ours = age(payment, earlier, source, again) == Age.OURS;
            if (first && !again && earlier.filter(version -> version.isSameVersion(payment) && version.ours() == ours
                    && saysTheSame(version, wanted.getOrDefault(version.id(), Map.of()), entry)).isPresent()) {
                continue;
            }
            (first && ours && earlier.isEmpty() && payment.verdict().kind() == Verdict.Kind.PAYS_BILLS
                    && !inTrouble.contains(troubleKey(entry)) ? fresh : byItself).add(entry);
        }
        database.transactions().executeWithoutResult(status -> insertAll(fresh, runId, clock.instant()));
        fresh.forEach(entry -> log(entry.payment(), entry.invoices()));
        return byItself;
    }

    private static String troubleKey(Batch.Entry entry) {
        PaymentKey key = entry.payment().key();
        return DeadLetters.wholeKey(key.companyFile(), DeadLetters.keyOfRow(key.kind().element(), key.txnId()));
    }

    private Outcome recordWithin(Payment read, List<Invoice> invoices, long runId, Source source, boolean again) {
        database.turns().requireWithin(read.key().companyFile());
        Optional<Known> known = known(read.key());
        Age age = age(read, known, source, again);
        boolean ours = age == Age.OURS;
        Payment payment = asOfAge(age, known.map(earlier -> again(read, earlier)).orElse(read));
        if (known.isPresent()) {
            Known earlier = known.get();
            if (isOutdated(payment, earlier, runId, again ? Source.FILE : source)) {
                return Outcome.OUTDATED;
            }
            if (!again && earlier.isSameVersion(payment) && earlier.ours() == ours && saysTheSame(earlier,
                    wantedAmounts(List.of(earlier.id())).getOrDefault(earlier.id(), Map.of()),
                    new Batch.Entry(payment, invoices))) {
                return Outcome.REPEATED;
            }
        }
        Instant now = clock.instant();
        long paymentId = known.map(Known::id).orElseGet(() -> insert(List.of(payment), ours, runId, now).get(payment.key()));
        known.ifPresent(earlier -> update(earlier.id(), payment, ours, runId, now));
        deadLetters.resolveKeyWithin(payment.key().companyFile(),
                DeadLetters.keyOfRow(payment.key().kind().element(), payment.key().txnId()),
                "The payment was read again from QuickBooks.");
        String note = payment.verdict().note();
        switch (payment.verdict().kind()) {
            case SET_ASIDE -> setAside(paymentId, payment, invoices, note, now);
            case PAYS_BILLS -> writeRows(paymentId, payment, invoices, RowState.REMOVED,
                    "This bill is no longer paid by " + payment.words() + ".", now);
            case PAYS_NOTHING -> writeRows(paymentId, payment, leftOut(payment, invoices, note), RowState.SKIPPED, note, now);
            case VOIDED -> writeRows(paymentId, payment, leftOut(payment, invoices, note), RowState.REMOVED, note, now);
        }
        return known.isPresent() ? Outcome.CHANGED : Outcome.NEW;
    }

    /** Whether a payment was entered in QuickBooks since go-live. */
    private enum Age { OURS, HISTORY, UNKNOWN }

    /** What is sent once stays ours, however old it is. */
    private Age age(Payment payment, Optional<Known> known, Source source, boolean again) {
        Optional<HostTime> start = goLive.apply(payment.key().companyFile());
        if (known.map(Known::ours).orElse(false) || source == Source.BACKFILL || start.isEmpty()) {
            return Age.OURS;
        }
        return payment.created().map(created -> start.get().isAfter(created) ? Age.HISTORY : Age.OURS)
                .orElse(again ? Age.OURS : Age.UNKNOWN);
    }

    /** Of history only what simply pays bills is looked up in Procore; whatever else it says concerns no record of ours. */
    private static Payment asOfAge(Age age, Payment payment) {
        Verdict.Kind kind = payment.verdict().kind();
        if (age == Age.UNKNOWN && kind == Verdict.Kind.PAYS_BILLS) {
            return payment.judged(new Verdict(Verdict.Kind.SET_ASIDE, payment.words() + " was not sent: QuickBooks does not say when"
                    + " it was entered (TimeCreated), so it may be from before go-live (poll.start). Retry to send it, or discard this"
                    + " dead letter if Procore shows it already."));
        }
        return age == Age.HISTORY && kind != Verdict.Kind.PAYS_BILLS
                ? payment.judged(new Verdict(Verdict.Kind.PAYS_NOTHING, kind == Verdict.Kind.SET_ASIDE ? LedgerRow.HISTORY
                        : (LedgerRow.HISTORY + " " + payment.verdict().note()).strip()))
                : payment;
    }

    /**
     * Whether it says of every bill what was read before. An edit has another EditSequence; but it is not documented that a
     * payment gets one too when a bill of it is deleted.
     */
    private static boolean saysTheSame(Known earlier, Map<String, BigDecimal> before, Batch.Entry read) {
        Verdict.Kind verdict = read.payment().verdict().kind();
        boolean aside = verdict == Verdict.Kind.SET_ASIDE;
        if (aside || earlier.verdict().equals(Verdict.Kind.SET_ASIDE.name())) {
            return aside && earlier.verdict().equals(Verdict.Kind.SET_ASIDE.name());
        }
        Map<String, BigDecimal> now = new HashMap<>();
        read.invoices().stream().map(Invoice::applied)
                .filter(applied -> verdict == Verdict.Kind.PAYS_BILLS && applied.leftOut().isEmpty())
                .forEach(applied -> now.put(applied.txnId(), applied.amount().orElseThrow().stripTrailingZeros()));
        return before.equals(now);
    }

    /** By payment and bill, what is wanted of them. */
    private Map<Long, Map<String, BigDecimal>> wantedAmounts(List<Long> payments) {
        Map<Long, Map<String, BigDecimal>> amounts = new HashMap<>();
        if (!payments.isEmpty()) {
            database.jdbc().sql("""
                    select payment_id, bill_txn_id, wanted_amount from ledger_row where payment_id in (:ids) and wanted""")
                    .param("ids", payments).query(row -> {
                        amounts.computeIfAbsent(row.getLong("payment_id"), none -> new HashMap<>())
                                .put(row.getString("bill_txn_id"), row.getBigDecimal("wanted_amount").stripTrailingZeros());
                    });
        }
        return amounts;
    }

    /**
     * Users can edit a memo, so a payment that was worth something and is worth nothing now counts as void unmarked. But one
     * without any amount may only have been read badly: what Procore shows of it stays.
     */
    private Payment again(Payment payment, Known earlier) {
        if (payment.verdict().kind() != Verdict.Kind.PAYS_NOTHING) {
            return payment;
        }
        if (payment.amount().isEmpty()) {
            return hadMoney(earlier.id()) ? payment.judged(new Verdict(Verdict.Kind.SET_ASIDE, payment.words() + " was not changed in"
                    + " Procore: QuickBooks gives no amount for it now, and it is not marked as void. If it was paid, open and save it in"
                    + " QuickBooks; if not, void or delete it there. The next sync reads it again.")) : payment;
        }
        boolean lostItsMoney = payment.amount().get().signum() == 0
                && earlier.amount().map(BigDecimal::signum).orElse(0) != 0;
        return lostItsMoney ? payment.judged(new Verdict(Verdict.Kind.VOIDED, payment.words() + " is 0.00 in QuickBooks now, without"
                + " being marked as void. It counts as voided.")) : payment;
    }

    private boolean hadMoney(long paymentId) {
        return database.jdbc().sql("""
                select count(*) from ledger_row
                where payment_id = :id and (wanted or held_procore_id is not null and held_amount <> 0)""")
                .param("id", paymentId).query(Long.class).single() > 0;
    }

    /** The later answer is the present state; but an old version on a later page, or an old file, is not. */
    private static boolean isOutdated(Payment payment, Known earlier, long runId, Source source) {
        if (earlier.deleted().isPresent()) {
            // What QuickBooks returns now exists now: a restored backup brings payments back.
            return source == Source.FILE && (payment.modified().isEmpty() || !payment.modified().get().isAfter(earlier.deleted().get()));
        }
        boolean byTime = source == Source.FILE || earlier.runId() == runId;
        return byTime && earlier.modified().isPresent() && payment.modified().isPresent()
                && earlier.modified().get().isAfter(payment.modified().get());
    }

    /**
     * A deleted payment no longer exists in QuickBooks: nothing of it may remain in Procore. One that was never read has no rows,
     * but is remembered: a ledger restored from an older copy may meet its records in Procore.
     */
    public Outcome recordDeletion(Deletion deletion) {
        PaymentKey key = deletion.key();
        Optional<HostTime> deletedAt = deletion.at();
        Outcome outcome = database.transactions().execute(status -> {
            database.turns().requireWithin(key.companyFile());
            Optional<Known> known = known(key);
            if (known.isEmpty()) {
                database.jdbc().sql("""
                        insert into payment (company_file, payment_kind, payment_txn_id, verdict, ours, time_deleted,
                          first_read_at, last_read_at)
                        values (:file, :kind, :txn, 'DELETED', false, :stamp, :now, :now)""")
                        .param("file", key.companyFile()).param("kind", key.kind().name()).param("txn", key.txnId())
                        .param("stamp", deletedAt.map(HostTime::toString).orElse("9999-12-31T00:00:00"))
                        .param("now", Rows.stamp(clock.instant())).update();
                return Outcome.OUTDATED;
            }
            Known earlier = known.get();
            if (earlier.deleted().isPresent()) {
                return Outcome.REPEATED;
            }
            // IDs are not used again, so such a payment is gone, also where the deletion is stamped a little before its last
            // change; only where it was changed long after is the deletion an old company file's.
            if (deletedAt.isPresent() && earlier.modified().isPresent()
                    && earlier.modified().get().isAfter(new HostTime(deletedAt.get().clock().plus(HostTime.CLOCKS_DIFFER)))) {
                return Outcome.OUTDATED;
            }
            Instant now = clock.instant();
            String stamp = deletedAt.or(earlier::modified).map(HostTime::toString).orElse("9999-12-31T00:00:00");
            database.jdbc().sql("""
                    update payment set verdict = 'DELETED', time_deleted = :stamp, last_read_at = :now where id = :id""")
                    .param("stamp", stamp).param("now", Rows.stamp(now)).param("id", earlier.id()).update();
            for (LedgerRow row : Rows.ofPayment(database.jdbc(), earlier.id())) {
                unwant(row, RowState.REMOVED, "The payment was deleted in QuickBooks.", now);
            }
            return Outcome.CHANGED;
        });
        if (outcome == Outcome.CHANGED) {
            LOG.atInfo().addKeyValue("txn", key.txnId()).addKeyValue("outcome", "deleted").log("read");
        }
        return outcome;
    }

    /** Gives all payments of a bill their place in Procore, or a new one; what waited for it becomes due. */
    public int place(String companyFile, String billTxnId, Placement placement) {
        return replace(companyFile, billTxnId, Optional.of(placement));
    }

    /** Takes the place of a bill's payments away: what is not sent yet waits again, and what Procore shows is removed there. */
    public int takeBack(String companyFile, String billTxnId) {
        return replace(companyFile, billTxnId, Optional.empty());
    }

    private int replace(String companyFile, String billTxnId, Optional<Placement> placement) {
        return database.transactions().execute(status -> {
            List<Long> ids = database.jdbc().sql("""
                    select r.id from ledger_row r join payment p on p.id = r.payment_id
                    where p.company_file = :file and r.bill_txn_id = :bill and r.wanted order by r.id for update""")
                    .param("file", companyFile).param("bill", billTxnId).query(Long.class).list();
            Instant now = clock.instant();
            int placed = 0;
            for (long id : ids) {
                LedgerRow row = Rows.byId(database.jdbc(), id).orElseThrow();
                Wanted wanted = row.wanted().orElseThrow();
                Optional<Placement> place = placement.map(found -> found.forBill(row.billNumber()));
                Wanted moved = new Wanted(place, wanted.fields().withInvoiceNumber(
                        place.map(Placement::invoiceNumber).orElse(row.billNumber())));
                if (!moved.equals(wanted)) {
                    LedgerRow.Draft draft = row.change().wanted(Optional.of(moved));
                    if (place.isEmpty()) {
                        draft.approveRemoval();
                    }
                    // Set aside or discarded: another commitment alone does not bring it back.
                    boolean stays = row.state() == RowState.SKIPPED && !row.history()
                            || row.state() == RowState.DEAD && isSetAside(row.paymentId());
                    LedgerRow changed = stays ? draft.done()
                            : draft.attempts(0, now).settle(RowState.REMOVED, "").done();
                    Rows.save(database, changed, now);
                    if (row.state() == RowState.DEAD && changed.state() != RowState.DEAD) {
                        deadLetters.resolveWithin(row.id(), place.isPresent() ? "The bill now has another commitment."
                                : "The bill's commitment was taken back.");
                    }
                    placed++;
                }
            }
            return placed;
        });
    }

    private boolean isSetAside(long paymentId) {
        return database.jdbc().sql("select verdict from payment where id = :id").param("id", paymentId)
                .query(String.class).single().equals("SET_ASIDE");
    }

    private void writeRows(long paymentId, Payment payment, List<Invoice> invoices, RowState whereNothingIsWanted,
            String goneReason, Instant now) {
        Map<String, LedgerRow> rows = rowsByBill(paymentId);
        for (Invoice invoice : invoices.isEmpty() && rows.isEmpty() ? List.of(whole(payment, goneReason)) : invoices) {
            LedgerRow row = Optional.ofNullable(rows.remove(invoice.applied().txnId()))
                    .orElseGet(() -> insertRow(paymentId, invoice.applied(), now));
            Rows.save(database, settled(row, payment, invoice, now), now);
            deadLetters.resolveWithin(row.id(), "The payment was read again from QuickBooks.");
        }
        for (LedgerRow vanished : rows.values()) {
            unwant(vanished, whereNothingIsWanted, goneReason, now);
        }
    }

    /** What was skipped was never in Procore, so it is not removed from there. */
    private static RowState gone(LedgerRow row, RowState whereNothingIsWanted) {
        return row.state() == RowState.SKIPPED && row.held().isEmpty() ? RowState.SKIPPED : whereNothingIsWanted;
    }

    /** The row as it must be now that its payment was read. */
    private static LedgerRow settled(LedgerRow row, Payment payment, Invoice invoice, Instant now) {
        String reason = invoice.applied().leftOut().orElse("");
        Optional<Wanted> wanted = reason.isEmpty() ? Optional.of(wanted(payment, invoice)) : Optional.empty();
        boolean isVoid = payment.verdict().kind() == Verdict.Kind.VOIDED;
        Optional<TwinQuestion> twin = row.progress().twin().filter(question -> row.wanted().equals(wanted));
        return row.change().applied(invoice.applied()).wanted(wanted).twin(twin).attempts(0, now)
                .settle(isVoid ? gone(row, RowState.REMOVED) : RowState.SKIPPED, reason).done();
    }

    private void unwant(LedgerRow row, RowState whereNothingIsWanted, String reason, Instant now) {
        Rows.save(database, row.change().wanted(Optional.empty()).attempts(0, now)
                .settle(gone(row, whereNothingIsWanted), reason).done(), now);
        deadLetters.resolveWithin(row.id(), reason);
    }

    /** Nothing that Procore shows may move until an operator has looked: what was wanted before stays wanted. */
    private void setAside(long paymentId, Payment payment, List<Invoice> invoices, String note, Instant now) {
        Map<String, LedgerRow> rows = rowsByBill(paymentId);
        String reason = note + shown(rows.values());
        List<LedgerRow> dead = new ArrayList<>();
        invoices.forEach(invoice -> dead.add(Optional.ofNullable(rows.remove(invoice.applied().txnId()))
                .orElseGet(() -> insertRow(paymentId, invoice.applied(), now))));
        rows.values().stream().filter(row -> row.state() != RowState.REMOVED && row.state() != RowState.SKIPPED).forEach(dead::add);
        if (dead.isEmpty()) {
            dead.add(Optional.ofNullable(rows.get("")).orElseGet(() -> insertRow(paymentId, whole(payment, "").applied(), now)));
        }
        dead.forEach(row -> Rows.save(database, row.change().state(RowState.DEAD, reason).done(), now));
        deadLetters.openWithin(new DeadLetters.Trouble(payment.key().companyFile(), "aggregate",
                "aggregate|" + payment.key().kind() + "|" + payment.key().txnId(), Optional.of(paymentId),
                Optional.of(dead.get(0).id()), reason, Optional.empty(), "", Optional.empty(), "", payment.qbxml()));
    }

    private static String shown(Collection<LedgerRow> rows) {
        BigDecimal held = rows.stream().flatMap(row -> row.held().stream()).map(Held::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (held.signum() != 0) {
            return String.format(Locale.ROOT, " Procore still shows %,.2f for it.", held);
        }
        return rows.stream().anyMatch(row -> row.pendingCall().isPresent())
                ? " An earlier call for it has no answer yet." : " Nothing was sent.";
    }

    private static List<Invoice> leftOut(Payment payment, List<Invoice> invoices, String reason) {
        return invoices.stream().map(invoice -> new Invoice(payment, new Applied(invoice.applied().txnId(),
                invoice.applied().txnType(), invoice.applied().number(), invoice.applied().date(),
                invoice.applied().amount(), Optional.of(invoice.applied().leftOut().orElse(reason))),
                Optional.empty())).toList();
    }

    /** Where no line becomes a payment issued, the payment as a whole still has a row, so that it can be found. */
    private static Invoice whole(Payment payment, String reason) {
        return new Invoice(payment, new Applied("", "", "", Optional.empty(), payment.amount(), Optional.of(reason)),
                Optional.empty());
    }

    private static Wanted wanted(Payment payment, Invoice invoice) {
        Applied applied = invoice.applied();
        Optional<Placement> place = invoice.placement().map(found -> found.forBill(applied.number()));
        return new Wanted(place, new PaymentFields(applied.amount().orElseThrow(), Optional.of(payment.date().orElseThrow()),
                payment.method(), payment.number(), place.map(Placement::invoiceNumber).orElse(applied.number()),
                applied.date(), notes(payment.memo()), payment.editSequence()));
    }

    public static String notes(String memo) {
        String clean = memo.replaceAll("[\\p{Cntrl}&&[^\\n]]", " ").strip();
        return Cut.plain(LONGEST_NOTES, clean);
    }

    private record Known(long id, String editSequence, Optional<HostTime> modified, Optional<HostTime> deleted,
            long runId, String verdict, boolean ours, Optional<BigDecimal> amount, String qbxml) {

        boolean isSameVersion(Payment payment) {
            if (verdict.equals("DELETED")) {
                return false;
            }
            return payment.editSequence().isEmpty() ? payment.qbxml().equals(qbxml)
                    : payment.editSequence().equals(editSequence);
        }
    }

    private Optional<Known> known(PaymentKey key) {
        return database.jdbc().sql("""
                select id, edit_sequence, time_modified, time_deleted, run_id, verdict, ours, amount, qbxml from payment
                where company_file = :file and payment_kind = :kind and payment_txn_id = :txn for update""")
                .param("file", key.companyFile()).param("kind", key.kind().name()).param("txn", key.txnId())
                .query((row, number) -> known(row)).optional();
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(row.getLong("id"), Rows.text(row, "edit_sequence"), HostTime.parse(row.getString("time_modified")),
                HostTime.parse(row.getString("time_deleted")), row.getLong("run_id"), row.getString("verdict"),
                row.getBoolean("ours"), Rows.money(row, "amount"), Rows.text(row, "qbxml"));
    }

    /** Those of the entries that are known, each looked up through the index that keeps payments apart. */
    private Map<PaymentKey, Known> known(List<Batch.Entry> entries) {
        Map<PaymentKey, Known> known = new HashMap<>();
        entries.stream().map(entry -> entry.payment().key()).collect(Collectors.groupingBy(PaymentKey::kind))
                .forEach((kind, keys) -> known.putAll(known(kind, keys)));
        return known;
    }

    /** @param keys of one company file and this kind */
    private Map<PaymentKey, Known> known(PaymentKind kind, List<PaymentKey> keys) {
        String companyFile = keys.get(0).companyFile();
        MapSqlParameterSource asked = new MapSqlParameterSource("file", companyFile).addValue("kind", kind.name());
        for (int i = 0; i < keys.size(); i++) {
            asked.addValue("txn" + i, keys.get(i).txnId());
        }
        Map<PaymentKey, Known> known = new HashMap<>();
        // Joined to values: of an "in" on the last column of its index H2 makes a look at every payment.
        database.jdbc().sql("""
                select p.id, p.payment_txn_id, p.edit_sequence, p.time_modified, p.time_deleted, p.run_id, p.verdict,
                  p.ours, p.amount, case when coalesce(p.edit_sequence, '') = '' then p.qbxml else '' end as qbxml
                from (values %s) asked(txn) join payment p on p.company_file = :file and p.payment_kind = :kind
                  and p.payment_txn_id = asked.txn""".formatted(IntStream.range(0, keys.size())
                        .mapToObj(i -> "(cast(:txn" + i + " as varchar(100)))").collect(Collectors.joining(", "))))
                .paramSource(asked).query(row -> {
                    known.put(new PaymentKey(companyFile, kind, row.getString("payment_txn_id")), known(row));
                });
        return known;
    }

    /** @return the ids of the new payments */
    private Map<PaymentKey, Long> insert(List<Payment> payments, boolean ours, long runId, Instant now) {
        GeneratedKeyHolder ids = new GeneratedKeyHolder();
        database.batches().batchUpdate("""
                insert into payment (company_file, payment_kind, payment_txn_id, edit_sequence, time_modified, txn_date,
                  ref_number, payee, account, memo, amount, verdict, ours, note, qbxml, run_id, first_read_at, last_read_at)
                values (:file, :kind, :txn, :edit, :modified, :date, :number, :payee, :account, :memo, :amount, :verdict,
                  :ours, :note, :qbxml, :run, :now, :now)""",
                payments.stream().map(payment -> facts(payment, ours, runId, now)).toArray(SqlParameterSource[]::new), ids,
                new String[] {"id", "company_file", "payment_kind", "payment_txn_id"});
        Map<PaymentKey, Long> byKey = new HashMap<>();
        ids.getKeyList().forEach(row -> byKey.put(new PaymentKey((String) row.get("company_file"),
                PaymentKind.valueOf((String) row.get("payment_kind")), (String) row.get("payment_txn_id")),
                ((Number) row.get("id")).longValue()));
        return byKey;
    }

    private void insertAll(List<Batch.Entry> entries, long runId, Instant now) {
        if (entries.isEmpty()) {
            return;
        }
        database.turns().requireWithin(entries.get(0).payment().key().companyFile());
        Map<PaymentKey, Long> ids = insert(entries.stream().map(Batch.Entry::payment).toList(), true, runId, now);
        List<Rows.New> rows = new ArrayList<>();
        for (Batch.Entry entry : entries) {
            long paymentId = ids.get(entry.payment().key());
            entry.invoices().forEach(invoice -> rows.add(new Rows.New(
                    settled(LedgerRow.of(paymentId, entry.payment(), invoice.applied(), now), entry.payment(), invoice, now),
                    invoice.applied().date())));
        }
        Rows.insert(database, rows, now);
    }

    private void update(long id, Payment payment, boolean ours, long runId, Instant now) {
        database.jdbc().sql("""
                update payment set edit_sequence = :edit, time_modified = :modified, txn_date = :date,
                  ref_number = :number, payee = :payee, account = :account, memo = :memo, amount = :amount,
                  verdict = :verdict, ours = :ours, note = :note, qbxml = :qbxml, time_deleted = null, run_id = :run,
                  last_read_at = :now where id = :id""").paramSource(facts(payment, ours, runId, now).addValue("id", id)).update();
    }

    private static MapSqlParameterSource facts(Payment payment, boolean ours, long runId, Instant now) {
        return new MapSqlParameterSource().addValue("file", payment.key().companyFile())
                .addValue("kind", payment.key().kind().name()).addValue("txn", payment.key().txnId())
                .addValue("edit", payment.editSequence())
                .addValue("modified", payment.modified().map(HostTime::toString).orElse(null), Types.VARCHAR)
                .addValue("date", payment.date().orElse(null), Types.DATE).addValue("number", payment.number())
                .addValue("payee", payment.payee()).addValue("account", payment.account())
                .addValue("memo", payment.memo())
                .addValue("amount", payment.amount().orElse(null), Types.DECIMAL)
                .addValue("ours", ours).addValue("verdict", payment.verdict().kind().name())
                .addValue("note", Cut.to(LONGEST_NOTE, payment.verdict().note()))
                .addValue("qbxml", payment.qbxml()).addValue("run", runId).addValue("now", Rows.stamp(now));
    }

    private Map<String, LedgerRow> rowsByBill(long paymentId) {
        Map<String, LedgerRow> rows = new LinkedHashMap<>();
        database.jdbc().sql("select id from ledger_row where payment_id = :payment order by id for update")
                .param("payment", paymentId).query(Long.class).list();
        Rows.ofPayment(database.jdbc(), paymentId).forEach(row -> rows.put(row.billTxnId(), row));
        return rows;
    }

    private LedgerRow insertRow(long paymentId, Applied applied, Instant now) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        Optional<LocalDate> date = applied.date();
        database.jdbc().sql("""
                insert into ledger_row (payment_id, bill_txn_id, txn_type, bill_number, bill_date, amount, state, wanted,
                  next_attempt_at, changed_at)
                values (:payment, :bill, :type, :number, :date, :amount, 'pending', false, :now, :now)""")
                .param("payment", paymentId).param("bill", applied.txnId()).param("type", applied.txnType())
                .param("number", applied.number()).param("date", date.orElse(null), Types.DATE)
                .param("amount", applied.amount().orElse(null), Types.DECIMAL).param("now", Rows.stamp(now))
                .update(id, "id");
        return Rows.byId(database.jdbc(), id.getKey().longValue()).orElseThrow();
    }
}
