package org.paymentsissued.payment;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;

/**
 * The passwords, keys and tokens that no log, ledger, backup or page may show, also when the other side sends them back: as
 * they are, and as addresses, JSON, HTML and XML write them.
 */
public final class Secrets {

    /** Hiding a shorter text would blot out ordinary words and amounts, and a secret that short can be guessed anyway. */
    public static final int SHORTEST = 6;

    private static final String MASK = "***";
    private static final int TOKENS_KEPT = 20;
    private static final Pattern LOGIN_IN_ADDRESS = Pattern.compile("(?<=://)[^\\s/?#\"'<>\\\\]+@");
    private static final Pattern PASSWORD_IN_ADDRESS =
            Pattern.compile("(?i)([?&;][\\w.-]*(?:password|passphrase|secret|token|api[_-]?key|access[_-]?key|credentials?)[\\w.-]*=)"
                    + "(?:RAW\\([^)]*\\)|[^\\s&;\"'<>]+)");

    /** For the log, which is one for the whole process. Weak, so that settings that are gone do not count. */
    private static final Set<Secrets> OF_THE_PROCESS =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    /** Procore's access tokens, the latest last: an older one may still come back in a late answer. */
    private static final Deque<String> TOKENS = new ArrayDeque<>();
    private static volatile List<String> tokenForms = List.of();

    private final List<String> forms;

    /** @param values those shorter than {@link #SHORTEST} are left out */
    public Secrets(Collection<String> values) {
        forms = forms(values);
        OF_THE_PROCESS.add(this);
    }

    /** An access token that was just granted. */
    public static void granted(String token) {
        synchronized (TOKENS) {
            TOKENS.remove(token);
            TOKENS.addLast(token);
            if (TOKENS.size() > TOKENS_KEPT) {
                TOKENS.removeFirst();
            }
            tokenForms = forms(TOKENS);
        }
    }

    /** The text without these secrets, without Procore's tokens, and without the login of any address in it. */
    public String hiddenIn(String text) {
        return text == null ? null : withoutLogins(without(tokenForms, without(forms, text)));
    }

    /** The same for all secrets that this process knows. */
    public static String allHiddenIn(String text) {
        String clean = without(tokenForms, text);
        for (Secrets some : OF_THE_PROCESS.toArray(new Secrets[0])) {
            clean = without(some.forms, clean);
        }
        return withoutLogins(clean);
    }

    /** {@code http://user:password@host} without its login, and {@code ?password=} without its value. */
    public static String withoutLogins(String text) {
        String clean = text.contains("://") ? LOGIN_IN_ADDRESS.matcher(text).replaceAll(MASK + "@") : text;
        return clean.indexOf('=') < 0 ? clean : PASSWORD_IN_ADDRESS.matcher(clean).replaceAll("$1" + MASK);
    }

    private static String without(List<String> forms, String text) {
        String clean = text;
        for (String form : forms) {
            clean = clean.replace(form, MASK);
        }
        return clean;
    }

    /** The longest first: a secret may hold another one. */
    private static List<String> forms(Collection<String> values) {
        Set<String> forms = new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        for (String value : values) {
            if (value.length() >= SHORTEST) {
                String inAddress = URLEncoder.encode(value, StandardCharsets.UTF_8);
                String inJson = StringEscapeUtils.escapeJson(value);
                String inHtml = StringEscapeUtils.escapeHtml4(value);
                String inPlainJson = value.replace("\\", "\\\\").replace("\"", "\\\"");
                for (String form : List.of(inAddress, inAddress.replace("+", "%20"), inJson, inJson.replace("\\/", "/"), inPlainJson)) {
                    forms.addAll(List.of(form, lowerHex(form), fitForHtml(form), lowerHex(fitForHtml(form))));
                }
                forms.addAll(List.of(value, inHtml, inHtml.replace("'", "&#39;"), inHtml.replace("'", "&#x27;"),
                        StringEscapeUtils.escapeXml10(value)));
            }
        }
        return List.copyOf(forms);
    }

    /** JSON as Rails writes it into a web page. */
    private static String fitForHtml(String json) {
        return json.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E");
    }

    /** Both cases of %2B and \u00E9 are in use. */
    private static String lowerHex(String text) {
        return Pattern.compile("%[0-9A-F]{2}|\\\\u[0-9A-F]{4}").matcher(text)
                .replaceAll(hex -> java.util.regex.Matcher.quoteReplacement(hex.group().toLowerCase(Locale.ROOT)));
    }
}
