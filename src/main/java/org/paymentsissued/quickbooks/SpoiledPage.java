package org.paymentsissued.quickbooks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.quickbooks.AnswerReader.Rereadable;

/**
 * A malformed page or file: its rows are separated by their tags, so that only the bad ones are left out.
 *
 * @param text   the page with a placeholder for each bad row: its id and stamp, as far as they can be read, and a mark
 * @param cutOut the bad rows, by their marks
 */
record SpoiledPage(Rereadable text, Map<String, RowElement> cutOut) {

    private static final XMLInputFactory INPUT = input();
    private static final int TAIL = 64;
    /** Characters of a page whose rows are held together. */
    private static final int MOST_HELD = 8 * 1024 * 1024;
    private static final String MARK = "spoiled";
    private static final Pattern STAND_IN = Pattern.compile("<\\w+ " + MARK + "=\"([0-9a-f-]{36})\"");
    private static final Pattern OWN_ID = Pattern.compile("^<\\w+[^<>]*>\\s*<TxnID>([^<&\\p{Cntrl}\uFFFD]{1,100})</TxnID>");
    private static final Pattern CODE = Pattern.compile("<(?:TxnID|TxnType|EditSequence|TxnDate|Amount)>([^<]*)<");
    private static final Pattern WHOLE_CODE = Pattern.compile("[^\\s<>&\"'=]{1,36}");
    private static final Pattern RESPONSE = Pattern.compile("<(\\w{1,60}QueryRs)\\s[^<>]{0,4000}>");
    private static final Pattern STATUS = Pattern.compile("\\sstatusCode\\s*=\\s*[\"']([+-]?\\d{1,6})[\"']");
    private static final Pattern STAMP = Pattern.compile("<(TimeModified|TimeDeleted)>([^<]{1,40})</");

