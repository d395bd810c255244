package org.paymentsissued.demo;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A date-time of a request. Without an offset it is the clock on the wall of the QuickBooks computer.
 *
 * @param offset null where the request gave none
 */
record HostTime(LocalDateTime local, ZoneOffset offset) {

    private static final Pattern PARTS = Pattern.compile(
            "(\\d{4})-(\\d{1,2})-(\\d{1,2})"
                    + "(?:T(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:([+-])(\\d{1,2}):(\\d{1,2}))?)?)?)?");

    /** The grammar lets month 13 pass; the value is refused here, with a status of its own. */
    static HostTime parse(String element, String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw RequestStatus.failed(3020, element + " is not a date: " + text);
        }
        try {
            LocalDateTime local = LocalDateTime.of(part(parts, 1), part(parts, 2), part(parts, 3),
                    part(parts, 4), part(parts, 5), part(parts, 6));
            ZoneOffset offset = null;
            if (parts.group(7) != null) {
                int sign = parts.group(7).equals("-") ? -1 : 1;
                offset = ZoneOffset.ofHoursMinutes(sign * part(parts, 8), sign * part(parts, 9));
            }
            return new HostTime(local, offset);
        } catch (DateTimeException e) {
            throw RequestStatus.failed(3020, element + " is not a date: " + text);
        }
    }

    private static int part(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Integer.parseInt(parts.group(group));
    }

    boolean isAfter(Instant stamp, ZoneId hostZone) {
        return compareTo(stamp, hostZone) > 0;
    }

    boolean isBefore(Instant stamp, ZoneId hostZone) {
        return compareTo(stamp, hostZone) < 0;
    }

    Instant instant(ZoneId hostZone) {
        return offset == null ? local.atZone(hostZone).toInstant() : local.toInstant(offset);
    }

    private int compareTo(Instant stamp, ZoneId hostZone) {
        return offset == null
                ? local.compareTo(LocalDateTime.ofInstant(stamp, hostZone))
                : local.toInstant(offset).compareTo(stamp);
    }
}
