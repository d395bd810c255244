package org.paymentsissued.payment;

/** Cuts a text to the length that a column or a line has room for. */
public final class Cut {

    private static final String MARK = "…";

    private Cut() {
    }

    /** The text, or as much of it as fits with a mark that something is missing. No character is cut in two. */
    public static String to(int longest, String text) {
        if (text == null || text.length() <= longest) {
            return text;
        }
        int end = longest - MARK.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + MARK;
    }
}
