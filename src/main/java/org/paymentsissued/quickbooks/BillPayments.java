package org.paymentsissued.quickbooks;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.Fact;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet.AppliedToTxnRet;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet.Ref;
import org.paymentsissued.quickbooks.qbxml.TxnDeletedRet;

/** Reads a bill payment out of its row: what is legal in many ways becomes one meaning, what is doubtful is set aside. */
public final class BillPayments {

    /** qbXML AMTTYPE. */
    private static final Pattern AMOUNT = Pattern.compile("[+-]?\\d{1,13}(\\.\\d{2})?");
    private static final int DATE_LENGTH = 10;
    /** QuickBooks' own have at most 36 characters, the ledger has room for these. */
    private static final int LONGEST_ID = 100;
    private static final String BILL = "Bill";
    static final String VOID_PREFIX = "VOID:";
    /** At most this many bills are named in a sentence. */
    private static final int MOST_NAMES = 20;
    private static final String BY_HAND = "Record it by hand in Procore, then discard this dead letter.";

    private final boolean discountsCount;
    private final Fact.Notes notes;

    /** @param discountsCount whether a discount taken counts as paid */
    public BillPayments(boolean discountsCount) {
        this(discountsCount, Fact.Notes.NONE);
    }

    /** @param notes records what payments say about open questions */
    public BillPayments(boolean discountsCount, Fact.Notes notes) {
        this.discountsCount = discountsCount;
        this.notes = notes;
    }

    /**
     * Reads one payment.
     *
     * @throws UnreadablePayment when it has no TxnID, and so cannot be identified
     */
    public Payment read(BillPaymentRet ret, RowElement row, String companyFile) {
        String txnId = text(ret.txnId);
        if (txnId.isEmpty()) {
            throw new UnreadablePayment("A QuickBooks payment has no TxnID, so it cannot be identified:"
                    + " number \"" + Cut.to(40, text(ret.refNumber)) + "\", amount \"" + Cut.to(40, text(ret.amount))
                    + "\". It was left out."
                    + " Open and save it in QuickBooks; the next sync reads it again.");
        }
        if (txnId.length() > LONGEST_ID) {
            throw new UnreadablePayment("A QuickBooks payment has a TxnID of " + txnId.length() + " characters, longer than any"
                    + " QuickBooks ID: number \"" + Cut.to(40, text(ret.refNumber)) + "\", amount \"" + Cut.to(40, text(ret.amount))
                    + "\". It was left out. Check the gateway between QuickBooks and this program.");
        }
        QuickBooksFacts.note(ret, notes);
        PaymentKind kind = Feed.kindOf(row.name()).orElseThrow();
        Sums sums = new Sums(ret);
        Payment draft = new Payment(new PaymentKey(companyFile, kind, txnId), text(ret.editSequence),
                HostTime.parse(ret.timeModified), date(ret.txnDate), oneLine(ret.refNumber), name(ret.payee),
                name(kind == PaymentKind.CHECK ? ret.bankAccount : ret.creditCardAccount), text(ret.memo), sums.header,
                new Verdict(Verdict.Kind.SET_ASIDE, ""), applied(ret, sums), row.xml());
        return draft.judged(judge(draft, ret, sums)).createdAt(HostTime.parse(ret.timeCreated));
    }

    /** The row that a payment was read from. */
    public RowElement rowOf(Payment payment) {
        return new RowElement(payment.key().kind().element(), payment.key().txnId(), payment.qbxml(), false);
    }

    /** Reads a deletion; null where something else than a bill payment was deleted. */
    public Deletion readDeletion(TxnDeletedRet ret, String companyFile) {
        return Feed.kindOf(text(ret.txnDelType)).filter(kind -> !text(ret.txnId).isEmpty() && text(ret.txnId).length() <= LONGEST_ID)
                .map(kind -> new Deletion(new PaymentKey(companyFile, kind, text(ret.txnId)),
                        HostTime.parse(ret.timeDeleted))).orElse(null);
    }

