package org.paymentsissued.procore;

import java.time.Duration;

/** How delivery behaves where Procore's behavior is a choice; see the settings of the same names. */
public record DeliveryPolicy(String companyId, UpdateStrategy update, VoidStrategy onVoid, KeyPlace keyPlace,
        String originPrefix, TypedTwins twins, int maxAttempts, Duration backoff, Duration maxBackoff) {

    public enum UpdateStrategy { PATCH, UNLINK_PATCH, REPLACE, COMPENSATE, REPORT }

    /** What becomes of a payment that Procore shows already, typed by a person. */
    public enum TypedTwins { ASK, ADOPT, SEND }

    public enum VoidStrategy { DELETE, REVERSE, ZERO, REPORT }

    /** Where our key is written in a record. It is looked for in all three places. */
    public enum KeyPlace {
        ORIGIN_ID, ORIGIN_DATA, NOTES;

        /** By the words of the setting {@code procore.origin-id}. */
        public static KeyPlace of(String setting) {
            return switch (setting) {
                case "write" -> ORIGIN_ID;
                case "data" -> ORIGIN_DATA;
                case "none" -> NOTES;
                default -> throw new IllegalArgumentException(setting);
            };
        }
    }

    /** How long a record may be missing from a list after it was stored: 30 s for the usual back-off of 2 s. */
    Duration pauseForLists() {
        Duration pause = backoff.multipliedBy(15);
        return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
    }

    Duration pauseAfter(int attempts) {
        Duration pause = backoff.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 20));
        return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
    }
}
