package org.paymentsissued.console;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.MustacheFactory;
import java.io.StringWriter;
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

    private final MustacheFactory templates = new DefaultMustacheFactory("console");

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
    static Map<String, Object> time(Instant instant) {
        return instant == null ? null : Map.of("iso", instant.toString(), "text", CLOCK.format(instant));
    }

    static Map<String, Object> time(Optional<Instant> instant) {
        return instant.map(Views::time).orElse(null);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String money(Optional<java.math.BigDecimal> amount) {
        return amount.map(value -> String.format(Locale.ROOT, "%,.2f", value)).orElse("");
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
