package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What someone typed into a search field: words that must all be found, in small letters. */
record SearchText(List<String> words) {

    private static final int MOST_WORDS = 8;

    static SearchText of(String typed) {
        return new SearchText(Arrays.stream((typed == null ? "" : typed).toLowerCase(Locale.ROOT).strip().split("\\s+"))
                .filter(word -> !word.isEmpty()).limit(MOST_WORDS).toList());
    }

    /** A word as an amount of money, such as 9,150.00. */
    static Optional<BigDecimal> amount(String word) {
        String digits = word.replaceAll("[,$]", "");
        return digits.matches("-?\\d{1,14}(\\.\\d{1,2})?") ? Optional.of(new BigDecimal(digits)) : Optional.empty();
    }

    /** A word as an id of Procore. */
    static Optional<Long> id(String word) {
        return word.matches("\\d{1,18}") ? Optional.of(Long.parseLong(word)) : Optional.empty();
    }
}