    /** Whether a text begins and ends as an answer does, however malformed it is between. */
    static boolean isWholeByItsEnds(Rereadable text) {
        byte[] last = new byte[TAIL];
        int length = 0;
        StringBuilder head = new StringBuilder();
        try (InputStream in = text.open()) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (head.length() < buffer.length) {
                    head.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                }
                int kept = Math.min(TAIL, read);
                if (kept < TAIL) {
                    System.arraycopy(last, kept, last, 0, TAIL - kept);
                }
                System.arraycopy(buffer, read - kept, last, TAIL - kept, kept);
                length = Math.min(TAIL, length + kept);
            }
        } catch (IOException e) {
            return false;
        }
        String end = new String(last, TAIL - length, length, StandardCharsets.ISO_8859_1).strip();
        return end.endsWith("</QBXML>") && head.indexOf("<QBXMLMsgsRs") >= 0 && head.indexOf("<!DOCTYPE") < 0;
    }

    /**
     * Cuts the bad rows out of a page that is small enough to be held. What is left may still be malformed.
     *
     * @throws QuickBooksTrouble when it is too large, or none of its rows is bad
     */
    static SpoiledPage cut(Rereadable text, QuickBooksTrouble trouble) {
        StringBuilder rest = new StringBuilder();
        Map<String, RowElement> cutOut = new HashMap<>();
        for (TextPieces pieces = new TextPieces(text, List.of(Feed.values()), trouble); pieces.hasNext();) {
            TextPieces.Piece piece = pieces.next();
            RowElement row = row(piece);
            if (piece.row().isEmpty() || !row.spoiled()) {
                rest.append(piece.text());
            } else {
                String mark = row.fingerprint();
                cutOut.put(mark, row);
                rest.append(standIn(row, mark));
            }
            if (rest.length() > MOST_HELD) {
                throw trouble;
            }
        }
        if (cutOut.isEmpty()) {
            throw trouble;
        }
        // The encoding that the text declares was that of other bytes: the mark tells what these are.
        byte[] bytes = ("\uFEFF" + rest.toString().replaceFirst("^\uFEFF", "")).getBytes(StandardCharsets.UTF_8);
        return new SpoiledPage(() -> new ByteArrayInputStream(bytes), cutOut);
    }

    private static String standIn(RowElement row, String mark) {
        Matcher stamp = STAMP.matcher(row.xml());
        return "<" + row.name() + " " + MARK + "=\"" + mark + "\">" + (row.txnId().isEmpty() ? ""
                : "<TxnID>" + row.txnId() + "</TxnID>")
                + (stamp.find() && HostTime.parse(stamp.group(2)).isPresent() ? stamp.group() + stamp.group(1) + ">" : "")
                + "</" + row.name() + ">";
    }

    /** The mark of a placeholder; empty for a row that came as it is. */
    static Optional<String> mark(RowElement row) {
        Matcher mark = STAND_IN.matcher(row.xml());
        return mark.lookingAt() ? Optional.of(mark.group(1)) : Optional.empty();
    }

    /**
     * Goes through a text once, before any row of it is taken.
     *
     * @throws QuickBooksTrouble when it holds no response to such a question, or one that QuickBooks refused, or when no row of
     *                           it is to blame
     */
    static void requireBadRows(Rereadable text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        boolean answered = false;
        boolean spoiled = false;
        for (TextPieces pieces = new TextPieces(text, feeds, trouble); pieces.hasNext();) {
            TextPieces.Piece piece = pieces.next();
            answered |= isUsableResponse(piece.text(), feeds, trouble);
            if (!piece.row().isEmpty()) {
                spoiled |= row(piece).spoiled();
            }
        }
        if (!answered || !spoiled) {
            // If no row is spoiled, the damage is between the rows: nothing can be left out, so nothing is taken.
            throw trouble;
        }
    }

    /** Its rows, one in memory at a time. */
    static Iterator<RowElement> rows(Rereadable text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        TextPieces pieces = new TextPieces(text, feeds, trouble);
        return new Iterator<>() {
            private RowElement next;

            @Override
            public boolean hasNext() {
                while (next == null && pieces.hasNext()) {
                    TextPieces.Piece piece = pieces.next();
                    next = piece.row().isEmpty() ? null : row(piece);
                }
                return next != null;
            }

            @Override
            public RowElement next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                RowElement row = next;
                next = null;
                return row;
            }
        };
    }

    private static RowElement row(TextPieces.Piece piece) {
        String xml = piece.text().replace("\u0000", "\uFFFD");
        Matcher id = OWN_ID.matcher(xml);
        return new RowElement(piece.row(), id.find() ? id.group(1).strip() : "", xml, !isWellFormed(xml) || hasBrokenCode(xml));
    }

    /** Such a page does not show which rows belong to a refused request, so one refused request refuses the whole page. */
    private static boolean isUsableResponse(String text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        Matcher response = RESPONSE.matcher(text);
        boolean answered = false;
        while (response.find()) {
            String name = response.group(1);
            if (feeds.stream().anyMatch(feed -> feed.response().equals(name))) {
                Matcher status = STATUS.matcher(response.group());
                if (!status.find() || !new Status(Integer.parseInt(status.group(1)), "").isUsable()) {
                    throw trouble;
                }
                answered = true;
            }
        }
        return answered;
    }

    private static XMLInputFactory input() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    /** Where a page is damaged, an id or an amount may have swallowed what stood behind it, and be well-formed all the same. */
    private static boolean hasBrokenCode(String xml) {
        Matcher codes = CODE.matcher(xml);
        while (codes.find()) {
            if (!WHOLE_CODE.matcher(codes.group(1).strip()).matches()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWellFormed(String xml) {
        if (xml.indexOf('\uFFFD') >= 0) {
            return false;
        }
        try {
            XMLStreamReader reader = INPUT.createXMLStreamReader(new StringReader(xml));
            while (reader.hasNext()) {
                reader.next();
            }
            return true;
        } catch (XMLStreamException e) {
            return false;
        }
    }
}
