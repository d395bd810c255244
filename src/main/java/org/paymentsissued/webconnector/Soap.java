package org.paymentsissued.webconnector;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import io.vertx.core.http.HttpServerRequest;
import jakarta.xml.soap.MessageFactory;
import jakarta.xml.soap.SOAPConstants;
import jakarta.xml.soap.SOAPElement;
import jakarta.xml.soap.SOAPException;
import jakarta.xml.soap.SOAPMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLStreamReader2;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Cut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SOAP 1.1, document/literal wrapped, as the Web Connector speaks it. Calls are read as a stream and recognized by the
 * body's element; the only long text, QuickBooks' answer, goes straight to a temporary file. Answers are always SOAP.
 */
public final class Soap {

    /** Namespace of the Web Connector's contract. */
    static final String NAMESPACE = "http://developer.intuit.com/";
    static final Set<String> OPERATIONS = Set.of("serverVersion", "clientVersion", "authenticate", "sendRequestXML",
            "receiveResponseXML", "connectionError", "getLastError", "closeConnection");

    private static final Logger LOG = LoggerFactory.getLogger(Soap.class);
    private static final String ENVELOPE = SOAPConstants.URI_NS_SOAP_1_1_ENVELOPE;
    /** Every parameter of the contract but the answer; anything else is skipped and not stored. */
    private static final Set<String> PARAMETERS = Set.of("strVersion", "strUserName", "strPassword", "ticket", "strHCPResponse",
            "strCompanyFileName", "qbXMLCountry", "qbXMLMajorVers", "qbXMLMinorVers", "hresult", "message");
    private static final int LONGEST_PARAMETER = 1_000_000;
    /** More is taken only with a ticket that is in use: names and attributes fill memory, whoever sends them. */
    private static final long MOST_BYTES_OF_A_STRANGER = 8_000_000;
    private static final int LONGEST_QUOTE = 200;
    private static final int DEEPEST = 32;
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:+-]{1,40})");
    private static final WstxInputFactory INPUT = input();
    private static final MessageFactory MESSAGES = messages();

    private final long mostBytes;
    private final Path spool;
    private final Predicate<String> ticketIsCurrent;
    private final Arrivals arrivals;

    /**
     * @param mostBytes       largest call that is read
     * @param spool           folder for answers until they are stored
     * @param ticketIsCurrent whether an answer that comes with this ticket is worth keeping
     * @param arrivals        where calls come in
     */
    public Soap(long mostBytes, Path spool, Predicate<String> ticketIsCurrent, Arrivals arrivals) {
        this.mostBytes = mostBytes;
        this.spool = spool;
        this.ticketIsCurrent = ticketIsCurrent;
        this.arrivals = arrivals;
    }

    private static WstxInputFactory input() {
        WstxInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        // .NET writes control characters of an answer as references, which XML 1.0 has not. Whether the answer is well-formed
        // is decided by its reader, which can set the one record aside; if refused here, every session would end at it.
        factory.setProperty(WstxInputProperties.P_ALLOW_XML11_ESCAPED_CHARS_IN_XML10, true);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, DEEPEST);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, 50);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, 10_000);
        return factory;
    }

    private static MessageFactory messages() {
        try {
            return MessageFactory.newInstance(SOAPConstants.SOAP_1_1_PROTOCOL);
        } catch (SOAPException e) {
            throw new IllegalStateException("the SOAP library is not complete", e);
        }
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    /**
     * Reads a call from the network.
     *
     * @param request one of the arrivals
     * @throws SoapFault if it is not a call of the contract
     */
    public Call read(HttpServerRequest request) {
        String from = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
        try (RequestBody body = arrivals.bodyOf(request)) {
            String coding = request.getHeader("Content-Encoding");
            if (coding != null && !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
                throw new SoapFault(SoapFault.Code.CLIENT, "The call is compressed (" + quoted(coding)
                        + "); only uncompressed calls are accepted here.");
            }
            return read(body, charset(request.getHeader("Content-Type")), from);
        }
    }

    /** The envelope for a request to an unknown address. */
    public String elsewhere() {
        return fault(new SoapFault(SoapFault.Code.CLIENT, "The Web Connector posts its calls to /qbwc. Nothing exists here."));
    }

    /** The charset from HTTP; null if there is none, or an unknown one. */
    private static String charset(String contentType) {
        Matcher charset = CHARSET.matcher(contentType == null ? "" : contentType);
        try {
            return charset.find() && Charset.isSupported(charset.group(1)) ? charset.group(1) : null;
        } catch (IllegalCharsetNameException e) {
            return null;
        }
    }

    /** @param charset of a document that does not declare its own by byte order mark or declaration; null for UTF-8 */
    Call read(InputStream in, String charset, String from) {
        try {
            LimitedBody body = new LimitedBody(in, Math.min(mostBytes, MOST_BYTES_OF_A_STRANGER));
            PushbackInputStream start = new PushbackInputStream(body, 4);
            byte[] first = start.readNBytes(4);
            start.unread(first);
            XMLStreamReader2 xml = (XMLStreamReader2) (charset == null || tellsItsCharset(first)
                    ? INPUT.createXMLStreamReader(start) : INPUT.createXMLStreamReader(start, charset));
            try {
                return readEnvelope(xml, body, from);
            } finally {
                xml.close();
            }
        } catch (AnswerTooLarge large) {
            return large.call;
        } catch (SoapFault fault) {
            throw fault;
        } catch (XMLStreamException | RuntimeException | IOException e) {
            throw unreadable(e);
        }
    }

    /** By a byte order mark or an XML declaration, either of them in UTF-8 or UTF-16. */
    private static boolean tellsItsCharset(byte[] first) {
        String start = new String(first, StandardCharsets.ISO_8859_1);
        return Stream.of("<?xm", "\u0000<\u0000?", "<\u0000?\u0000", "\u00ef\u00bb\u00bf", "\u00fe\u00ff", "\u00ff\u00fe")
                .anyMatch(start::startsWith);
    }

    private SoapFault unreadable(Exception failure) {
        LimitedBody.TooLarge large = Cause.in(failure, LimitedBody.TooLarge.class).orElse(null);
        if (large != null) {
            return new SoapFault(SoapFault.Code.CLIENT, "The call is larger than " + large.mostBytes() / 1_000_000
                    + " MB" + (large.mostBytes() < mostBytes ? "; only QuickBooks' answers in a session may be larger."
                    : ". Lower quickbooks.page-size, or raise web-connector.max-megabytes."), failure);
        }
        return new SoapFault(SoapFault.Code.CLIENT, "The call could not be read as SOAP: "
                + quoted(String.valueOf(failure.getMessage()).lines().findFirst().orElse("")), failure);
    }

    /** What a stranger sent, made safe for a log line. */
    private static String quoted(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
        return Cut.to(LONGEST_QUOTE, line);
    }

    /** Leads out of the middle of an envelope. */
    private static final class AnswerTooLarge extends RuntimeException {
        private final transient Call call;

        private AnswerTooLarge(Call call) {
            this.call = call;
        }
    }

    private Call readEnvelope(XMLStreamReader2 xml, LimitedBody body, String from) throws XMLStreamException, IOException {
        toElement(xml);
        if (!xml.getLocalName().equals("Envelope")) {
            throw new SoapFault(SoapFault.Code.CLIENT, "The call is <" + quoted(xml.getLocalName())
                    + ">, not a SOAP 1.1 envelope.");
        }
        if (!ENVELOPE.equals(xml.getNamespaceURI())) {
            throw new SoapFault(SoapFault.Code.VERSION_MISMATCH, "Only SOAP 1.1 is accepted here.");
        }
        Call call = null;
        try {
            while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                if (xml.getLocalName().equals("Header")) {
                    readHeader(xml);
                } else if (xml.getLocalName().equals("Body") && call == null) {
                    call = readBody(xml, body, from);
                } else {
                    xml.skipElement();
                }
            }
            while (xml.hasNext()) {
                xml.next();
            }
        } catch (XMLStreamException | RuntimeException e) {
            if (call != null && call.response() != null) {
                call.response().delete();
            }
            throw e;
        }
        if (call == null) {
            throw new SoapFault(SoapFault.Code.CLIENT, "The envelope has no body.");
        }
        return call;
    }

    private static void toElement(XMLStreamReader2 xml) throws XMLStreamException {
        while (xml.next() != XMLStreamConstants.START_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.DTD) {
                throw new SoapFault(SoapFault.Code.CLIENT, "A SOAP call may not contain a DOCTYPE.");
            }
        }
    }

    private static void readHeader(XMLStreamReader2 xml) throws XMLStreamException {
        while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
            String must = xml.getAttributeValue(ENVELOPE, "mustUnderstand");
            if ("1".equals(must) || "true".equals(must)) {
                throw new SoapFault(SoapFault.Code.MUST_UNDERSTAND, "The header " + quoted(xml.getLocalName())
                        + " is not understood here.");
            }
            xml.skipElement();
        }
    }

    private Call readBody(XMLStreamReader2 xml, LimitedBody body, String from) throws XMLStreamException, IOException {
        if (xml.nextTag() != XMLStreamConstants.START_ELEMENT) {
            throw new SoapFault(SoapFault.Code.CLIENT, "The body is empty.");
        }
        String operation = xml.getLocalName();
        if (!OPERATIONS.contains(operation) || !NAMESPACE.equals(xml.getNamespaceURI())) {
            throw new SoapFault(SoapFault.Code.CLIENT, "There is no operation {" + quoted(String.valueOf(xml.getNamespaceURI())) + "}"
                    + quoted(operation) + " in the Web Connector's contract.");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        SpooledText response = null;
        try {
            while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                String name = xml.getLocalName();
                boolean isAnswer = operation.equals("receiveResponseXML") && name.equals("response");
                if (isAnswer && !parameters.containsKey("ticket")) {
                    throw new SoapFault(SoapFault.Code.CLIENT, "The ticket must come before the response.");
                } else if (isAnswer && response == null && ticketIsCurrent.test(parameters.get("ticket"))) {
                    body.raiseTo(mostBytes);
                    response = spooled(xml);
                } else if (isAnswer || !PARAMETERS.contains(name)) {
                    // Of no session, or not of the contract: not worth memory or a file.
                    xml.skipElement();
                } else {
                    parameters.putIfAbsent(name, text(xml, name));
                }
            }
            while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                xml.skipElement();
            }
            return new Call(operation, Map.copyOf(parameters), response, "", from);
        } catch (XMLStreamException | RuntimeException | IOException e) {
            if (response != null) {
                response.delete();
            }
            if (operation.equals("receiveResponseXML") && Cause.in(e, LimitedBody.TooLarge.class).orElse(null) != null) {
                // The session is known by its ticket, which came before; it can say so where its user looks.
                throw new AnswerTooLarge(new Call(operation, Map.copyOf(parameters), null, unreadable(e).getMessage(), from));
            }
            throw e;
        }
    }

    private static String text(XMLStreamReader2 xml, String name) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                throw new SoapFault(SoapFault.Code.CLIENT, "The parameter " + name + " must be text.");
            }
            if (isText(xml)) {
                text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
            }
            if (text.length() > LONGEST_PARAMETER) {
                throw new SoapFault(SoapFault.Code.CLIENT, "The parameter " + name + " is too long.");
            }
        }
        return text.toString();
    }

    private SpooledText spooled(XMLStreamReader2 xml) throws XMLStreamException, IOException {
        try {
            return SpooledText.of(spool, out -> {
                while (xml.next() != XMLStreamConstants.END_ELEMENT) {
                    if (xml.getEventType() == XMLStreamConstants.START_ELEMENT) {
                        throw new SoapFault(SoapFault.Code.CLIENT, "The parameter response must be text.");
                    }
                    if (isText(xml)) {
                        // Unescaped once, by the parser; the rest is up to the qbXML reader.
                        out.write(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                    }
                }
            });
        } catch (XMLStreamException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isText(XMLStreamReader xml) {
        return xml.getEventType() == XMLStreamConstants.CHARACTERS || xml.getEventType() == XMLStreamConstants.CDATA
                || xml.getEventType() == XMLStreamConstants.SPACE;
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /** The envelope that answers a call. */
    public String write(Answer answer) {
        return envelope(message -> {
            SOAPElement response = message.getSOAPBody()
                    .addBodyElement(new QName(NAMESPACE, answer.operation() + "Response"));
            SOAPElement result = response.addChildElement(new QName(NAMESPACE, answer.operation() + "Result"));
            if (answer.isList()) {
                for (String value : answer.values()) {
                    result.addChildElement(new QName(NAMESPACE, "string")).setValue(legal(value));
                }
            } else {
                result.setValue(legal(answer.values().get(0)));
            }
        });
    }

    /** The envelope for what could not be answered; reveals nothing about an unexpected failure. */
    public String fault(Exception failure) {
        SoapFault fault = failure instanceof SoapFault known ? known
                : new SoapFault(SoapFault.Code.SERVER, "The call could not be answered now. Nothing is lost; try again later.");
        if (fault == failure) {
            LOG.warn("A call to the Web Connector's address was refused: {}", fault.getMessage());
        } else {
            LOG.error("A call of the Web Connector could not be answered", failure);
        }
        return envelope(message -> message.getSOAPBody().addFault(
                new QName(ENVELOPE, fault.code().localName(), "soap"), legal(fault.getMessage())));
    }

    private interface Content {
        void addTo(SOAPMessage message) throws SOAPException;
    }

    private static String envelope(Content content) {
        try {
            SOAPMessage message = MESSAGES.createMessage();
            message.setProperty(SOAPMessage.WRITE_XML_DECLARATION, "true");
            message.setProperty(SOAPMessage.CHARACTER_SET_ENCODING, "utf-8");
            message.getSOAPHeader().detachNode();
            content.addTo(message);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toString(StandardCharsets.UTF_8);
        } catch (SOAPException | IOException e) {
            throw new IllegalStateException("a SOAP answer could not be written", e);
        }
    }

    /** Text without the characters that XML 1.0 cannot hold. */
    private static String legal(String text) {
        return text.codePoints().filter(c -> c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xD7FF
                || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /**
     * What a call is answered with.
     *
     * @param isList whether the contract wants an ArrayOfString, or else one text
     */
    public record Answer(String operation, List<String> values, boolean isList) {

        static Answer text(String operation, String value) {
            return new Answer(operation, List.of(value), false);
        }

        static Answer list(String operation, String... values) {
            return new Answer(operation, List.of(values), true);
        }
    }
}
