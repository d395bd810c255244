package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;

/**
 * What makes a record in Procore ours: {@code <payment TxnID>|<bill TxnID>}, with a prefix where several company files feed
 * one company. It is written into origin_id, into origin_data, or into the notes, as the setting says, and is looked for in all
 * three, so that the setting may change. Records that correct the first carry {@code |r1}, {@code |r2} behind it.
 *
 * <p>It does not say whether a check or a card paid. A check and a card payment of one TxnID on one bill, which was never seen,
 * would share it: the second one never counts as the first; it becomes a dead letter.
 */
final class RecordKey {

    private static final Pattern CORRECTION = Pattern.compile("(.+)\\|r(\\d+)");
    private static final Pattern OURS = Pattern.compile("([^|]+)\\|[^|]+(\\|r\\d+)?");
    private static final Pattern MARKER = Pattern.compile("\\[QuickBooks ([^\\]]+)]");

    private final KeyPlace place;
    private final String prefix;

    RecordKey(DeliveryPolicy policy) {
        place = policy.keyPlace();
        prefix = policy.originPrefix().isEmpty() ? "" : policy.originPrefix() + "~";
    }

    /** Where the key is written. */
    KeyPlace place() {
        return place;
    }

    String of(LedgerRow row) {
        return ofPayment(row) + row.billTxnId();
    }

    /** What the keys of all bills of a payment begin with. */
    String ofPayment(LedgerRow row) {
        return prefix + row.payment().txnId() + "|";
    }

    static String correction(String key, int number) {
        return key + "|r" + number;
    }

    /** A key and where a record has it. @param place empty in the middle of a change, when origin_id is taken off */
    private record Found(String key, Optional<KeyPlace> place) { }

    private Optional<Found> find(ContractPayment record) {
        Optional<Found> marker = marker(record.notes()).map(key -> new Found(key, Optional.of(KeyPlace.NOTES)));
        if (place == KeyPlace.NOTES && marker.isPresent()) {
            return marker;
        }
        Optional<Found> data = inData(record, "key").map(key -> new Found(key, Optional.of(KeyPlace.ORIGIN_DATA)));
        if (place == KeyPlace.ORIGIN_DATA && data.isPresent()) {
            return data;
        }
        if (record.hasOriginId()) {
            return Optional.of(new Found(record.originId(), Optional.of(KeyPlace.ORIGIN_ID)));
        }
        return data.or(() -> inData(record, "origin_id").map(key -> new Found(key, Optional.empty()))).or(() -> marker);
    }

    private static Optional<String> marker(String notes) {
        Matcher marker = MARKER.matcher(notes == null ? "" : notes);
        return marker.find() ? Optional.of(marker.group(1)) : Optional.empty();
    }

    private static Optional<String> inData(ContractPayment record, String name) {
        String data = record.originData();
        return !data.contains('"' + name + '"') ? Optional.empty()
                : PaymentJson.tree(data).map(json -> json.path(name)).map(JsonNode::textValue).filter(key -> key.contains("|"));
    }

    /** The key in a record, a correction's number included. */
    Optional<String> whole(ContractPayment record) {
        return find(record).map(Found::key);
    }

    boolean isOn(ContractPayment record, String key) {
        return whole(record).equals(Optional.of(key));
    }

    /** Where a record has its key; empty where it has none, or only for the time of a change. */
    Optional<KeyPlace> placeIn(ContractPayment record) {
        return find(record).flatMap(Found::place);
    }

    /** Where the key of a record of ours is to stay. @param linked whether it has its place */
    Optional<KeyPlace> placeFor(Optional<ContractPayment> shown, boolean linked) {
        return shown.flatMap(this::placeIn).or(() -> linked ? Optional.of(place) : Optional.empty());
    }

    /**
     * Whether the key of a record that is ours has its place, and is not taken off for a change. People may edit a marker away.
     *
     * @param otherwise what counts where the record tells nothing
     */
    boolean isLinked(ContractPayment record, boolean otherwise) {
        Optional<Found> found = find(record);
        return place == KeyPlace.NOTES ? otherwise || found.isPresent()
                : found.map(key -> key.place().isPresent()).orElse(!isToldBy(record) && otherwise);
    }

    /** Whether an answer says anything about the place in which we write the key. */
    boolean isToldBy(ContractPayment record) {
        return switch (place) {
            case ORIGIN_ID -> record.tellsOriginId();
            case ORIGIN_DATA -> record.tellsOriginData();
            case NOTES -> record.tells(LedgerRow.Field.NOTES);
        };
    }

    /** Whether notes hold the marker of any key, ours or not. */
    static boolean isMarked(String notes) {
        return marker(notes).isPresent();
    }

    /** Whether a key is one of ours: with our prefix, or without any where we have none. */
    boolean isOurs(String key) {
        return key.startsWith(prefix);
    }

    /** A key of ours without its prefix. */
    String withoutPrefix(String key) {
        return key.substring(prefix.length());
    }

    /** Whether a record has a key in the form of ours, with any prefix. */
    boolean isKeyed(ContractPayment record) {
        return whole(record).filter(key -> OURS.matcher(key).matches()).isPresent();
    }

    /** TxnID of the payment that a record's key names; empty where it has no key of ours. */
    Optional<String> paymentOf(ContractPayment record) {
        return whole(record).filter(this::isOurs).map(key -> OURS.matcher(withoutPrefix(key))).filter(Matcher::matches)
                .map(key -> key.group(1));
    }

    /** The key of the first record, which corrections share. */
    Optional<String> base(ContractPayment record) {
        return whole(record).map(RecordKey::baseOf);
    }

    static String baseOf(String key) {
        Matcher correction = CORRECTION.matcher(key);
        return correction.matches() ? correction.group(1) : key;
    }

    /** Notes as they are sent: with the key if it goes there. */
    static String notes(String notes, String key, Optional<KeyPlace> place) {
        return place.equals(Optional.of(KeyPlace.NOTES)) ? (notes.isEmpty() ? "" : notes + " ") + "[QuickBooks " + key + "]" : notes;
    }
}
