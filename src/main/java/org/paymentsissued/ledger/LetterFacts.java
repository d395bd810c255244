package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.text.StringEscapeUtils;
import org.paymentsissued.ledger.DeadLetters.Trouble;

/**
 * What lists of dead letters are grouped, sorted and searched by.
 *
 * @param causeKey the same for all letters of one cause
 * @param happened what happened, whichever payment it hit
 * @param vendor   empty where none is known
 * @param paidOn   the payment's date
 * @param amount   that does not go
 * @param search   what a search looks into
 */
record LetterFacts(String causeKey, String happened, String vendor, Optional<LocalDate> paidOn, Optional<BigDecimal> amount,
        String search) {

    private static final Pattern LEAF = Pattern.compile("<(\\w+)>([^<]+)</\\1>");
    /** A word that holds a digit, up to the punctuation after it. */
    private static final Pattern WITH_DIGIT = Pattern.compile("\\S*\\d\\S*?(?=[.,;:)]*(?:\\s|$))");

    /** The payment as the ledger has it, or else as its qbXML says. */
    private record Payment(String vendor, String number, String bill, Optional<LocalDate> paidOn, Optional<BigDecimal> amount) { }

    static LetterFacts of(LedgerDatabase database, Trouble trouble, String qbxml) {
        Payment payment = trouble.paymentId().flatMap(id -> inLedger(database, id, trouble.rowId())).orElseGet(() -> inXml(qbxml));
        String search = String.join(" ", trouble.sentence(), payment.vendor(), payment.number(), payment.bill(),
                payment.paidOn().map(LocalDate::toString).orElse(""), payment.amount().map(BigDecimal::toPlainString).orElse(""));
        List<String> own = own(payment, qbxml);
        String happened = trouble.about().isEmpty() && !qbxml.isEmpty() ? general(trouble.happened(), own, "…") : trouble.happened();
        return new LetterFacts(causeKey(trouble.stage(), trouble.httpStatus(), trouble.happened(), own), happened, payment.vendor(),
                payment.paidOn(), payment.amount(), SearchText.folded(search));
    }

    /**
     * Stage, HTTP status, and what happened without anything that is the payment's own: its names, and every number, date and id.
     * It only sorts letters for people, and which letters an action on a cause touches is what its page showed.
     */
    static String causeKey(String stage, Optional<Integer> httpStatus, String happened, List<String> own) {
        return stage + httpStatus.map(status -> "-" + status).orElse("") + "-"
                + digest(general(happened, own, "#").toLowerCase(Locale.ROOT));
    }

    private static String general(String happened, List<String> own, String instead) {
        String general = happened;
        for (String name : own) {
            general = general.replace(name, instead);
        }
        return WITH_DIGIT.matcher(general).replaceAll(instead);
    }

    private static String digest(String text) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The longest first, so that no part of a name is left. */
    private static List<String> own(Payment payment, String qbxml) {
        List<String> own = new ArrayList<>();
        Matcher leaf = LEAF.matcher(qbxml);
        while (leaf.find()) {
            if (leaf.group(1).equals("FullName") || leaf.group(1).equals("Memo") || leaf.group(1).equals("RefNumber")) {
                own.add(StringEscapeUtils.unescapeXml(leaf.group(2).strip()));
            }
        }
        return Stream.concat(own.stream(), Stream.of(payment.vendor(), payment.number(), payment.bill()))
                .filter(name -> name.length() > 2).distinct().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    private static Optional<Payment> inLedger(LedgerDatabase database, long paymentId, Optional<Long> rowId) {
        return database.jdbc().sql("""
                select p.payee, p.ref_number, p.txn_date, r.bill_number, case when p.verdict = 'SET_ASIDE' then p.amount
                  else coalesce(r.amount, p.amount) end as amount
                from payment p left join ledger_row r on r.payment_id = p.id and r.id = :row where p.id = :payment""")
                .param("row", rowId.orElse(0L)).param("payment", paymentId).query((row, number) -> new Payment(Rows.text(row, "payee"),
                        Rows.text(row, "ref_number"), Rows.text(row, "bill_number"), Rows.date(row, "txn_date"),
                        Rows.money(row, "amount"))).optional();
    }

    private static Payment inXml(String qbxml) {
        // Of each the first is the payment's own: what it pays comes after it.
        return new Payment(first(qbxml, "FullName"), first(qbxml, "RefNumber"), "", SearchText.date(first(qbxml, "TxnDate")),
                SearchText.amount(first(qbxml, "Amount")));
    }

    private static String first(String qbxml, String element) {
        return LEAF.matcher(qbxml).results().filter(leaf -> leaf.group(1).equals(element)).findFirst()
                .map(leaf -> StringEscapeUtils.unescapeXml(leaf.group(2).strip())).orElse("");
    }
}
