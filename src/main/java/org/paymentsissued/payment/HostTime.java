package org.paymentsissued.payment;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stamp of the QuickBooks machine's local clock. Its offset is dropped: QuickBooks prints the standard offset in summer
 * too (jsgoupil/quickbooks-sync, README), so it would turn a right clock into a wrong instant.
 */
public record HostTime(LocalDateTime clock) implements Comparable<HostTime> {

    /**
     * Two stamps less than this apart say nothing about order, and one this far ahead of us is wrong: time zones reach 26 hours,
     * an hour repeats each autumn, and wrong clocks are put right.
     */
    public static final Duration CLOCKS_DIFFER = Duration.ofHours(26);

    /** qbXML date-time: parts of one or two digits, everything after the date optional, an offset only after seconds. */
    private static final Pattern TEXT = Pattern.compile(
            "(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:T(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:[+-]\\d{1,2}:\\d{1,2})?)?)?)?");
    private static final DateTimeFormatter PRINTED = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

    /** Reads a stamp; a date or an hour alone counts as its earliest moment. Empty where it is absent or unreadable. */
    public static Optional<HostTime> parse(String text) {
        Matcher matcher = TEXT.matcher(text == null ? "" : text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HostTime(LocalDateTime.of(part(matcher, 1), part(matcher, 2), part(matcher, 3),
                    part(matcher, 4), part(matcher, 5), part(matcher, 6))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int part(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    public boolean isAfter(HostTime other) {
        return clock.isAfter(other.clock);
    }

    @Override
    public int compareTo(HostTime other) {
        return clock.compareTo(other.clock);
    }

    /** As qbXML requests want it: seconds, no offset. */
    @Override
    public String toString() {
        return clock.format(PRINTED);
    }
}
