package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Ledger rows between the table and the domain. */
final class Rows {

    /** Every commitment that a payment of the company files {@code :files} is or was on, or that the lookup names for one. */
    static final String PLACES = """
            select r.wanted_project_id as project_id, r.wanted_contract_id as contract_id from ledger_row r
              join payment p on p.id = r.payment_id
              where r.wanted_contract_id is not null and p.company_file in (:files)
            union select r.held_project_id, r.held_contract_id from ledger_row r
              join payment p on p.id = r.payment_id
              where r.held_contract_id is not null and p.company_file in (:files)
            union select project_id, commitment_id from commitment_lookup where company_file in (:files)""";

    static final String SELECT = """
            select r.*, p.company_file, p.ours, p.payment_kind, p.payment_txn_id, p.ref_number, p.txn_date, p.payee
            from ledger_row r join payment p on p.id = r.payment_id
            """;

    /** H2 begins a join with all payments of the company files; from few rows {@code r} their payments are looked up instead. */
    static final String OF_FILES =
            "exists (select 1 from payment p where p.id = r.payment_id and p.company_file in (:files))";

    private static final int LONGEST_REASON = 2000;

    private Rows() {
    }

    static Optional<LedgerRow> locked(JdbcClient jdbc, long id) {
        return jdbc.sql("select id from ledger_row where id = :id for update").param("id", id)
                .query(Long.class).optional().flatMap(found -> byId(jdbc, id));
    }

    /** The same where the payment is locked already: it is locked with the row, in one statement. */
    static Optional<LedgerRow> lockedWithPayment(JdbcClient jdbc, long id) {
        return jdbc.sql(SELECT + " where r.id = :id for update").param("id", id).query(Rows::map).optional();
    }

    static Optional<LedgerRow> byId(JdbcClient jdbc, long id) {
        return jdbc.sql(SELECT + " where r.id = :id").param("id", id).query(Rows::map).optional();
    }

    static List<LedgerRow> ofPayment(JdbcClient jdbc, long paymentId) {
        return jdbc.sql(SELECT + " where r.payment_id = :payment order by r.id").param("payment", paymentId)
                .query(Rows::map).list();
    }

    static LedgerRow map(ResultSet row, int number) throws SQLException {
        PaymentKey key = new PaymentKey(row.getString("company_file"),
                PaymentKind.valueOf(row.getString("payment_kind")), row.getString("payment_txn_id"));
        String paymentNumber = text(row, "ref_number");
        return new LedgerRow(row.getLong("id"), row.getLong("payment_id"), key, !row.getBoolean("ours"), words(row, key, paymentNumber),
                paymentNumber, new LedgerRow.PaidBill(row.getString("bill_txn_id"), row.getString("txn_type"),
                        text(row, "bill_number"), money(row, "amount")), RowState.of(row.getString("state")), text(row, "reason"),
                row.getBoolean("wanted") ? Optional.of(wanted(row)) : Optional.empty(),
                row.getObject("held_procore_id") == null ? Optional.empty() : Optional.of(held(row)), progress(row));
    }

    private static LedgerRow.Progress progress(ResultSet row) throws SQLException {
        return new LedgerRow.Progress(row.getString("pending_call") == null ? Optional.empty() : Optional.of(pendingCall(row)),
                row.getInt("change_number"), row.getBoolean("lock_seen"), row.getBoolean("refused_once"),
                row.getBoolean("removal_approved"), id(row, "behind_letter"), twin(row),
                row.getInt("attempts"), instant(row, "next_attempt_at"));
    }

    private static Optional<TwinQuestion> twin(ResultSet row) throws SQLException {
        String answer = row.getString("twin_answer");
        return answer == null ? Optional.empty()
                : Optional.of(new TwinQuestion(id(row, "twin_record"), TwinQuestion.Answer.valueOf(answer)));
    }

    private static String words(ResultSet row, PaymentKey key, String number) throws SQLException {
        StringBuilder words = new StringBuilder(key.kind().words())
                .append(number.isEmpty() ? " without number (" + key.txnId() + ")" : " " + number);
        Optional<LocalDate> date = date(row, "txn_date");
        date.ifPresent(day -> words.append(" of ").append(day));
        String payee = text(row, "payee");
        return payee.isEmpty() ? words.toString() : words.append(" to ").append(payee).toString();
    }

