package org.paymentsissued.quickbooks;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.quickbooks.AnswerReader.Rereadable;

/**
 * Reads a qbXML response envelope from a stream, one row in memory at a time. No DOCTYPE, no entities of its own, no
 * outside. The first pass ({@link #read}) refuses whatever is not whole; only then are rows handed out ({@link #rows}).
 */
final class Envelope {

    private static final XMLInputFactory INPUT = input();
    private static final XMLOutputFactory OUTPUT = XMLOutputFactory.newDefaultFactory();
    private static final Pattern DECLARED = Pattern.compile("^<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)");
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final String UTF_8_MARK = "\u00EF\u00BB\u00BF";
    private static final int PROLOG = 1024;
    private static final int SHOWN = 200;

    private Envelope() {
    }

    private static XMLInputFactory input() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> InputStream.nullInputStream());
        return factory;
    }

    /**
     * Reads to the end.
     *
     * @param latestCredible stamps after this come from a wrong clock and do not count as the latest
     * @throws QuickBooksTrouble when it is not a whole, well-formed answer with at least one response in it
     */
    static Answer read(Rereadable text, HostTime latestCredible) {
        try {
            NotThisCharset none = null;
            for (Charset charset : charsets(text)) {
                try {
                    return scan(text, charset, latestCredible);
                } catch (NotThisCharset e) {
                    none = e;
                }
            }
            throw notAnAnswer(text, "its encoding is not the one that it declares", none);
        } catch (XMLStreamException e) {
            // Complete at both ends but malformed in between: single records are bad and can be left out.
            throw notAnAnswer(text, "it is cut off or not well-formed XML: " + firstLine(e.getMessage()), e,
                    SpoiledPage.isWholeByItsEnds(text) ? QuickBooksTrouble.Flaw.SPOILED_ROWS : QuickBooksTrouble.Flaw.NONE);
        } catch (IOException e) {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY,
                    "QuickBooks' answer could not be read to its end: " + e.getMessage() + ".", e);
        }
    }

    /** In the order in which they are tried. Windows says ISO-8859-1 or nothing, and writes its own code page, a superset. */
    static List<Charset> charsets(Rereadable text) throws IOException {
        Optional<Charset> declared = declaredCharset(text);
        if (declared.isEmpty()) {
            return List.of(StandardCharsets.UTF_8, WINDOWS, StandardCharsets.ISO_8859_1);
        }
        return declared.get().equals(StandardCharsets.ISO_8859_1) ? List.of(WINDOWS, StandardCharsets.ISO_8859_1)
                : List.of(declared.get());
    }

    private static Answer scan(Rereadable text, Charset charset, HostTime latestCredible) throws IOException, XMLStreamException {
        try (Reader in = reader(text, charset)) {
            XMLStreamReader xml = INPUT.createXMLStreamReader(in);
            List<Answer.Response> responses = new ArrayList<>();
            boolean enveloped = false;
            boolean ended = false;
            while (xml.hasNext()) {
                int event = ended ? afterTheEnd(text, xml) : xml.next();
                ended |= event == XMLStreamConstants.END_ELEMENT;
                if (event == XMLStreamConstants.DTD) {
                    throw notAnAnswer(text, "it holds a DOCTYPE, which QuickBooks never writes", null);
                }
                if (event != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                String name = xml.getLocalName();
                if (!enveloped && !name.equals("QBXML")) {
                    throw notAnAnswer(text, "its root is <" + name + ">, not <QBXML>", null);
                }
                enveloped = true;
                if (name.equals("QBXMLMsgsRs")) {
                    readMessages(text, xml, responses, latestCredible);
                } else if (!name.equals("QBXML")) {
                    skip(xml);
                }
            }
            if (responses.isEmpty()) {
                throw notAnAnswer(text, "it holds no response to any request", null);
            }
            return new Answer(List.copyOf(responses), charset);
        } catch (CharacterCodingException e) {
            // A short text fails while its first characters are looked at, before the parser sees any.
            throw new NotThisCharset(e);
        } catch (XMLStreamException | RuntimeException e) {
            if (causedBy(e, CharacterCodingException.class)) {
                throw new NotThisCharset(e);
            }
            throw e;
        }
    }

    /** Past the end of the only element on its level. */
    private static int afterTheEnd(Rereadable text, XMLStreamReader xml) throws XMLStreamException {
        try {
            return xml.next();
        } catch (XMLStreamException e) {
            if (causedBy(e, IOException.class)) {
                throw e;
            }
            throw notAnAnswer(text, "it goes on after its end, as where two answers are in one file", e,
                    QuickBooksTrouble.Flaw.GOES_ON_AFTER_ITS_END);
        }
    }

    private static void readMessages(Rereadable text, XMLStreamReader xml, List<Answer.Response> responses,
            HostTime latestCredible) throws XMLStreamException {
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                responses.add(readResponse(text, xml, latestCredible));
            }
        }
    }

    private static Answer.Response readResponse(Rereadable text, XMLStreamReader xml, HostTime latestCredible)
            throws XMLStreamException {
        String name = xml.getLocalName();
        Status status = status(text, xml);
        String requestId = attribute(xml, "requestID");
        String iteratorId = attribute(xml, "iteratorID");
        OptionalInt remaining = remaining(xml);
        int rows = 0;
        Optional<HostTime> latest = Optional.empty();
        Optional<HostTime> ahead = Optional.empty();
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT && !isRow(xml)) {
                skip(xml);
            } else if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                rows++;
                Optional<HostTime> stamp = readStamp(xml);
                if (stamp.isPresent() && stamp.get().isAfter(latestCredible)) {
                    ahead = stamp;
                } else if (stamp.isPresent() && (latest.isEmpty() || stamp.get().isAfter(latest.get()))) {
                    latest = stamp;
                }
            }
        }
        return new Answer.Response(name, requestId, status, iteratorId, remaining, rows, latest, ahead);
    }

    /** Anything else that QuickBooks may put into a response is not one of our rows. */
    private static boolean isRow(XMLStreamReader xml) {
        return Feed.ofRow(xml.getLocalName()).isPresent();
    }

    private static Status status(Rereadable text, XMLStreamReader xml) {
        String code = attribute(xml, "statusCode");
        try {
            return new Status(Integer.parseInt(code.strip()), attribute(xml, "statusMessage"));
        } catch (NumberFormatException e) {
            throw notAnAnswer(text, "<" + xml.getLocalName() + "> has no statusCode", e);
        }
    }

    private static OptionalInt remaining(XMLStreamReader xml) {
        String count = attribute(xml, "iteratorRemainingCount").strip();
        try {
            return count.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(count));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** The row's own stamp, a direct child; leaves the reader at the row's end. */
    private static Optional<HostTime> readStamp(XMLStreamReader xml) throws XMLStreamException {
        Optional<HostTime> stamp = Optional.empty();
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                String child = xml.getLocalName();
                if (child.equals("TimeModified") || child.equals("TimeDeleted")) {
                    stamp = HostTime.parse(textOf(xml));
                } else {
                    skip(xml);
                }
            }
        }
        return stamp;
    }

    private static String textOf(XMLStreamReader xml) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        for (int depth = 1; depth > 0;) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                text.append(xml.getText());
            }
        }
        return text.toString();
    }

    private static void skip(XMLStreamReader xml) throws XMLStreamException {
        for (int depth = 1; depth > 0;) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
    }

    /** The rows of the responses chosen by their position, one at a time; to be closed by a caller that stops early. */
    static RowIterator rows(Rereadable text, Charset charset, IntPredicate chosenResponse) {
        return new RowIterator(text, charset, chosenResponse);
    }

    /** Hands out rows while it reads. */
    static final class RowIterator implements Iterator<RowElement>, AutoCloseable {
        private final Reader in;
        private final XMLStreamReader xml;
        private final IntPredicate chosen;
        private int response = -1;
        private boolean inMessages;
        private boolean inResponse;
        private RowElement next;
        private boolean ended;

        private RowIterator(Rereadable text, Charset charset, IntPredicate chosen) {
            this.chosen = chosen;
            try {
                in = reader(text, charset);
                xml = INPUT.createXMLStreamReader(in);
            } catch (IOException | XMLStreamException e) {
                throw gone(e);
            }
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                try {
                    next = advance();
                } catch (XMLStreamException e) {
                    throw gone(e);
                }
                if (next == null) {
                    close();
                }
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

        private RowElement advance() throws XMLStreamException {
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (inResponse && isRow(xml)) {
                        return copy(xml);
                    }
                    if (inResponse) {
                        skip(xml);
                    } else if (inMessages) {
                        response++;
                        inResponse = chosen.test(response);
                        if (!inResponse) {
                            skip(xml);
                        }
                    } else if (xml.getLocalName().equals("QBXMLMsgsRs")) {
                        inMessages = true;
                    } else if (!xml.getLocalName().equals("QBXML")) {
                        skip(xml);
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    if (inResponse) {
                        inResponse = false;
                    } else {
                        inMessages = false;
                    }
                }
            }
            return null;
        }

        @Override
        public void close() {
            ended = true;
            try {
                xml.close();
                in.close();
            } catch (IOException | XMLStreamException e) {
                throw gone(e);
            }
        }

        private static QuickBooksTrouble gone(Exception cause) {
            return new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY,
                    "A complete answer of QuickBooks could not be read again: " + cause.getMessage() + ".", cause);
        }
    }

    private static RowElement copy(XMLStreamReader xml) throws XMLStreamException {
        String name = xml.getLocalName();
        StringWriter text = new StringWriter();
        XMLStreamWriter out = OUTPUT.createXMLStreamWriter(text);
        StringBuilder id = null;
        String txnId = "";
        int depth = 0;
        do {
            switch (xml.getEventType()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    id = depth == 2 && xml.getLocalName().equals("TxnID") ? new StringBuilder() : null;
                    out.writeStartElement(xml.getLocalName());
                    for (int i = 0; i < xml.getAttributeCount(); i++) {
                        out.writeAttribute(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    txnId = id == null ? txnId : id.toString().strip();
                    id = null;
                    out.writeEndElement();
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (id != null) {
                        id.append(xml.getText());
                    }
                    out.writeCharacters(xml.getText());
                }
                default -> { }
            }
        } while (depth > 0 && xml.next() > 0);
        out.flush();
        return new RowElement(name, txnId, text.toString(), false);
    }

    /** In which the text says that it is written; empty where it does not, or what it says cannot be so. */
    private static Optional<Charset> declaredCharset(Rereadable text) throws IOException {
        try (InputStream in = new BufferedInputStream(text.open())) {
            byte[] head = in.readNBytes(PROLOG);
            if (head.length >= 2 && (head[0] == (byte) 0xFF && head[1] == (byte) 0xFE
                    || head[0] == (byte) 0xFE && head[1] == (byte) 0xFF)) {
                return Optional.of(StandardCharsets.UTF_16);
            }
            String prolog = new String(head, StandardCharsets.ISO_8859_1).strip();
            if (prolog.startsWith(UTF_8_MARK)) {
                // A program that re-encoded the text may have left the declaration as it was.
                return Optional.of(StandardCharsets.UTF_8);
            }
            Matcher matcher = DECLARED.matcher(prolog);
            Optional<Charset> declared = matcher.find() ? Optional.of(Charset.forName(matcher.group(1))) : Optional.empty();
            // Read byte by byte, so the declaration is wrong: a text that .NET has kept in memory says so of itself.
            return declared.filter(charset -> !charset.name().startsWith("UTF-16") && !charset.name().startsWith("UTF-32"));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw notAnAnswer(text, "it declares the encoding " + e.getMessage() + ", which is not known", e);
        }
    }

    /** A strict reader past a byte order mark and blanks before the declaration, both of which gateways add. */
    private static Reader reader(Rereadable text, Charset charset) throws IOException {
        Reader in = new java.io.BufferedReader(new InputStreamReader(new NoBlanksAhead(text.open()), charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)), 16_384);
        in.mark(1);
        if (in.read() != '\uFEFF') {
            in.reset();
        }
        return in;
    }

    /** Skips ASCII blanks and a UTF-8 byte order mark before the first byte that matters. */
    private static final class NoBlanksAhead extends FilterInputStream {
        private boolean started;

        private NoBlanksAhead(InputStream in) {
            super(in.markSupported() ? in : new BufferedInputStream(in));
        }

        private void start() throws IOException {
            started = true;
            int next;
            do {
                in.mark(4);
                next = in.read();
            } while (next == ' ' || next == '\n' || next == '\r' || next == '\t');
            in.reset();
            in.mark(4);
            if (!(in.read() == 0xEF && in.read() == 0xBB && in.read() == 0xBF)) {
                in.reset();
            } else {
                start();
            }
        }

        @Override
        public int read() throws IOException {
            if (!started) {
                start();
            }
            return in.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (!started) {
                start();
            }
            return in.read(buffer, offset, length);
        }
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    private static QuickBooksTrouble notAnAnswer(Rereadable text, String why, Throwable cause) {
        return notAnAnswer(text, why, cause, QuickBooksTrouble.Flaw.NONE);
    }

    private static QuickBooksTrouble notAnAnswer(Rereadable text, String why, Throwable cause, QuickBooksTrouble.Flaw flaw) {
        return new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, "What came back is not an answer from QuickBooks: " + why
                + ". It begins: " + beginning(text) + ".", cause, flaw);
    }

    private static String beginning(Rereadable text) {
        try (InputStream in = text.open()) {
            String head = new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8)
                    .replaceAll("[\\p{Cntrl}\\s\\uFEFF]+", " ").strip();
            return head.isEmpty() ? "(it is empty)" : "\"" + head + "\"";
        } catch (IOException | UncheckedIOException e) {
            return "(it cannot be read again)";
        }
    }

    private static String firstLine(String message) {
        return String.valueOf(message).lines().map(String::strip).filter(line -> !line.isEmpty())
                .reduce((first, second) -> first + " " + second).orElse("");
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
            if (cause instanceof XMLStreamException xml && type.isInstance(xml.getNestedException())) {
                return true;
            }
        }
        return false;
    }

    private static final class NotThisCharset extends RuntimeException {
        private NotThisCharset(Throwable cause) {
            super(cause);
        }
    }
}
