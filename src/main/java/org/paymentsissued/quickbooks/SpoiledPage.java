package org.paymentsissued.quickbooks;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.paymentsissued.ledger.HostTime;
import org.paymentsissued.quickbooks.AnswerReader.Rereadable;

/**
 * An ill-formed page that no smaller question can mend, the smallest that can be asked for or a file: its rows are cut apart
 * by their tags, so that only the one that is to blame is left out.
 *
 * @param rows   in document order, spoiled ones among them
 * @param latest largest stamp to be found; empty where none is readable
 */
record SpoiledPage(List<RowElement> rows, Optional<HostTime> latest) {

    private static final int TAIL = 64;
    /** Such a page is held in memory whole. */
    private static final int LARGEST = 8 * 1024 * 1024;
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
     * @param feeds  whose rows are looked for
     * @throws QuickBooksTrouble when the page is too large to be held, holds no response to such a question, or one that
     *                           QuickBooks refused
     */
    static SpoiledPage read(Rereadable text, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        String page;
        try (InputStream in = text.open()) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw trouble;
            }
            Charset charset = Envelope.declaredCharset(text).orElse(StandardCharsets.UTF_8);
            page = new String(bytes, charset);
        } catch (IOException e) {
            throw trouble;
        }
        requireUsableResponse(page, feeds, trouble);
        List<RowElement> rows = new ArrayList<>();
        Optional<HostTime> latest = Optional.empty();
        Pattern opening = Pattern.compile("<(" + feeds.stream().map(Feed::row).collect(Collectors.joining("|"))
                + ")(?:\\s[^<>]{0,1000})?>");
        Matcher open = opening.matcher(page);
        for (boolean found = open.find(); found;) {
            String name = open.group(1);
            int start = open.start();
            String close = "</" + name + ">";
            int end = page.indexOf(close, start);
            found = open.find();
            int next = found ? open.start() : page.length();
            int stop = end >= 0 && end < next ? end + close.length() : next;
            String xml = page.substring(start, stop).replace("\u0000", "\uFFFD");
            Matcher id = OWN_ID.matcher(xml);
            rows.add(new RowElement(name, id.find() ? id.group(1).strip() : "", xml, !isWellFormed(xml)));
            Matcher stamp = STAMP.matcher(xml);
            Optional<HostTime> time = stamp.find() ? HostTime.parse(stamp.group(2)) : Optional.empty();
            if (time.isPresent() && (latest.isEmpty() || time.get().isAfter(latest.get()))) {
                latest = time;
            }
        }
        if (rows.stream().noneMatch(RowElement::spoiled)) {
            // What is ill-formed stands between the rows: nothing can be left out, so nothing is taken.
            throw trouble;
        }
        return new SpoiledPage(rows, latest);
    }

    /** Which rows belong to a refused question cannot be told from such a page, so one of them refuses it whole. */
    private static void requireUsableResponse(String page, Collection<Feed> feeds, QuickBooksTrouble trouble) {
        Matcher response = RESPONSE.matcher(page);
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
        if (!answered) {
            throw trouble;
        }
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
