package org.paymentsissued.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.io.StringWriter;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Messages with line breaks and indentation, for people. What cannot be read stays as it is. */
final class Pretty {

    /** Amounts are shown as they were sent. */
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Pretty() {
    }

    /** A message whose JSON comes last, after a line that says where it went. */
    static String json(String message) {
        int start = message.indexOf('\n') + 1;
        try {
            JsonNode json = JSON.readTree(message.substring(start));
            return json.isContainerNode() ? message.substring(0, start) + json.toPrettyString() : message;
        } catch (JsonProcessingException e) {
            return message;
        }
    }

    static String xml(String message) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder parser = factory.newDocumentBuilder();
            parser.setErrorHandler(new DefaultHandler());
            TransformerFactory transformers = TransformerFactory.newDefaultInstance();
            transformers.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer writer = transformers.newTransformer();
            writer.setOutputProperty(OutputKeys.INDENT, "yes");
            writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            writer.setOutputProperty("{http://xml.apache.org/xslt}indent-amount", "2");
            StringWriter text = new StringWriter();
            String oneLine = message.replaceAll(">\\s+<", "><");
            writer.transform(new DOMSource(parser.parse(new InputSource(new StringReader(oneLine)))), new StreamResult(text));
            return text.toString().strip();
        } catch (ParserConfigurationException | SAXException | java.io.IOException | TransformerException e) {
            return message;
        }
    }
}
