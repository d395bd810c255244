package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Held.StoredTexts;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;

/**
 * What the ledger holds after Procore has shown a record. What Procore answers is what it holds, with two exceptions: a field
 * that an answer leaves out counts as stored as it was sent, and a text counts as stored where Procore's answer to the very
 * change that sent it differs in case or white space alone, or is its beginning.
 */
final class HeldRecords {

    private static final List<Field> TEXTS = List.of(Field.CHECK_NUMBER, Field.INVOICE_NUMBER, Field.NOTES);

    private HeldRecords() {
    }

    /** A field that Procore stored in another way than it was sent; empty where the key is meant. */
    record Mismatch(Optional<Field> field, String sent, String stored) { }

    /** What a change came to. @param mismatches what an operator has to look at; empty where all was stored as sent */
    record Stored(Held held, List<Mismatch> mismatches) { }

    /** Whether a text that was just sent counts as stored: an empty text is the beginning of nothing. */
    static boolean isStoredAs(String sent, String stored) {
        String whole = plain(sent);
        String there = plain(stored);
        return there.isEmpty() ? whole.isEmpty() : whole.startsWith(there);
    }

    private static String plain(String text) {
        return text.replaceAll("[\\s\\p{Z}]+", "").toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /** A record that the ledger holds already, as Procore shows it now. */
    static Held seen(Held held, ContractPayment record, RecordKey keys) {
        PaymentFields fields = held.fields();
        if (record.tells(Field.AMOUNT) && record.amount() != null && held.corrections() == 0) {
            fields = fields.withAmount(record.amount());
        }
        if (record.tells(Field.DATE)) {
            fields = fields.withDate(record.day());
        }
        StoredTexts stored = held.stored();
        if (isNews(Field.CHECK_NUMBER, record, fields.checkNumber(), stored.checkNumber())) {
            fields = fields.withCheckNumber(cut(Field.CHECK_NUMBER, record));
            stored = stored.withCheckNumber(Optional.empty());
        }
        if (isNews(Field.INVOICE_NUMBER, record, fields.invoiceNumber(), stored.invoiceNumber())) {
            fields = fields.withInvoiceNumber(cut(Field.INVOICE_NUMBER, record));
            stored = stored.withInvoiceNumber(Optional.empty());
        }
        return new Held(held.procoreId(), held.place(), record.tells(Field.REQUISITION)
                ? Optional.ofNullable(record.requisitionId()) : held.requisitionId(), fields, stored,
                link(held, record, keys), held.corrections());
    }

    private static Held.Link link(Held held, ContractPayment record, RecordKey keys) {
        return keys.isLinked(record, held.linked()) ? Held.Link.ON : held.isTyped() ? Held.Link.NOT_YET : Held.Link.OFF;
    }

    /** Whether a text is neither what we sent nor what Procore made of it. */
    private static boolean isNews(Field field, ContractPayment record, String sent, Optional<String> stored) {
        return record.tells(field) && !cut(field, record).equals(sent) && !stored.equals(Optional.of(cut(field, record)));
    }

    /** No longer than the ledger keeps it. */
    private static String cut(Field field, ContractPayment record) {
        return Cut.to(switch (field) {
            case CHECK_NUMBER -> 100;
            case NOTES -> 4_200;
            default -> 255;
        }, record.text(field));
    }

    /**
     * Records with our key that a list shows. Where the ledger does not hold them, they came from a call whose answer was lost,
     * or from a ledger that was.
     *
     * @param records the first record and those that correct it
     */
    static Held listed(LedgerRow row, CommitmentRef place, List<ContractPayment> records, RecordKey keys) {
        ContractPayment first = records.stream().filter(record -> keys.isOn(record, keys.of(row))).findFirst()
                .orElse(records.get(0));
        Held known = row.held().map(held -> new Held(first.id(), place, held.requisitionId(), held.fields(), held.stored(),
                held.link(), 0)).orElseGet(() -> Held.of(first.id(), place, row.wanted().flatMap(Wanted::requisitionId),
                        row.wanted().map(Wanted::fields).orElse(new PaymentFields(BigDecimal.ZERO, Optional.empty(),
                                row.payment().kind().method(), "", "", Optional.empty(), "", ""))));
        Held seen = seen(known, first, keys);
        return seen.corrected(total(records, known.fields()), seen.fields().editSequence(), records.size() - 1);
    }

    /** A record that a person typed, as it is before our key goes on it. Its texts stay; they differ from ours without being a change. */
    static Held typed(Wanted wanted, CommitmentRef place, ContractPayment record) {
        return Held.typed(record.id(), place, wanted, new StoredTexts(otherText(Field.CHECK_NUMBER, record, wanted.checkNumber()),
                otherText(Field.INVOICE_NUMBER, record, wanted.fields().invoiceNumber()), Optional.empty()));
    }

    private static Optional<String> otherText(Field field, ContractPayment record, String wanted) {
        return Optional.of(cut(field, record)).filter(text -> !text.equals(wanted));
    }

    /** The amounts of all records of a key; one that an answer leaves out counts as it was sent. */
    private static BigDecimal total(List<ContractPayment> records, PaymentFields sent) {
        return records.size() == 1 && !records.get(0).tells(Field.AMOUNT) ? sent.amount()
                : records.stream().map(ContractPayment::amount).filter(Objects::nonNull).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What a new record came to be. */
    static Stored created(LedgerRow row, CommitmentRef place, ContractPayment record, RecordKey keys) {
        Wanted sent = row.wanted().orElseThrow();
        Held asSent = Held.of(record.id(), place, sent.requisitionId(), sent.fields());
        Change change = new Change(sent, Set.of(Field.values()), keys.of(row), Optional.of(keys.place()), Optional.empty(),
                Optional.empty());
        return stored(asSent, change, record, keys);
    }

    /** What a record came to be by a change. @param before as Procore showed it just before; empty where that is not known */
    static Stored updated(LedgerRow row, Set<Field> fields, Optional<ContractPayment> before, ContractPayment record,
            RecordKey keys) {
        Wanted sent = row.wanted().orElseThrow();
        Held held = row.held().orElseThrow();
        Held asSent = new Held(held.procoreId(), held.place(), sent.requisitionId(), sent.fields(), held.stored(), held.link(),
                held.corrections());
        return stored(asSent, new Change(sent, fields, keys.of(row), keys.placeFor(before, held.linked()), before,
                Optional.of(held)), record, keys);
    }

    /** What was sent, and what the record said before: as Procore just showed it, and as the ledger had it. */
    private record Change(Wanted sent, Set<Field> fields, String key, Optional<KeyPlace> keyPlace,
            Optional<ContractPayment> before, Optional<Held> held) {

        String text(Field field) {
            return switch (field) {
                case CHECK_NUMBER -> sent.fields().checkNumber();
                case INVOICE_NUMBER -> sent.fields().invoiceNumber();
                default -> RecordKey.notes(sent.fields().notes(), key, keyPlace);
            };
        }

        /** A text as it was before, where that is known. */
        Optional<String> textBefore(Field field) {
            return before.filter(record -> record.tells(field)).map(record -> cut(field, record))
                    .or(() -> held.flatMap(known -> switch (field) {
                        case CHECK_NUMBER -> known.stored().checkNumber().or(() -> Optional.of(known.fields().checkNumber()));
                        case INVOICE_NUMBER -> known.stored().invoiceNumber().or(() -> Optional.of(known.fields().invoiceNumber()));
                        default -> known.stored().notes();
                    }));
        }

        boolean sentKey() {
            return before.isEmpty() || keyPlace.equals(Optional.of(KeyPlace.NOTES)) && fields.contains(Field.NOTES);
        }
    }

    private static Stored stored(Held asSent, Change change, ContractPayment record, RecordKey keys) {
        List<Mismatch> mismatches = new ArrayList<>();
        PaymentFields sent = change.sent().fields();
        if (record.tells(Field.AMOUNT) && (record.amount() == null || record.amount().compareTo(sent.amount()) != 0)) {
            mismatches.add(new Mismatch(Optional.of(Field.AMOUNT), sent.amount().toPlainString(), plain(record.amount())));
        }
        if (record.tells(Field.DATE) && !record.day().equals(sent.date())) {
            mismatches.add(new Mismatch(Optional.of(Field.DATE), change.sent().date().toString(), String.valueOf(record.date())));
        }
        if (record.tells(Field.REQUISITION)
                && !Optional.ofNullable(record.requisitionId()).equals(change.sent().requisitionId())) {
            mismatches.add(new Mismatch(Optional.of(Field.REQUISITION),
                    change.sent().requisitionId().map(String::valueOf).orElse("none"), String.valueOf(record.requisitionId())));
        }
        if (change.sentKey() && keys.isToldBy(record) && !keys.isOn(record, change.key())) {
            mismatches.add(new Mismatch(Optional.empty(), change.key(), keys.whole(record).orElse("none")));
        }
        Held held = seen(asSent, record, keys);
        for (Field field : TEXTS) {
            held = withText(held, field, change, record, mismatches);
        }
        return new Stored(held, List.copyOf(mismatches));
    }

    private static Held withText(Held held, Field field, Change change, ContractPayment record,
            List<Mismatch> mismatches) {
        if (!change.fields().contains(field)) {
            return held;
        }
        String sent = change.text(field);
        if (record.tells(field) && !isStoredAs(sent, record.text(field))) {
            mismatches.add(new Mismatch(Optional.of(field), sent, record.text(field)));
            return withText(held, field, cut(field, record), Optional.empty());
        }
        // An answer may show a text as it was sent, or not at all, although it is kept the way it was before the change.
        Optional<String> kept = Optional.of(record).filter(answer -> answer.tells(field) && !answer.text(field).equals(sent))
                .map(answer -> cut(field, answer))
                .or(() -> change.textBefore(field).filter(text -> isStoredAs(sent, text)))
                .filter(text -> !text.equals(sent));
        return withText(held, field, field == Field.NOTES ? held.fields().notes() : sent, kept);
    }

    private static Held withText(Held held, Field field, String text, Optional<String> kept) {
        PaymentFields fields = held.fields();
        return switch (field) {
            case CHECK_NUMBER -> held.withFields(fields.withCheckNumber(text), held.stored().withCheckNumber(kept));
            case INVOICE_NUMBER -> held.withFields(fields.withInvoiceNumber(text), held.stored().withInvoiceNumber(kept));
            default -> held.withFields(fields.withNotes(text), held.stored().withNotes(kept));
        };
    }

    private static String plain(BigDecimal amount) {
        return amount == null ? "null" : amount.toPlainString();
    }

    /** Whether people have written the notes of a record: they are neither what we sent nor what Procore made of it. */
    static boolean areNotesOfPeople(Held held, ContractPayment shown, String key, RecordKey keys) {
        String sent = RecordKey.notes(held.fields().notes(), key, keys.placeFor(Optional.of(shown), held.linked()));
        return shown.tells(Field.NOTES) && !shown.text(Field.NOTES).equals(sent)
                && !held.stored().notes().equals(Optional.of(cut(Field.NOTES, shown)));
    }
}