    private static Wanted wanted(ResultSet row) throws SQLException {
        Optional<Placement> placement = row.getObject("wanted_contract_id") == null ? Optional.empty()
                : Optional.of(new Placement(row.getLong("wanted_project_id"), row.getLong("wanted_contract_id"),
                        row.getString("wanted_commitment_type"), id(row, "wanted_requisition_id"),
                        text(row, "wanted_invoice_number")));
        return new Wanted(placement, fields(row, "wanted_"));
    }

    private static PaymentFields fields(ResultSet row, String side) throws SQLException {
        return new PaymentFields(row.getBigDecimal(side + "amount"), date(row, side + "date"), text(row, side + "method"),
                text(row, side + "check_number"), text(row, side + "invoice_number"), date(row, side + "invoice_date"),
                text(row, side + "notes"), text(row, side + "edit_sequence"));
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(row.getLong("held_procore_id"),
                new CommitmentRef(row.getLong("held_project_id"), row.getLong("held_contract_id")),
                id(row, "held_requisition_id"), fields(row, "held_"),
                new Held.StoredTexts(Optional.ofNullable(row.getString("stored_check_number")),
                        Optional.ofNullable(row.getString("stored_invoice_number")),
                        Optional.ofNullable(row.getString("stored_notes"))),
                Held.Link.valueOf(row.getString("held_link")), row.getInt("held_corrections"));
    }

    private static PendingCall pendingCall(ResultSet row) throws SQLException {
        return new PendingCall(PendingCall.Kind.valueOf(row.getString("pending_call")), text(row, "pending_call_token"),
                new CommitmentRef(row.getLong("pending_call_project_id"), row.getLong("pending_call_contract_id")),
                instant(row, "pending_call_at"), row.getInt("pending_call_looks"));
    }

    static String text(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }

