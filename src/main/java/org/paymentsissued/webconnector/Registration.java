package org.paymentsissued.webconnector;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.camel.Header;
import org.paymentsissued.ledger.WebConnections;

/** What is downloaded before the first call: the .qwc file that registers us with the Web Connector, the WSDL, a page for people. */
public final class Registration {

    /** Identifies this product to QuickBooks, always and everywhere. */
    static final String OWNER_ID = "{8d1c9a52-6f0b-4f6e-9a3e-2b7d5c40e1f6}";
    /** Asking is cheap: if nothing is due by our own schedule, the Web Connector gets that answer. */
    private static final String MINUTES_BETWEEN_CALLS = "5";
    private static final String PATH = "/qbwc";
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}(:\\d{1,5})?|\\[[0-9A-Fa-f:.]{2,45}](:\\d{1,5})?");

    private final Map<String, String> usernames;
    private final String url;
    private final String localUrl;
    private final WebConnections connections;

    /**
     * @param usernames   by name of each company file that is read through the Web Connector, in the order of the settings
     * @param url         address under which the Web Connector reaches us, ending in /qbwc; empty: on the same machine
     * @param consolePort port of the console, which serves that address on this machine
     */
    public Registration(Map<String, String> usernames, String url, String consolePort, WebConnections connections) {
        this.usernames = new LinkedHashMap<>(usernames);
        this.url = url;
        this.localUrl = "http://localhost:" + consolePort + PATH;
        this.connections = connections;
    }

    /**
     * The file that a user opens in the Web Connector once. It contains no password: the user types it there.
     *
     * @param companyFile whose file is wanted; null for the first
     * @return null if no such company file is read through the Web Connector
     */
    public String qwc(@Header("company-file") String companyFile) {
        String name = companyFile == null ? usernames.keySet().iterator().next() : companyFile;
        return usernames.containsKey(name) ? write(name) : null;
    }

    private String write(String companyFile) {
        String address = url.isEmpty() ? localUrl : url;
        Map<String, String> elements = new LinkedHashMap<>();
        elements.put("AppName", companyFile.equals("default") ? "Payments Issued" : "Payments Issued " + companyFile);
        elements.put("AppID", "");
        elements.put("AppURL", address);
        elements.put("AppDescription", "Records bill payments as Payments Issued in Procore");
        elements.put("AppSupport", address + "/support");
        elements.put("UserName", usernames.get(companyFile));
        elements.put("OwnerID", OWNER_ID);
        elements.put("FileID", connections.of(companyFile).fileId());
        elements.put("QBType", "QBFS");
        elements.put("Style", "Document");
        elements.put("IsReadOnly", "false");
        elements.put("UnattendedModePref", "umpOptional");
        elements.put("PersonalDataPref", "pdpNotNeeded");
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("utf-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("QBWCXML");
            for (Map.Entry<String, String> element : elements.entrySet()) {
                write(xml, element.getKey(), element.getValue());
            }
            xml.writeCharacters("\n  ");
            xml.writeStartElement("Scheduler");
            write(xml, "RunEveryNMinutes", MINUTES_BETWEEN_CALLS);
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the .qwc file could not be written", e);
        }
        return text + "\n";
    }

    private static void write(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement(name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }

    /**
     * The contract, with the configured address, or else the address of the request.
     *
     * @param scheme and the next: what a proxy in front says of the address that it was asked for; null without one
     */
    public String wsdl(@Header("Host") String host, @Header("X-Forwarded-Proto") String scheme,
            @Header("X-Forwarded-Host") String forwardedHost) {
        String asked = forwardedHost != null && HOST.matcher(forwardedHost).matches() ? forwardedHost : host;
        String address = !url.isEmpty() ? url : asked == null || !HOST.matcher(asked).matches() ? localUrl
                : ("https".equalsIgnoreCase(scheme) ? "https://" : "http://") + asked + PATH;
        try (InputStream in = Registration.class.getResourceAsStream("web-connector.wsdl")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("@address@", address.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;"));
        } catch (IOException e) {
            throw new UncheckedIOException("the WSDL cannot be read", e);
        }
    }
}
