package org.paymentsissued.quickbooks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a qbXML request envelope. QuickBooks refuses a whole envelope for one element out of order, and anything that is
 * not ASCII (quickbooks-php wiki), so both are handled here: elements in schema order, the rest as character references.
 */
final class RequestEnvelope {

    private static final XMLOutputFactory OUTPUT = XMLOutputFactory.newDefaultFactory();

    private RequestEnvelope() {
    }

    /** One query of an envelope, which writes its own element. */
    interface Query {
        void write(XMLStreamWriter xml) throws XMLStreamException;
    }

    static String of(String version, List<? extends Query> queries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml = OUTPUT.createXMLStreamWriter(bytes, "US-ASCII");
            xml.writeProcessingInstruction("qbxml", "version=\"" + version + "\"");
            xml.writeStartElement("QBXML");
            xml.writeStartElement("QBXMLMsgsRq");
            // One failing query must not take its siblings with it.
            xml.writeAttribute("onError", "continueOnError");
            for (Query query : queries) {
                query.write(xml);
            }
            xml.writeEndElement();
            xml.writeEndElement();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a request could not be written", e);
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + bytes.toString(StandardCharsets.US_ASCII);
    }

    static void element(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }
}
