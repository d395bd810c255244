package org.paymentsissued.quickbooks;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.paymentsissued.quickbooks.AnswerReader.Rereadable;

/** Cuts a malformed text at the tags of its rows, while it is read: rows, and what is between them. */
final class TextPieces implements Iterator<TextPieces.Piece> {

    /** No row is longer; where one seems to be, it is not cut by its tags. */
    private static final int LONGEST = 8 * 1024 * 1024;

    private final Reader in;
    private final Pattern opening;
    private final QuickBooksTrouble trouble;
    private final StringBuilder ahead = new StringBuilder();
    private final char[] buffer = new char[65_536];
    private boolean ended;

    /** @param row name of the row; empty for what is between two */
    record Piece(String row, String text) { }

    /** @param trouble thrown if it cannot be read or cut */
    TextPieces(Rereadable text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        this.trouble = trouble;
        opening = Pattern.compile("<(" + feeds.stream().map(Feed::row).collect(Collectors.joining("|"))
                + ")(?:\\s[^<>]{0,1000})?>");
        try {
            // Asked before it is opened: what is opened may be one stream, rewound each time.
            Charset charset = Envelope.charsets(text).get(0);
            in = new InputStreamReader(text.open(), charset);
        } catch (IOException e) {
            throw trouble;
        }
    }

    @Override
    public boolean hasNext() {
        while (ahead.isEmpty() && !ended) {
            readOn();
        }
        return !ahead.isEmpty();
    }

    @Override
    public Piece next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        while (true) {
            Matcher row = opening.matcher(ahead);
            boolean found = row.find();
            if (found && row.start() > 0) {
                return cut("", row.start());
            }
            if (found) {
                String name = row.group(1);
                String closing = "</" + name + ">";
                int close = ahead.indexOf(closing);
                int next = row.find() ? row.start() : -1;
                if (close >= 0 && (next < 0 || close < next)) {
                    return cut(name, close + closing.length());
                }
                if (next >= 0 || ended) {
                    return cut(name, next >= 0 ? next : ahead.length());
                }
            } else if (ended) {
                return cut("", ahead.length());
            }
            readOn();
        }
    }

    private Piece cut(String row, int length) {
        Piece piece = new Piece(row, ahead.substring(0, length));
        ahead.delete(0, length);
        return piece;
    }

    private void readOn() {
        if (ahead.length() > LONGEST) {
            throw trouble;
        }
        try {
            int read = in.read(buffer);
            if (read < 0) {
                ended = true;
                in.close();
            } else {
                ahead.append(buffer, 0, read);
            }
        } catch (IOException e) {
            throw trouble;
        }
    }
}
