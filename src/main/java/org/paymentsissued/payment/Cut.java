package org.paymentsissued.payment;

/** Cuts a text to the length that a column or a line has room for. */
public final class Cut {

    private static final String MARK = "…";

    private Cut() {
    }

    /** The text, or as much of it as fits with a mark that something is missing. */
    public static String to(int longest, String text) {
        return text == null || text.length() <= longest ? text : plain(longest - MARK.length(), text) + MARK;
    }

    /** The text, or as much of it as fits, where the end of a long one says nothing. No character is cut in two. */
    public static String plain(int longest, String text) {
        if (text == null || text.length() <= longest) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
    }
}
