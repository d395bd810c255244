package org.paymentsissued.console;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.reflect.ReflectionObjectHandler;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Pages from templates. Mustache escapes whatever it shows; no template may use the unescaped form. */
final class Views {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final DefaultMustacheFactory templates = new DefaultMustacheFactory("console");

    Views() {
        templates.setObjectHandler(new ForPeople());
    }

    String page(String template, Map<String, Object> model) {
        StringWriter page = new StringWriter();
        templates.compile(template + ".mustache").execute(page, model);
        return page.toString();
    }

    /** A page for those who have not logged in, or may not see more than a sentence. */
    static String plain(String title, String sentence) {
        return new Views().page("refused", new LinkedHashMap<>(Map.of("title", title, "sentence", sentence)));
    }

    /** A moment: machine-readable for the browser, which shows it in the reader's zone, and readable without that. */
    record Moment(String iso, String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** An amount, for the browser to show as its reader is used to. */
    record Money(String value, String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** Shows the values of a record in people's words; the API shows the same record in a machine's. */
    private static final class ForPeople extends ReflectionObjectHandler {
        @Override
        public Object coerce(Object value) {
            return value instanceof Optional<?> optional ? coerce(optional.orElse(null)) : value instanceof Instant instant ? time(instant)
                    : value instanceof BigDecimal amount ? new Money(amount.toPlainString(), money(amount)) : value;
        }
    }

    static Moment time(Instant instant) {
        return instant == null ? null : new Moment(instant.toString(), CLOCK.format(instant));
    }

    static Moment time(Optional<Instant> instant) {
        return instant.map(Views::time).orElse(null);
    }

    /** A company file as people call it; empty for the only one, which they never named. */
    static Optional<String> company(String companyFile) {
        return Optional.of(companyFile).filter(name -> !name.equals("default"));
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String money(BigDecimal amount) {
        return String.format(Locale.ROOT, "%,.2f", amount);
    }

    /** An address with parameters; empty ones are left out. */
    static String address(String path, String... pairs) {
        StringBuilder address = new StringBuilder(path);
        char separator = '?';
        for (int i = 0; i < pairs.length; i += 2) {
            if (!pairs[i + 1].isEmpty()) {
                address.append(separator).append(pairs[i]).append('=')
                        .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return address.toString();
    }
}
