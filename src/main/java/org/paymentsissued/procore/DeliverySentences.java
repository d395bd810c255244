package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.paymentsissued.ledger.CommitmentNames;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.Refusals.Scope;
import org.paymentsissued.ledger.TwinCandidate;
import org.paymentsissued.payment.CommitmentName;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.HeldRecords.Mismatch;

/** Everything that operators read about a delivery: what happened and, after a line break, what to do and what stays as it was. */
final class DeliverySentences {

    private static final int MOST_TWINS = 3;
    private static final int LONGEST_NOTES = 80;

    private DeliverySentences() {
    }

    /** Goes before every sentence about one payment. @param where the commitment that it goes to */
    static String about(LedgerRow row, Optional<CommitmentName> where) {
        String amount = row.wanted().map(Wanted::amount).or(() -> row.held().map(Held::amount))
                .map(money -> String.format(Locale.ROOT, " (%,.2f)", money)).orElse("");
        return row.paymentWords() + ", " + row.billWords() + amount + where.map(place -> " on " + place.withIds()).orElse("") + ": ";
    }

    // ------------------------------------------------------------------------------------------------------- refusals

    /** A refusal of one payment. */
    static String refused(Next.Refused refusal) {
        int status = refusal.answer().status();
        return "Procore refused it (HTTP " + status + "): " + stopped(refusal.said()) + "\n" + switch (status) {
            case 400 -> "Two attempts failed. The change breaks a business rule of Procore; for example, the invoice is no longer the"
                    + " latest one. Compare the request below with the commitment in Procore, correct the difference, then retry.";
            case 401, 403 -> "Other calls for this commitment work. Give the service account Admin on Commitments in this project,"
                    + " then retry.";
            case 404 -> "The service account can read the commitment. Check the lookup row for this bill, then retry.";
            case 409 -> "Two attempts failed, and no record with this payment's key was found. Resolve the conflict in Procore,"
                    + " then retry.";
            case 422 -> "Fix this in Procore or in the commitment lookup. If payments are turned off: Commitment >"
                    + " Advanced Settings > Payment Settings > Enable Payments. Then retry.";
            default -> "Read the answer below, fix the cause, then retry.";
        } + " Until then, nothing changes in Procore for this payment.";
    }

    /** A refusal of all that is on a commitment, in a project or in a company. */
    static String refusedAll(Scope scope, CommitmentNames names, Next.Refused refusal) {
        int status = refusal.answer().status();
        String which = scope.commitment().map(place -> names.of(scope.companyId(), place).withIds())
                .or(() -> scope.projectId().map(id -> "everything in " + names.project(scope.companyId(), id)))
                .orElseGet(() -> "everything in company " + scope.companyId());
        return "Procore refuses " + which + " (HTTP " + status + "): " + stopped(refusal.said()) + "\n" + cure(scope, status)
                + "; then retry this dead letter to send everything waiting behind it.";
    }

    private static String cure(Scope scope, int status) {
        if (scope.commitmentId().isPresent()) {
            return "It does not exist, or the service account cannot see it: correct the lookup row, permit the project, or give"
                    + " the service account access to private commitments";
        }
        if (scope.projectId().isPresent()) {
            return "Permit the project for the service account (Company level > Admin > App Management > the app > Permitted"
                    + " Projects), give it Admin on Commitments there, and turn on the Commitments tool";
        }
        return status == 401 ? "Procore has just granted a token, so the client ID and secret are right. The app is probably not installed"
                + " in this company, or lacks the data connector component: Company level > Admin > App Management"
                : "Check procore.company-id, and that the app is installed and connected in this company: Company level > Admin >"
                + " App Management";
    }

    /** The list of a commitment cannot be read. */
    static String unreadable(CommitmentName place, String why, int times) {
        return "The payments on " + place.withIds() + " cannot be read: " + stopped(why) + " "
                + "Reading failed " + times + " times in a row. Without this list, a payment could be sent twice, so nothing is sent to this"
                + " commitment.\nCheck it in Procore, then retry this dead letter to send everything waiting behind it.";
    }

    static String notConnected(String said) {
        return "Procore refuses every call: " + stopped(said) + " Reconnect the app in Procore: Company level > Admin > App"
                + " Management";
    }

    // ------------------------------------------------------------------------------------------------- unclear answers

    static String noRecord(ProcoreAnswer answer) {
        return "Procore answered HTTP " + answer.status() + " with something that is not a payment: "
                + ErrorText.of(answer.body());
    }

    static String unclearTooOften(String why, int attempts, boolean isWrite) {
        return why + ", " + attempts + " times in a row." + (isWrite ? " Procore may have recorded the change or not;"
                + " a retry checks that first." : "") + "\nRetry when Procore works again.";
    }

