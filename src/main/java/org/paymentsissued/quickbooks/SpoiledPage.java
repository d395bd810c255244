package org.paymentsissued.quickbooks;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.paymentsissued.ledger.HostTime;
import org.paymentsissued.quickbooks.AnswerReader.Rereadable;

/**
 * The smallest page that can be asked for, still ill-formed: its rows are cut apart by their tags, so that only the one
 * that is to blame is left out. Never used for a page that a smaller question could mend.
 *
 * @param rows   in document order, spoiled ones among them
 * @param latest largest stamp to be found; empty where none is readable
 */
record SpoiledPage(List<RowElement> rows, Optional<HostTime> latest) {

    private static final int TAIL = 64;
    private static final int LARGEST = 64 * 1024 * 1024;
    private static final Pattern OWN_ID = Pattern.compile("^<\\w+>\\s*<TxnID>([^<]{1,100})</TxnID>");
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
     * @param feed   whose rows are looked for
     * @throws QuickBooksTrouble when the page does not even hold a response to the question
     */
    static SpoiledPage read(Rereadable text, Feed feed, QuickBooksTrouble trouble) {
        String page;
        try (InputStream in = text.open()) {
            byte[] bytes = in.readNBytes(LARGEST);
            Charset charset = Envelope.declaredCharset(text).orElse(StandardCharsets.UTF_8);
            page = new String(bytes, charset);
        } catch (IOException e) {
            throw trouble;
        }
        if (!page.contains("<" + feed.response())) {
            throw trouble;
        }
        List<RowElement> rows = new ArrayList<>();
        Optional<HostTime> latest = Optional.empty();
        String open = "<" + feed.row() + ">";
        String close = "</" + feed.row() + ">";
        for (int start = page.indexOf(open); start >= 0;) {
            int next = page.indexOf(open, start + open.length());
            int end = page.indexOf(close, start);
            int stop = end >= 0 && (next < 0 || end < next) ? end + close.length()
                    : next >= 0 ? next : page.length();
            String xml = page.substring(start, stop).replace("\u0000", "\uFFFD");
            Matcher id = OWN_ID.matcher(xml);
            rows.add(new RowElement(feed.row(), id.find() ? id.group(1).strip() : "", xml, !isWellFormed(xml)));
            Matcher stamp = STAMP.matcher(xml);
            Optional<HostTime> found = stamp.find() ? HostTime.parse(stamp.group(2)) : Optional.empty();
            if (found.isPresent() && (latest.isEmpty() || found.get().isAfter(latest.get()))) {
                latest = found;
            }
            start = next;
        }
        if (rows.stream().noneMatch(RowElement::spoiled)) {
            // What is ill-formed stands between the rows: nothing can be left out, so nothing is taken.
            throw trouble;
        }
        return new SpoiledPage(rows, latest);
    }

    private static boolean isWellFormed(String xml) {
        if (xml.indexOf('\uFFFD') >= 0) {
            return false;
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            while (reader.hasNext()) {
                reader.next();
            }
            return true;
        } catch (XMLStreamException e) {
            return false;
        }
    }
}
