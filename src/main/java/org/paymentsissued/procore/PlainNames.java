package org.paymentsissued.procore;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names and numbers as people compare them: without case, accents, blanks and punctuation. */
final class PlainNames {

    private static final Set<String> SUFFIXES = Set.of("inc", "incorporated", "llc", "lc", "pllc", "plc", "ltd", "limited", "lp",
            "llp", "lllp", "corp", "corporation", "co", "company", "pc", "pa");

    private PlainNames() {
    }

    /** The words of a name; dots and apostrophes join what is around them. */
    static List<String> words(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT)
                .replace("&", " and ").replaceAll("[.'’`]", "");
        return Arrays.stream(plain.split("[^\\p{L}\\p{N}]+")).filter(word -> !word.isEmpty()).toList();
    }

    /** A name with nothing but its letters and digits. */
    static String whole(String name) {
        return String.join("", words(name));
    }

    /** The same without the company suffixes at its end; the whole name where nothing else is left. */
    static String withoutSuffix(String name) {
        List<String> words = words(name);
        int end = words.size();
        while (end > 0 && SUFFIXES.contains(words.get(end - 1))) {
            end--;
        }
        return end == 0 ? String.join("", words) : String.join("", words.subList(0, end));
    }

    /** A number of an order, a commitment or an invoice: here punctuation counts, because 1-11 is not 11-1. */
    static String number(String number) {
        return number.toUpperCase(Locale.ROOT).replaceAll("\\s+", "");
    }

    /** Whether some words stand next to each other in a text, in this order. */
    static boolean contains(List<String> text, List<String> words) {
        return !words.isEmpty() && Collections.indexOfSubList(text, words) >= 0;
    }
}
