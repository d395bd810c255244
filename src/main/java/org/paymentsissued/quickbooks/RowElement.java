package org.paymentsissued.quickbooks;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;

/**
 * One row of a response as it was read.
 *
 * @param name    element, such as {@code BillPaymentCheckRet}
 * @param txnId   its own TxnID; empty where it has none
 * @param xml     the whole element; raw text where it is spoiled
 * @param spoiled whether it is not well-formed, so that nothing can be read from it
 */
public record RowElement(String name, String txnId, String xml, boolean spoiled) {

    private static final String TEXT = "((?:[^<&\\p{Cntrl}\uFFFD]|&(?:amp|lt|gt|quot|apos);){1,200})";
    private static final Pattern NUMBER = Pattern.compile("<RefNumber>" + TEXT + "</RefNumber>");
    private static final Pattern DATE = Pattern.compile("<TxnDate>" + TEXT + "</TxnDate>");
    private static final Pattern PAYEE = Pattern.compile("<PayeeEntityRef>[^\\x00]{0,500}?<FullName>" + TEXT + "</FullName>");

    public RowElement(String name, String xml) {
        this(name, "", xml, false);
    }

    public boolean isDeletion() {
        return name.equals(Feed.DELETIONS.row());
    }

    public boolean isBill() {
        return name.equals(Feed.BILLS.row());
    }

    /** Which payment it is; empty for other rows. */
    Optional<PaymentKey> payment(String companyFile) {
        return Feed.kindOf(name).map(kind -> new PaymentKey(companyFile, kind, txnId.isEmpty() ? fingerprint() : txnId));
    }

    /** Equal for equal texts only. */
    String fingerprint() {
        return UUID.nameUUIDFromBytes(xml.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /**
     * Lets a readable row pass.
     *
     * @throws UnreadablePayment where the row is spoiled
     */
    public void requireReadable() {
        if (spoiled) {
            throw new UnreadablePayment(words() + " contains characters that XML does not allow, often a control character in its"
                    + " memo or address. It was left out; all others were read. Retype these fields in QuickBooks; the next"
                    + " sync reads it.");
        }
    }

    /** As an operator knows it, from what can be read of it. */
    private String words() {
        // Its lines name numbers and dates of bills.
        int lines = xml.indexOf("<AppliedToTxnRet");
        String own = lines < 0 ? xml : xml.substring(0, lines);
        Optional<String> number = readable(NUMBER, own);
        String kind = Feed.ofRow(name).flatMap(Feed::kind).map(PaymentKind::words).orElse("A record of QuickBooks (" + name + ")");
        return kind + number.map(text -> " " + text).orElse("") + readable(DATE, own).map(day -> " of " + day).orElse("")
                + readable(PAYEE, own).map(payee -> " to " + payee).orElse("")
                + (number.isPresent() ? "" : txnId.isEmpty() ? " (TxnID unreadable)" : " (TxnID " + txnId + ")");
    }

    private static Optional<String> readable(Pattern field, String text) {
        Matcher found = field.matcher(text);
        return found.find() ? Optional.of(found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
                .replace("&apos;", "'").replace("&amp;", "&").strip()).filter(value -> !value.isEmpty()) : Optional.empty();
    }

    /** For a log line: never the text of a whole payment. */
    @Override
    public String toString() {
        return name;
    }
}
