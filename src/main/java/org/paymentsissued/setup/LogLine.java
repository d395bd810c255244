package org.paymentsissued.setup;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.payment.FullDisk;
import org.paymentsissued.payment.Secrets;
import org.slf4j.event.KeyValuePair;

/**
 * Message and values of a log entry in one line, without secrets. Some of it comes from QuickBooks, Procore and
 * strangers, so a line break or a quote must not be able to start another entry or value. Stack traces: {@link Trace}.
 */
public final class LogLine extends ClassicConverter {

    /** Control characters, line and paragraph separators, and characters that reverse the writing direction. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\x{85}\\p{Zl}\\p{Zp}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    @Override
    public String convert(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(printable(Secrets.allHiddenIn(String.valueOf(event.getFormattedMessage()))));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                String value = Secrets.allHiddenIn(String.valueOf(pair.value));
                line.append(' ').append(pair.key).append("=\"")
                        .append(printable(value.replace("\\", "\\\\").replace("\"", "\\\""))).append('"');
            }
        }
        return line.toString();
    }

    private static String printable(String text) {
        return UNPRINTABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(switch (found.group()) {
            case "\n" -> "\\n";
            case "\r" -> "\\r";
            case "\t" -> "\\t";
            default -> String.format("\\u%04x", (int) found.group().charAt(0));
        }));
    }

    /** A stack trace without secrets. What follows a line break in a message is indented, so that it does not look like an entry. */
    public static final class Trace extends ThrowableProxyConverter {

        private static final Pattern OTHER_LINE =
                Pattern.compile("(\\r\\n|[\\n\\r\\x{85}\\p{Zl}\\p{Zp}])(?!\\s|\\z|Caused by: |Wrapped by: )");

        @Override
        protected String throwableProxyToString(IThrowableProxy proxy) {
            if (isFullDisk(proxy)) {
                // Every statement, move and retry of a sync fails then: the sentence says it all.
                return "";
            }
            return OTHER_LINE.matcher(Secrets.allHiddenIn(super.throwableProxyToString(proxy))).replaceAll("$1    ");
        }

        private static boolean isFullDisk(IThrowableProxy proxy) {
            return proxy != null && (FullDisk.says(proxy.getMessage()) || isFullDisk(proxy.getCause()));
        }
    }
}
