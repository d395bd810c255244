package org.paymentsissued.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.paymentsissued.demo.QuickBooksRefuses;
import org.paymentsissued.demo.TestQuickBooks;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The Web Connector's side of the conversation, written from its contract with nothing but an HTTP client and a DOM parser,
 * so that it shares no mistake with the product.
 */
public final class WebConnectorClient {

    public static final String USER = "payments-sync";
    public static final String PASSWORD = "s3cret & <long>";
    public static final String COMPANY_FILE = "C:\\Books\\Builder.qbw";
    public static final String HOST_ANSWERS = """
            <?xml version="1.0" ?><QBXML><QBXMLMsgsRs><HostQueryRs requestID="0" statusCode="0"><HostRet>
            <ProductName>QuickBooks Enterprise</ProductName></HostRet></HostQueryRs><CompanyQueryRs requestID="1"
            statusCode="0"><CompanyRet><CompanyName>Builder &amp; S\u00f6hne</CompanyName></CompanyRet></CompanyQueryRs>
            </QBXMLMsgsRs></QBXML>""";

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]");
    private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
    private static final String INTUIT = "http://developer.intuit.com/";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();
    private final String url;
    private final String user;
    private final String companyFile;

    public WebConnectorClient(String url) {
        this(url, USER, COMPANY_FILE);
    }

    /** @param companyFile path of the file that is open in QuickBooks */
    public WebConnectorClient(String url, String user, String companyFile) {
        this.url = url;
        this.user = user;
        this.companyFile = companyFile;
    }

    // ---- the eight operations ----------------------------------------------------------------------------------

    public String serverVersion() {
        return call("serverVersion").getTextContent();
    }

    public String clientVersion(String version) {
        return call("clientVersion", "strVersion", version).getTextContent();
    }

    public List<String> authenticate() {
        return authenticate(user, PASSWORD);
    }

    public List<String> authenticate(String user, String password) {
        return elements(call("authenticate", "strUserName", user, "strPassword", password)).stream()
                .peek(string -> assertThat(string.getNamespaceURI()).isEqualTo(INTUIT))
                .peek(string -> assertThat(string.getLocalName()).isEqualTo("string"))
                .map(Node::getTextContent).toList();
    }

    public String sendRequest(String ticket, String hostAnswers) {
        return sendRequest(ticket, hostAnswers, companyFile, "13", "0");
    }

    public String sendRequest(String ticket, String hostAnswers, String companyFile, String major, String minor) {
        return call("sendRequestXML", "ticket", ticket, "strHCPResponse", hostAnswers, "strCompanyFileName", companyFile,
                "qbXMLCountry", "US", "qbXMLMajorVers", major, "qbXMLMinorVers", minor).getTextContent();
    }

    public int receiveResponse(String ticket, String response) {
        return receiveResponse(ticket, response, "", "");
    }

    public int receiveResponse(String ticket, String response, String hresult, String message) {
        return Integer.parseInt(call("receiveResponseXML", "ticket", ticket, "response", response, "hresult", hresult,
                "message", message).getTextContent());
    }

    public String connectionError(String ticket, String hresult, String message) {
        return call("connectionError", "ticket", ticket, "hresult", hresult, "message", message).getTextContent();
    }

    public String lastError(String ticket) {
        return call("getLastError", "ticket", ticket).getTextContent();
    }

    public String close(String ticket) {
        return call("closeConnection", "ticket", ticket).getTextContent();
    }

    // ---- a session as the Web Connector holds it ---------------------------------------------------------------

    /** From authenticate to closeConnection. @return what the user sees in the status column */
    public String session(TestQuickBooks quickBooks) {
        serverVersion();
        assertThat(clientVersion("2.3.0.215")).isEmpty();
        List<String> admitted = authenticate();
        String ticket = admitted.get(0);
        if (!admitted.get(1).isEmpty()) {
            close(ticket);
            return admitted.get(1);
        }
        return goOn(ticket, HOST_ANSWERS, quickBooks);
    }

    /** The rest of a session. */
    public String goOn(String ticket, String hostAnswers, TestQuickBooks quickBooks) {
        return goOn(ticket, hostAnswers, quickBooks::answer);
    }

    /** The rest of a session. @param quickBooks answers requests */
    public String goOn(String ticket, String hostAnswers, UnaryOperator<String> quickBooks) {
        String host = hostAnswers;
        int before = 0;
        while (true) {
            String request = sendRequest(ticket, host);
            host = "";
            if (request.isEmpty()) {
                String error = lastError(ticket);
                assertThat(error).isNotBlank();
                close(ticket);
                return error;
            }
            if (request.equals("NoOp")) {
                assertThat(lastError(ticket)).isEqualTo("NoOp");
                continue;
            }
            int percent;
            try {
                percent = receiveResponse(ticket, quickBooks.apply(request));
            } catch (QuickBooksRefuses refusal) {
                percent = receiveResponse(ticket, "", refusal.hresult(), refusal.reason());
            }
            if (percent < 0) {
                String error = lastError(ticket);
                assertThat(error).isNotBlank();
                close(ticket);
                return error;
            }
            assertThat(percent).isBetween(Math.max(1, before), 100);
            before = percent;
            if (percent == 100) {
                return close(ticket);
            }
        }
    }

    // ---- the wire ----------------------------------------------------------------------------------------------

    private Element call(String operation, String... namesAndValues) {
        HttpResponse<String> answer = post(envelope(operation, namesAndValues), "\"" + INTUIT + operation + "\"");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Element body = body(answer);
        Element response = elements(body).get(0);
        assertThat(response.getNamespaceURI()).isEqualTo(INTUIT);
        assertThat(response.getLocalName()).isEqualTo(operation + "Response");
        Element result = elements(response).get(0);
        assertThat(result.getNamespaceURI()).isEqualTo(INTUIT);
        assertThat(result.getLocalName()).isEqualTo(operation + "Result");
        return result;
    }

    public static String envelope(String operation, String... namesAndValues) {
        StringBuilder body = new StringBuilder("<" + operation + " xmlns=\"" + INTUIT + "\">");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.append("<" + namesAndValues[i] + ">").append(escaped(namesAndValues[i + 1]))
                    .append("</" + namesAndValues[i] + ">");
        }
        return wrapped(body + "</" + operation + ">");
    }

    public static String wrapped(String body) {
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"" + SOAP + "\""
                + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">"
                + "<soap:Body>" + body + "</soap:Body></soap:Envelope>";
    }

    /** As .NET does: what has to be, and nothing else. It writes control characters as references, though XML has none. */
    public static String escaped(String text) {
        return CONTROL.matcher(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
                .replaceAll(found -> "&#x" + Integer.toHexString(found.group().charAt(0)) + ";");
    }

    public HttpResponse<String> post(String text, String soapAction) {
        return post(BodyPublishers.ofString(text, StandardCharsets.UTF_8), soapAction, false);
    }

    public HttpResponse<String> post(BodyPublisher body, String soapAction, boolean expectContinue) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(120))
                    .header("Content-Type", "text/xml; charset=utf-8").header("SOAPAction", soapAction)
                    .expectContinue(expectContinue).POST(body).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public HttpResponse<String> get(String suffix) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url + suffix)).timeout(Duration.ofSeconds(30)).build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The one element that a SOAP body of ours holds; the answer has to be SOAP 1.1 in any case. */
    public static Element body(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml; charset=utf-8");
        Element envelope = parse(answer.body());
        assertThat(envelope.getNamespaceURI()).isEqualTo(SOAP);
        assertThat(envelope.getLocalName()).isEqualTo("Envelope");
        return elements(envelope).stream().filter(child -> child.getLocalName().equals("Body")).findFirst().orElseThrow();
    }

    /** faultcode and faultstring of a fault. */
    public static List<String> fault(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(500);
        Element fault = elements(body(answer)).get(0);
        assertThat(fault.getNamespaceURI()).isEqualTo(SOAP);
        assertThat(fault.getLocalName()).isEqualTo("Fault");
        return elements(fault).stream().map(Node::getTextContent).toList();
    }

    public static Element parse(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError("not XML: " + text, e);
        }
    }

    public static List<Element> elements(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