    /** The rules of voids first, then of sums: a payment either is understood in full or an operator looks at it. */
    private Verdict judge(Payment payment, BillPaymentRet ret, Sums sums) {
        String words = payment.words();
        boolean zero = sums.header.map(header -> header.signum() == 0).orElse(sums.areAbsent());
        boolean marked = payment.memo().regionMatches(true, 0, VOID_PREFIX, 0, VOID_PREFIX.length());
        if (zero && marked) {
            return new Verdict(Verdict.Kind.VOIDED, words + " was voided in QuickBooks.");
        }
        if (zero) {
            // Whatever its lines and its date say: no money moved. A line that only took a discount has no amount at all.
            return new Verdict(Verdict.Kind.PAYS_NOTHING, words + " moved no money: its amount is "
                    + (sums.header.isEmpty() ? "absent" : "0.00") + " and it is not marked as void, "
                    + (sums.lines.isEmpty() ? "nor applied to any bill" : "so credits or discounts settled " + sums.names())
                    + ". Nothing to do.");
        }
        if (sums.unreadable.isPresent()) {
            return aside(words + " was not sent: " + sums.unreadable.get()
                    + " Open and save it in QuickBooks; the next sync reads it again.");
        }
        if (payment.date().isEmpty()) {
            return aside(words + " was not sent: it has no date. Enter one in QuickBooks; the next sync reads it again.");
        }
        if (sums.header.isEmpty()) {
            return aside(words + " was not sent: QuickBooks gives no amount for it. Open and save it in QuickBooks;"
                    + " the next sync reads it again.");
        }
        if (!sums.isSettled() && sums.lines.values().stream().anyMatch(line -> !line.isWhole)) {
            return aside(words + " was not sent: QuickBooks gives no amount for one of its bills. The amounts that it gives add up to "
                    + money(sums.total) + ", the payment to " + money(sums.header.get()) + ", so it cannot be known what each bill got. "
                    + BY_HAND);
        }
        BigDecimal header = sums.header.get();
        if (isForeign(ret, header)) {
            return aside(words + " was not sent: it is in " + (name(ret.currency).isEmpty() ? "another currency"
                    : name(ret.currency)) + ", " + header + ", not in the home currency. " + BY_HAND);
        }
        if (header.signum() < 0 || sums.negativeLine) {
            return aside(words + " was not sent: it has a negative amount, which a bill payment cannot have."
                    + " Correct it in QuickBooks; the next sync reads it again.");
        }
        if (sums.lines.isEmpty()) {
            return new Verdict(Verdict.Kind.PAYS_NOTHING, words + " is not applied to any bill: "
                    + money(header) + " is unapplied. Apply it in QuickBooks, and the next sync sends it.");
        }
        Verdict verdict = judgeSums(words, header, sums);
        return marked && verdict.kind() == Verdict.Kind.PAYS_BILLS ? new Verdict(verdict.kind(), (words
                + " is marked as void in its memo but its amount is " + money(header) + ", so it counts as paid. "
                + verdict.note()).strip()) : verdict;
    }

    private Verdict judgeSums(String words, BigDecimal header, Sums sums) {
        int difference = sums.total.compareTo(header);
        if (difference > 0) {
            boolean discountsExplainIt = sums.discounts.signum() != 0
                    && sums.total.compareTo(header.add(sums.discounts)) == 0;
            if (discountsExplainIt && discountsCount) {
                return new Verdict(Verdict.Kind.PAYS_BILLS, "");
            }
            return aside(words + " was not sent: its bills add up to " + money(sums.total) + ", the payment to "
                    + money(header) + (discountsExplainIt ? "; the difference is the discount taken, and the books may be right. Set"
                            + " payment.discounts = add to count discounts as paid, or record it by hand in Procore and discard this"
                            + " dead letter."
                    : ". A discount or a credit may explain the difference, and the books may be right: then record it by hand in"
                            + " Procore and discard this dead letter. If they are wrong, correct them in QuickBooks; the next sync reads"
                            + " it again."));
        }
        return new Verdict(Verdict.Kind.PAYS_BILLS, difference == 0 ? ""
                : money(header.subtract(sums.total)) + " of " + words + " is not applied to any bill.");
    }

    private List<Applied> applied(BillPaymentRet ret, Sums sums) {
        // Where the lines already hold the discount, it must not be added a second time.
        boolean addDiscounts = discountsCount && sums.header.isPresent()
                && sums.total.compareTo(sums.header.get()) <= 0;
        List<Applied> applied = new ArrayList<>();
        for (Line line : sums.lines.values()) {
            Optional<BigDecimal> amount = (line.isWhole || sums.isSettled() ? Optional.of(line.given) : Optional.<BigDecimal>empty())
                    .map(paid -> addDiscounts ? paid.add(line.discount) : paid);
            Optional<String> leftOut = Optional.empty();
            if (!line.type.equals(BILL)) {
                leftOut = Optional.of(line.type.isEmpty() ? "Applied to a transaction of unknown type, not to a bill."
                        : "Applied to " + line.type + " " + (line.number.isEmpty() ? line.txnId : line.number)
                                + ", not to a bill.");
            } else if (amount.orElse(BigDecimal.ZERO).signum() == 0) {
                leftOut = Optional.of("This bill was settled by a " + (line.discount.signum() == 0 ? "credit or journal entry"
                        : "discount of " + money(line.discount)) + ", no money moved.");
            }
            applied.add(new Applied(line.txnId, line.type, line.number, line.date, amount, leftOut));
        }
        return applied;
    }

