package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What someone typed into a search field: words that must all be found, in small letters without accents. */
record SearchText(List<String> words) {

    private static final int MOST_WORDS = 8;
    /** As QuickBooks and Procore write a date, and as people in the United States and in Europe do. */
    private static final List<DateTimeFormatter> DATES = List.of(dates("uuuu-M-d"), dates("M/d/uuuu"), dates("M/d/uu"), dates("d.M.uuuu"));
    private static final String ACCENTED = "áàâäãåçéèêëíìîïñóòôöõøúùûüýÿšž";
    private static final String PLAIN = "aaaaaaceeeeiiiinoooooouuuuyysz";

    static SearchText of(String typed) {
        return new SearchText(Arrays.stream(folded(typed == null ? "" : typed).strip().split("\\s+"))
                .filter(word -> !word.isEmpty()).limit(MOST_WORDS).toList());
    }

    static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}+", "").toLowerCase(Locale.ROOT).replace('ø', 'o');
    }

    /** The same in SQL, for the letters of western names. */
    static String foldedSql(String column) {
        return "translate(lower(coalesce(" + column + ", '')), '" + ACCENTED + "', '" + PLAIN + "')";
    }

    private static DateTimeFormatter dates(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }

    /** A word as an amount of money, such as 9,150.00. */
    static Optional<BigDecimal> amount(String word) {
        String digits = word.replaceAll("[,$]", "");
        return digits.matches("-?\\d{1,14}(\\.\\d{1,2})?") ? Optional.of(new BigDecimal(digits)) : Optional.empty();
    }

    /** A word as a day, such as 2026-03-25 or 3/25/2026. */
    static Optional<LocalDate> date(String word) {
        for (DateTimeFormatter format : DATES) {
            try {
                return Optional.of(LocalDate.parse(word, format));
            } catch (DateTimeParseException e) {
                // Another way of writing it, or no date at all.
            }
        }
        return Optional.empty();
    }

    /** A word as an id of Procore. */
    static Optional<Long> id(String word) {
        return word.matches("\\d{1,18}") ? Optional.of(Long.parseLong(word)) : Optional.empty();
    }
}