    static String tooManyChanges(int changes) {
        return "After " + changes + " changes in a row Procore still does not match QuickBooks.\nCheck the record in"
                + " Procore, then retry. Until then, nothing more is sent for this payment.";
    }

    /** Procore stored something else than was sent. */
    static String storedOtherwise(List<Mismatch> mismatches, long recordId) {
        return "Procore stored other values than were sent: " + mismatches.stream().map(DeliverySentences::words)
                .collect(Collectors.joining(", ")) + ".\nCheck record " + recordId + " in Procore; a retry sends them again.";
    }

    private static String words(Mismatch mismatch) {
        if (mismatch.field().isEmpty()) {
            return "key \"" + mismatch.stored() + "\" instead of \"" + mismatch.sent() + '"';
        }
        return switch (mismatch.field().get()) {
            case CHECK_NUMBER, INVOICE_NUMBER, NOTES -> words(mismatch.field().get()) + " \"" + mismatch.stored()
                    + "\" instead of \"" + mismatch.sent() + '"';
            default -> words(mismatch.field().get()) + " " + mismatch.stored() + " instead of " + mismatch.sent();
        };
    }

    // ------------------------------------------------------------------------------------- records that are not as expected

    /** Procore shows records that may be the same payment. */
    static String twin(LedgerRow row, List<Twins.Candidate> candidates) {
        Twins.Candidate first = candidates.get(0);
        Wanted wanted = row.wanted().orElseThrow();
        return switch (first.likeness()) {
            case EXACT -> "Procore already shows this payment";
            case LIKELY -> "Procore already shows what may be this payment";
            case LUMP -> "Procore already shows the sum of all bills of this payment";
        } + (first.record().isTyped() ? ", typed by a person" : ", made by another program") + ". Nothing was sent.\nIn QuickBooks: "
                + facts(wanted.amount(), wanted.fields().date().map(Object::toString), wanted.checkNumber(),
                wanted.fields().invoiceNumber(), wanted.fields().notes())
                + ". In Procore: " + candidates.stream().limit(MOST_TWINS).map(DeliverySentences::words)
                        .collect(Collectors.joining("; ")) + (candidates.size() > MOST_TWINS ? "; and "
                        + (candidates.size() - MOST_TWINS) + " more" : "") + ". " + advice(candidates);
    }

    /** @param holder the payment that has the record now; empty where it is gone */
    static String noLongerFree(Optional<LedgerRow> holder) {
        return "The record that was to become this payment's " + holder.map(row -> "belongs to " + row.paymentWords() + ", "
                + row.billWords() + " now").orElse("is no longer on the commitment, or a person has changed it")
                + ". Nothing was sent.\nRetry to send this payment, or discard this dead letter if Procore shows it already.";
    }

    private static String advice(List<Twins.Candidate> candidates) {
        Twins.Candidate first = candidates.get(0);
        if (candidates.stream().filter(Twins.Candidate::isAdoptable).count() > 1) {
            return "If one of them is the same payment, choose \"It is the same\" beside it: that record becomes this payment's, and no"
                    + " second one is made. If none is, choose \"Send anyway\".";
        }
        if (first.isAdoptable()) {
            return "If it is the same payment, choose \"It is the same\": record " + first.record().id() + " becomes this payment's, and"
                    + " no second one is made. If not, choose \"Send anyway\".";
        }
        return (first.likeness() == Twins.Likeness.LUMP ? "That record is the sum of all bills of this payment here, so it cannot become"
                + " one of them. If it is the same payment, discard this dead letter, and the record stays as it is."
                : "That record is not one that a person typed, so it is never changed. If it is the same payment, discard this dead"
                + " letter.") + " If not, retry to send it.";
    }

    private static String words(Twins.Candidate candidate) {
        ContractPayment record = candidate.record();
        TwinCandidate.Maker maker = candidate.shown().maker();
        String by = maker.words() + (maker == TwinCandidate.Maker.PROGRAM && record.hasOriginId()
                ? " (origin_id \"" + record.originId() + "\")" : "");
        return "record " + record.id() + ", " + by + ": " + facts(record.amount(), record.day().map(Object::toString),
                record.text(Field.CHECK_NUMBER), record.text(Field.INVOICE_NUMBER), record.text(Field.NOTES));
    }