    /** The amount in home currency decides; if it is absent, an exchange rate next to the name of a currency does. */
    private static boolean isForeign(BillPaymentRet ret, BigDecimal header) {
        Optional<BigDecimal> home = amount(ret.amountInHomeCurrency);
        if (home.isPresent()) {
            return home.get().compareTo(header) != 0;
        }
        String rate = text(ret.exchangeRate);
        try {
            return !rate.isEmpty() && new BigDecimal(rate).compareTo(BigDecimal.ONE) != 0;
        } catch (NumberFormatException e) {
            return ret.currency != null;
        }
    }

    /** What one payment gave to one transaction. */
    private static final class Line {
        private final String txnId;
        private final String type;
        private String number;
        private Optional<LocalDate> date;
        private BigDecimal given = BigDecimal.ZERO.setScale(2);
        private boolean isWhole = true;
        private BigDecimal discount = BigDecimal.ZERO;

        private Line(AppliedToTxnRet first) {
            txnId = text(first.txnId);
            type = text(first.txnType);
            number = oneLine(first.refNumber);
            date = date(first.txnDate);
        }
    }

    /** Header, lines and their sums; two lines on one bill are one. */
    private static final class Sums {
        private final Optional<BigDecimal> header;
        private final Map<String, Line> lines = new LinkedHashMap<>();
        private BigDecimal total = BigDecimal.ZERO;
        private BigDecimal discounts = BigDecimal.ZERO;
        private boolean negativeLine;
        private boolean emptyAmount;
        private Optional<String> unreadable = Optional.empty();

        private Sums(BillPaymentRet ret) {
            header = read(ret.amount);
            for (AppliedToTxnRet applied : ret.appliedTo) {
                if (text(applied.txnId).isEmpty()) {
                    unreadable = Optional.of("one of its lines does not say which transaction it paid.");
                    continue;
                }
                if (text(applied.txnId).length() > LONGEST_ID) {
                    unreadable = Optional.of("one of its lines names the transaction it paid with an ID of "
                            + text(applied.txnId).length() + " characters, longer than any QuickBooks ID.");
                    continue;
                }
                Line line = lines.computeIfAbsent(text(applied.txnId), id -> new Line(applied));
                line.number = line.number.isEmpty() ? oneLine(applied.refNumber) : line.number;
                line.date = line.date.or(() -> date(applied.txnDate));
                add(line, read(applied.amount), read(applied.discountAmount).orElse(BigDecimal.ZERO));
            }
        }

        private void add(Line line, Optional<BigDecimal> amount, BigDecimal discount) {
            line.isWhole &= amount.isPresent();
            line.discount = line.discount.add(discount);
            discounts = discounts.add(discount);
            amount.ifPresent(paid -> {
                negativeLine |= paid.signum() < 0;
                line.given = line.given.add(paid);
                total = total.add(paid);
            });
        }

        /** QuickBooks writes stubs without any amount where credits alone settle a bill. An element that is empty is no stub. */
        private boolean areAbsent() {
            return unreadable.isEmpty() && header.isEmpty() && !emptyAmount && !negativeLine && total.signum() == 0;
        }

        /** The amounts given are all of the payment's money: a line without one got none of it. */
        private boolean isSettled() {
            return header.isPresent() && total.compareTo(header.get()) == 0;
        }

        private Optional<BigDecimal> read(String text) {
            Optional<BigDecimal> amount = amount(text);
            emptyAmount |= text != null && text(text).isEmpty();
            if (amount.isEmpty() && !text(text).isEmpty()) {
                unreadable = Optional.of("\"" + Cut.to(40, text(text)) + "\" is not a valid QuickBooks amount.");
            }
            return amount;
        }

        private String names() {
            List<String> names = lines.values().stream().map(line -> line.number.isEmpty() ? line.txnId : line.number).toList();
            return String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                    + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
        }
    }

    /** An amount with two decimals; empty where absent, empty or not written as qbXML writes amounts. */
    static Optional<BigDecimal> amount(String text) {
        String trimmed = text(text);
        return AMOUNT.matcher(trimmed).matches() ? Optional.of(new BigDecimal(trimmed).setScale(2)) : Optional.empty();
    }

    /** A calendar date: xsd:date may carry a zone, which a day on a check does not have. */
    static Optional<LocalDate> date(String text) {
        String trimmed = text(text);
        try {
            return trimmed.length() < DATE_LENGTH ? Optional.empty()
                    : Optional.of(LocalDate.parse(trimmed.substring(0, DATE_LENGTH)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String name(Ref ref) {
        return ref == null ? "" : oneLine(text(ref.fullName).isEmpty() ? ref.listId : ref.fullName);
    }

    /** Numbers and names are one line: a line break in them would make two of a line of the log. */
    private static String oneLine(String text) {
        return text(text).replaceAll("\\p{Cntrl}+", " ");
    }

    static String text(String text) {
        return text == null ? "" : text.strip();
    }

    private static Verdict aside(String reason) {
        return new Verdict(Verdict.Kind.SET_ASIDE, reason);
    }

    private static String money(BigDecimal amount) {
        return String.format(java.util.Locale.ROOT, "%,.2f", amount);
    }
}
