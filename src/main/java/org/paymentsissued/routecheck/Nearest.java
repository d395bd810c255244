package org.paymentsissued.routecheck;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The name that may have been meant. */
public final class Nearest {

    private Nearest() {
    }

    /** The name of these that differs least, if it differs in no more than a third of its letters. */
    static Optional<String> to(String written, Collection<String> names) {
        return names.stream().min(Comparator.<String>comparingInt(name -> distance(name, written))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> distance(name, written) <= Math.max(2, Math.max(name.length(), written.length()) / 3));
    }

    /** Whether a name is a typo for one of these, rather than a different name. */
    static boolean isSlip(String written, Collection<String> names) {
        return names.stream().anyMatch(name -> isSlip(written, name));
    }

    private static boolean isSlip(String written, String name) {
        int distance = distance(name, written);
        if (distance == 2 && name.length() > 2 && Arrays.equals(letters(name), letters(written))) {
            return true; // Two letters that changed places.
        }
        return !written.equals(name) && distance <= (Math.min(name.length(), written.length()) < 5 ? 1 : 2);
    }

    private static int[] letters(String name) {
        return name.toLowerCase(Locale.ROOT).chars().sorted().toArray();
    }

    /** A sentence with the nearest name; empty if none is near. */
    public static String sentence(String written, Collection<String> names) {
        return to(written, names).map(name -> " Did you mean \"" + name + "\"?").orElse("");
    }

    private static int distance(String one, String other) {
        return LevenshteinDistance.getDefaultInstance().apply(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
    }
}
