package org.paymentsissued.quickbooks;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
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
 * An ill-formed page that no smaller question can mend, the smallest that can be asked for or a file: its rows are cut apart
 * by their tags, so that only the one that is to blame is left out.
 *
 * @param rows   in document order, spoiled ones among them
 * @param latest largest stamp to be found; empty where none is readable
 */
record SpoiledPage(List<RowElement> rows, Optional<HostTime> latest) {

    private static final XMLInputFactory INPUT = input();
    private static final int TAIL = 64;
    /** Characters of a page whose rows are held together. */
    private static final int MOST_HELD = 8 * 1024 * 1024;
    private static final Pattern OWN_ID = Pattern.compile("^<\\w+[^<>]*>\\s*<TxnID>([^<]{1,100})</TxnID>");
    private static final Pattern RESPONSE = Pattern.compile("<(\\w{1,60}QueryRs)\\s[^<>]{0,4000}>");
    private static final Pattern STATUS = Pattern.compile("\\sstatusCode\\s*=\\s*[\"']([+-]?\\d{1,6})[\"']");
    private static final Pattern STAMP = Pattern.compile("<(TimeModified|TimeDeleted)>([^<]{1,40})</");

    /** Whether a text begins and ends as an answer does, however ill-formed it is between. */
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
     * Takes apart what is small enough to be held.
     *
     * @param feeds  whose rows are looked for
     * @throws QuickBooksTrouble when it is too large, or as {@link #survey} says
     */
    static SpoiledPage read(Rereadable text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        Survey survey = survey(text, feeds, trouble);
        List<RowElement> rows = new ArrayList<>();
        long length = 0;
        for (Iterator<RowElement> all = rows(text, feeds, trouble); all.hasNext();) {
            RowElement row = all.next();
            length += row.xml().length();
            if (length > MOST_HELD) {
                throw trouble;
            }
            rows.add(row);
        }
        return new SpoiledPage(rows, survey.latest());
    }

    /**
     * What is to be known before a row is taken.
     *
     * @param payments rows of payments
     * @param latest   largest stamp to be found; empty where none is readable
     */
    record Survey(int payments, Optional<HostTime> latest) { }

    /**
     * Goes through a text once.
     *
     * @throws QuickBooksTrouble when it holds no response to such a question, or one that QuickBooks refused, or when no row of
     *                           it is to blame
     */
    static Survey survey(Rereadable text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        boolean answered = false;
        boolean spoiled = false;
        int payments = 0;
        Optional<HostTime> latest = Optional.empty();
        for (TextPieces pieces = new TextPieces(text, feeds, trouble); pieces.hasNext();) {
            TextPieces.Piece piece = pieces.next();
            answered |= isUsableResponse(piece.text(), feeds, trouble);
            if (!piece.row().isEmpty()) {
                RowElement row = row(piece);
                spoiled |= row.spoiled();
                payments += Feed.ofRow(row.name()).filter(Feed::isPayments).isPresent() ? 1 : 0;
                Matcher stamp = STAMP.matcher(row.xml());
                Optional<HostTime> time = stamp.find() ? HostTime.parse(stamp.group(2)) : Optional.empty();
                latest = time.isPresent() && (latest.isEmpty() || time.get().isAfter(latest.get())) ? time : latest;
            }
        }
        if (!answered || !spoiled) {
            // Where no row is spoiled, what is ill-formed stands between them: nothing can be left out, so nothing is taken.
            throw trouble;
        }
        return new Survey(payments, latest);
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
        return new RowElement(piece.row(), id.find() ? id.group(1).strip() : "", xml, !isWellFormed(xml));
    }

    /** Which rows belong to a refused question cannot be told from such a page, so one of them refuses it whole. */
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