    static Optional<LocalDate> date(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, LocalDate.class));
    }

    static Optional<BigDecimal> money(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getBigDecimal(column));
    }

    static Optional<Long> id(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(value);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp stamp = row.getTimestamp(column);
        return stamp == null ? null : stamp.toInstant();
    }

    static OffsetDateTime stamp(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** A row to be written, and the date of its bill. */
    record New(LedgerRow row, Optional<LocalDate> billDate) { }

    /** Writes rows that nothing is held of yet, all in one round trip. */
    static void insert(LedgerDatabase database, List<New> rows, Instant now) {
        database.batches().batchUpdate("""
                insert into ledger_row (payment_id, bill_txn_id, txn_type, bill_number, bill_date, amount, state, reason,
                  wanted, wanted_project_id, wanted_contract_id, wanted_commitment_type, wanted_requisition_id,
                  wanted_amount, wanted_date, wanted_method, wanted_check_number, wanted_invoice_number,
                  wanted_invoice_date, wanted_notes, wanted_edit_sequence, next_attempt_at, changed_at, state_since)
                values (:payment, :bill, :txnType, :billNumber, :billDate, :amount, :state, :reason, :wanted, :wProject,
                  :wContract, :wType, :wRequisition, :wAmount, :wDate, :wMethod, :wCheck, :wInvoice, :wInvoiceDate, :wNotes,
                  :wEdit, :next, :now, :now)""",
                rows.stream().map(fresh -> fields(database, fresh, now)).toArray(SqlParameterSource[]::new));
    }

    private static SqlParameterSource fields(LedgerDatabase database, New fresh, Instant now) {
        LedgerRow row = fresh.row();
        Optional<Wanted> wanted = row.wanted();
        Optional<Placement> place = wanted.flatMap(Wanted::placement);
        return new MapSqlParameterSource().addValue("payment", row.paymentId()).addValue("bill", row.billTxnId())
                .addValue("txnType", row.txnType()).addValue("billNumber", row.billNumber())
                .addValue("billDate", fresh.billDate().orElse(null), Types.DATE)
                .addValue("amount", row.amount().orElse(null), Types.DECIMAL).addValue("state", row.state().word())
                .addValue("reason", database.kept(row.reason(), LONGEST_REASON)).addValue("wanted", wanted.isPresent())
                .addValue("wProject", place.map(Placement::projectId).orElse(null), Types.BIGINT)
                .addValue("wContract", place.map(Placement::contractId).orElse(null), Types.BIGINT)
                .addValue("wType", place.map(Placement::commitmentType).orElse(null), Types.VARCHAR)
                .addValue("wRequisition", place.flatMap(Placement::requisitionId).orElse(null), Types.BIGINT)
                .addValue("wAmount", wanted.map(Wanted::amount).orElse(null), Types.DECIMAL)
                .addValue("wDate", wanted.map(Wanted::date).orElse(null), Types.DATE)
                .addValue("wMethod", wanted.map(Wanted::fields).map(PaymentFields::method).orElse(null), Types.VARCHAR)
                .addValue("wCheck", wanted.map(Wanted::fields).map(PaymentFields::checkNumber).orElse(null), Types.VARCHAR)
                .addValue("wInvoice", wanted.map(Wanted::fields).map(PaymentFields::invoiceNumber).orElse(null), Types.VARCHAR)
                .addValue("wInvoiceDate", wanted.map(Wanted::fields).flatMap(PaymentFields::invoiceDate).orElse(null), Types.DATE)
                .addValue("wNotes", wanted.map(Wanted::fields).map(PaymentFields::notes).orElse(null), Types.VARCHAR)
                .addValue("wEdit", wanted.map(Wanted::fields).map(PaymentFields::editSequence).orElse(null), Types.VARCHAR)
                .addValue("next", stamp(row.nextAttemptAt())).addValue("now", stamp(now));
    }

    /** Writes wanted, held, the pending call and state; null clears. One statement, so that a row is never half changed. */
    static void save(LedgerDatabase database, LedgerRow row, Instant now) {
        Optional<Wanted> wanted = row.wanted();
        Optional<Placement> place = wanted.flatMap(Wanted::placement);
        Optional<Held> held = row.held();
        Optional<Held.StoredTexts> stored = held.map(Held::stored);
        Optional<PendingCall> call = row.pendingCall();
        database.jdbc().sql("""
                update ledger_row set txn_type = :txnType, bill_number = :billNumber, amount = :amount, state = :state,
                  reason = :reason, wanted = :wanted, wanted_project_id = :wProject, wanted_contract_id = :wContract,
                  wanted_commitment_type = :wType, wanted_requisition_id = :wRequisition, wanted_amount = :wAmount,
                  wanted_date = :wDate, wanted_method = :wMethod, wanted_check_number = :wCheck,
                  wanted_invoice_number = :wInvoice, wanted_invoice_date = :wInvoiceDate, wanted_notes = :wNotes,
                  wanted_edit_sequence = :wEdit,
                  held_procore_id = :hId, held_project_id = :hProject, held_contract_id = :hContract,
                  held_requisition_id = :hRequisition, held_amount = :hAmount, held_date = :hDate,
                  held_method = :hMethod, held_check_number = :hCheck, held_invoice_number = :hInvoice,
                  held_invoice_date = :hInvoiceDate, held_notes = :hNotes, held_edit_sequence = :hEdit,
                  held_link = :hLink, held_corrections = :hCorrections, stored_check_number = :sCheck,
                  stored_invoice_number = :sInvoice, stored_notes = :sNotes, refused_once = :refusedOnce,
                  behind_letter = :behind, twin_record = :twin, twin_answer = :twinAnswer,
                  adopted = case when :hLink = 'NOT_YET' then coalesce((select c.procore_company_id from company_file c
                    where c.name = :file), '') || '/' || cast(:hId as bigint) when held_procore_id = :hId then adopted end,
                  pending_call = :pCall, pending_call_token = :pToken, pending_call_project_id = :pProject,
                  pending_call_contract_id = :pContract, pending_call_at = :pAt, pending_call_looks = :pLooks,
                  held_back = case when :state = 'dead' then held_back else false end,
                  change_number = :change, lock_seen = :lockSeen, removal_approved = :approved, attempts = :attempts,
                  next_attempt_at = :next, changed_at = :now,
                  state_since = case when state = :state and state_since is not null then state_since else :now end
                where id = :id""")
                .param("id", row.id()).param("txnType", row.txnType()).param("billNumber", row.billNumber())
                .param("amount", row.amount().orElse(null)).param("state", row.state().word())
                .param("reason", database.kept(row.reason(), LONGEST_REASON)).param("wanted", wanted.isPresent())
                .param("wProject", place.map(Placement::projectId).orElse(null))
                .param("wContract", place.map(Placement::contractId).orElse(null))
                .param("wType", place.map(Placement::commitmentType).orElse(null))
                .param("wRequisition", place.flatMap(Placement::requisitionId).orElse(null))
                .param("wAmount", wanted.map(Wanted::amount).orElse(null))
                .param("wDate", wanted.map(Wanted::date).orElse(null))
                .param("wMethod", wanted.map(Wanted::fields).map(PaymentFields::method).orElse(null))
                .param("wCheck", wanted.map(Wanted::fields).map(PaymentFields::checkNumber).orElse(null))
                .param("wInvoice", wanted.map(Wanted::fields).map(PaymentFields::invoiceNumber).orElse(null))
                .param("wInvoiceDate", wanted.map(Wanted::fields).flatMap(PaymentFields::invoiceDate).orElse(null))
                .param("wNotes", wanted.map(Wanted::fields).map(PaymentFields::notes).orElse(null))
                .param("wEdit", wanted.map(Wanted::fields).map(PaymentFields::editSequence).orElse(null))
                .param("hId", held.map(Held::procoreId).orElse(null))
                .param("hProject", held.map(Held::place).map(CommitmentRef::projectId).orElse(null))
                .param("hContract", held.map(Held::place).map(CommitmentRef::commitmentId).orElse(null))
                .param("hRequisition", held.flatMap(Held::requisitionId).orElse(null))
                .param("hAmount", held.map(Held::amount).orElse(null))
                .param("hDate", held.flatMap(Held::date).orElse(null))
                .param("hMethod", held.map(Held::fields).map(PaymentFields::method).orElse(null))
                .param("hCheck", held.map(Held::fields).map(PaymentFields::checkNumber).orElse(null))
                .param("hInvoice", held.map(Held::fields).map(PaymentFields::invoiceNumber).orElse(null))
                .param("hInvoiceDate", held.map(Held::fields).flatMap(PaymentFields::invoiceDate).orElse(null))
                .param("hNotes", held.map(Held::fields).map(PaymentFields::notes).orElse(null))
                .param("hEdit", held.map(Held::fields).map(PaymentFields::editSequence).orElse(null))
                .param("hLink", held.map(Held::link).orElse(Held.Link.ON).name())
                .param("hCorrections", held.map(Held::corrections).orElse(0))
                .param("sCheck", stored.flatMap(Held.StoredTexts::checkNumber).orElse(null))
                .param("sInvoice", stored.flatMap(Held.StoredTexts::invoiceNumber).orElse(null))
                .param("sNotes", stored.flatMap(Held.StoredTexts::notes).orElse(null))
                .param("pCall", call.map(PendingCall::kind).map(Enum::name).orElse(null))
                .param("pToken", call.map(PendingCall::token).orElse(null))
                .param("pProject", call.map(PendingCall::place).map(CommitmentRef::projectId).orElse(null))
                .param("pContract", call.map(PendingCall::place).map(CommitmentRef::commitmentId).orElse(null))
                .param("pAt", call.map(PendingCall::at).map(Rows::stamp).orElse(null))
                .param("pLooks", call.map(PendingCall::looks).orElse(0))
                .param("refusedOnce", row.progress().refusedOnce())
                .param("file", row.payment().companyFile())
                .param("twin", row.progress().twin().flatMap(TwinQuestion::recordId).orElse(null))
                .param("twinAnswer", row.progress().twin().map(TwinQuestion::answer).map(Enum::name).orElse(null))
                .param("behind", row.progress().behindLetter().orElse(null))
                .param("change", row.changeNumber()).param("lockSeen", row.lockSeen())
                .param("approved", row.removalApproved()).param("attempts", row.attempts())
                .param("next", stamp(row.nextAttemptAt())).param("now", stamp(now))
                .update();
    }

    /** Procore shows a payment from before go-live with our key: it was sent once, and its edits follow. */
    static void noteOurs(JdbcClient jdbc, LedgerRow before, Optional<Held> after) {
        if (before.history() && after.isPresent()) {
            jdbc.sql("update payment set ours = true where id = :id").param("id", before.paymentId()).update();
        }
    }

    /** An answer that names a record that is no longer held is not the answer to a new call. */
    static void rememberFormerRecord(JdbcClient jdbc, LedgerRow before, Optional<Held> after) {
        Optional<Long> held = before.held().map(Held::procoreId);
        if (held.isPresent() && !held.equals(after.map(Held::procoreId))) {
            jdbc.sql("""
                    insert into former_record (procore_id, ledger_row_id) select cast(:id as bigint), cast(:row as bigint)
                    where not exists (select 1 from former_record where procore_id = :id)""")
                    .param("id", held.get()).param("row", before.id()).update();
        }
    }
}