    private static String facts(BigDecimal amount, Optional<String> date, String number, String invoice, String notes) {
        return String.format(Locale.ROOT, "%,.2f of %s, %s, %s%s", amount, date.orElse("no date"), number.isEmpty() ? "no check number"
                : "check " + number, invoice.isEmpty() ? "no invoice" : "invoice " + invoice,
                notes.isEmpty() ? "" : ", \"" + Cut.to(LONGEST_NOTES, notes.strip()) + '"');
    }

    static String keyNotKept(Held held) {
        return "Record " + held.procoreId() + ", typed by a person, was to become this payment's, but Procore did not keep our key on it."
                + " Nothing else was changed.\nRetry to try again; or discard this dead letter, and the record stays as it is.";
    }

    static String recordGone(Held held) {
        return "Record " + held.procoreId() + " is no longer in Procore: someone removed it, or the service account can no longer"
                + " see it.\nRetry to create it again, or discard this dead letter to leave the payment out.";
    }

    static String keyInUse(String key, CommitmentRef place, Next.Refused refusal) {
        return "Procore already has a record with the key " + key + ", but not on commitment " + place.commitmentId()
                + " or any other commitment known here (HTTP " + refusal.answer().status() + ": " + stopped(refusal.said())
                + ")\nFind the record in Procore, remove it, then retry.";
    }

    static String severalRecords(String key, List<ContractPayment> records) {
        return "Procore holds " + records.size() + " records with the key " + key + " (ids " + records.stream()
                .map(record -> String.valueOf(record.id())).collect(Collectors.joining(", "))
                + ").\nRemove all but one of them in Procore, then retry.";
    }

    static String notOursToChange(String key) {
        return "Procore holds a record with the key " + key + " that this program must not change.\nCheck it in Procore, then retry or"
                + " discard this dead letter.";
    }

    static String heldByAnother(String key, ContractPayment record, LedgerRow holder, LedgerRow row) {
        return "The record with the key " + key + " in Procore (id " + record.id() + ") belongs to " + holder.paymentWords()
                + " of company file " + holder.payment().companyFile() + ", which has the same ids.\nIf the two payments are from two company"
                + " files, give this one its own origin prefix (procore." + row.payment().companyFile()
                + ".origin-prefix), then retry.";
    }

    static String takenOver(Held held, ContractPayment record) {
        return "Record " + held.procoreId() + " in Procore no longer belongs to this program: " + (record.isOfProcorePay()
                ? "Procore Pay has taken it over" : "its origin_id is \"" + record.originId() + "\"")
                + ". It was not changed.\nChange it by hand in Procore, then discard this dead letter.";
    }

    static String otherKey(Held held, String stored, String key) {
        return "Procore stored the key \"" + stored + "\" instead of " + key + ". Check record " + held.procoreId()
                + " in Procore.";
    }

    /** Noted with a payment that is sent all the same. */
    static String alreadyTyped(LedgerRow row, CommitmentName place, long typedId) {
        return row.paymentWords() + ", " + row.billWords() + ": " + place.withIds() + " already has a payment with this number,"
                + " date and amount that a person entered (record " + typedId + "). If it is the same payment, remove that"
                + " record in Procore.";
    }

    // ------------------------------------------------------------------------------------------ changes left to people

    static String removalReported(String reason) {
        return "The payment no longer counts in QuickBooks (" + reason + "), but Procore still shows it: procore.void-strategy ="
                + " report leaves removals to you.\nRemove it by hand in Procore, then retry.";
    }

    static String changeReported(Held held, Set<Field> differences, UpdateStrategy strategy) {
        String cause = differences.contains(Field.PLACE)
                ? "It now belongs on a different commitment than record " + held.procoreId()
                : "It was edited in QuickBooks (" + differences.stream().map(DeliverySentences::words)
                        .collect(Collectors.joining(", ")) + ")";
        String why = held.corrections() > 0 ? "a record that has corrections is not changed" : "procore.update-strategy = "
                + strategy.name().toLowerCase(Locale.ROOT).replace('_', '-') + " leaves such changes to you";
        return cause + ", and " + why + ".\nChange it by hand in Procore, then discard this dead letter.";
    }

    static String reversalNotes(Held held) {
        return "Reverses record " + held.procoreId() + ": no longer in QuickBooks";
    }

    static String correctionNotes(Held held, Wanted wanted) {
        return "Corrects record " + held.procoreId() + " to " + wanted.amount().toPlainString();
    }

    private static String words(Field field) {
        return field == Field.REQUISITION ? "subcontractor invoice" : field.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What Procore said, as one sentence in one line: a line break comes before what to do. */
    private static String stopped(String text) {
        String said = text.replaceAll("\\s+", " ");
        return said.endsWith(".") || said.endsWith("!") || said.endsWith("?") ? said : said + ".";
    }
}
