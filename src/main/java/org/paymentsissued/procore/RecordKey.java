package org.paymentsissued.procore;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.LedgerRow;

/**
 * What makes a record in Procore ours: {@code <payment TxnID>|<bill TxnID>}, with a prefix where several company files feed
 * one company. It stands in origin_id, or in the notes where another integration owns origin_id. Records that correct the
 * first carry {@code |r1}, {@code |r2} behind it.
 *
 * <p>It does not say whether a check or a card paid. A check and a card payment of one TxnID on one bill, which nobody has seen,
 * would share it: the second one is never taken for the first, it becomes a dead letter.
 */
final class RecordKey {

    private static final Pattern CORRECTION = Pattern.compile("(.+)\\|r(\\d+)");
    private static final Pattern MARKER = Pattern.compile("\\[QuickBooks ([^\\]]+)]");

    private final boolean inOriginId;
    private final String prefix;

    RecordKey(DeliveryPolicy policy) {
        inOriginId = policy.writeOriginId();
        prefix = policy.originPrefix().isEmpty() ? "" : policy.originPrefix() + "~";
    }

    String of(LedgerRow row) {
        return prefix + row.payment().txnId() + "|" + row.billTxnId();
    }

    static String correction(String key, int number) {
        return key + "|r" + number;
    }

    /** The key in a record as it stands, a correction's number included. */
    Optional<String> whole(ContractPayment record) {
        if (inOriginId) {
            return record.hasOriginId() ? Optional.of(record.originId()) : whileUnlinked(record);
        }
        Matcher marker = MARKER.matcher(record.notes() == null ? "" : record.notes());
        return marker.find() ? Optional.of(marker.group(1)) : Optional.empty();
    }

    /** In the middle of a change our key stands in origin_data alone; a process, or its ledger, may have been lost there. */
    private static Optional<String> whileUnlinked(ContractPayment record) {
        String data = record.originData();
        return !data.contains("origin_id") ? Optional.empty()
                : PaymentJson.tree(data).map(json -> json.path("origin_id").textValue());
    }

    /** Whether notes hold the marker of a key, whoever's it is. */
    static boolean isMarked(String notes) {
        return notes != null && MARKER.matcher(notes).find();
    }

    /** Whether a key is one of ours: with our prefix, or without any where we have none. */
    boolean isOurs(String key) {
        return key.startsWith(prefix);
    }

    /** A key of ours without its prefix. */
    String withoutPrefix(String key) {
        return key.substring(prefix.length());
    }

    /** The key of the first record, which corrections share. */
    Optional<String> base(ContractPayment record) {
        return whole(record).map(RecordKey::baseOf);
    }

    static String baseOf(String key) {
        Matcher correction = CORRECTION.matcher(key);
        return correction.matches() ? correction.group(1) : key;
    }

    boolean isInOriginId() {
        return inOriginId;
    }

    /** Notes as they are sent: with the key where it cannot stand in origin_id. */
    String notes(String notes, String key) {
        return inOriginId ? notes : (notes.isEmpty() ? "" : notes + " ") + "[QuickBooks " + key + "]";
    }
}
