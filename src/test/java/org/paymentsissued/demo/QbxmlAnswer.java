package org.paymentsissued.demo;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A response document that tests look into by XPath. */
final class QbxmlAnswer {

    private final Document document;

    private QbxmlAnswer(Document document) {
        this.document = document;
    }

    static QbxmlAnswer of(String qbxml) {
        try {
            return new QbxmlAnswer(DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(qbxml))));
        } catch (Exception e) {
            throw new AssertionError("not well-formed: " + qbxml, e);
        }
    }

    /** Text of every node the path finds. */
    List<String> all(String path) {
        NodeList nodes = nodes(path);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    /** Names of every element the path finds. */
    List<String> names(String path) {
        NodeList nodes = nodes(path);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            names.add(nodes.item(i).getNodeName());
        }
        return names;
    }

    /** Text of the one node the path finds. */
    String the(String path) {
        List<String> texts = all(path);
        if (texts.size() != 1) {
            throw new AssertionError(path + " is there " + texts.size() + " times");
        }
        return texts.get(0);
    }

    private NodeList nodes(String path) {
        try {
            return (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        } catch (Exception e) {
            throw new AssertionError(path, e);
        }
    }
}
