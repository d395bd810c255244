package org.paymentsissued.routecheck;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** A route file in XML, read with its lines. */
final class XmlReader {

    private static final XMLInputFactory PARSER = new WstxInputFactory();

    static {
        PARSER.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        PARSER.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        PARSER.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    private XmlReader() {
    }

    private record Open(String name, int line, StringBuilder text, List<Part> parts) {
        Part closed() {
            return new Part(name, line, false, text.toString().strip(), List.copyOf(parts));
        }
    }

    static Optional<RouteFile> read(String name, String text, Consumer<RouteFlaw> flaws) {
        Deque<Open> open = new ArrayDeque<>();
        try {
            XMLStreamReader reader = PARSER.createXMLStreamReader(new StringReader(text));
            Part root = null;
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> open.push(begin(reader));
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> open.peek().text().append(reader.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        root = open.pop().closed();
                        if (!open.isEmpty()) {
                            open.peek().parts().add(root);
                        }
                    }
                    default -> { }
                }
            }
            return Optional.of(new RouteFile(name, root));
        } catch (XMLStreamException e) {
            int at = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            String problem = e.getMessage().lines().findFirst().orElse("").strip();
            String tag = open.isEmpty() ? "" : " The tag <" + open.peek().name() + "> of line " + open.peek().line()
                    + " is still open here.";
            flaws.accept(new RouteFlaw(name, at, "this is not XML: " + problem + "." + tag));
            return Optional.empty();
        }
    }

    private static Open begin(XMLStreamReader reader) {
        int line = reader.getLocation().getLineNumber();
        Open element = new Open(reader.getLocalName(), line, new StringBuilder(), new ArrayList<>());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String prefix = reader.getAttributePrefix(i);
            if (prefix == null || prefix.isEmpty()) {
                element.parts().add(new Part(reader.getAttributeLocalName(i), line, true, reader.getAttributeValue(i), List.of()));
            }
        }
        return element;
    }
}
