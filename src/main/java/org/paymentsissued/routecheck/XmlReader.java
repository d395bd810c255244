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
    }

    private XmlReader() {
    }

    private record Open(String name, int line, StringBuilder text, List<Part> parts) { }

    static Optional<Part> read(String file, String text, Consumer<RouteFlaw> flaws) {
        Deque<Open> open = new ArrayDeque<>(List.of(new Open("", 1, new StringBuilder(), new ArrayList<>())));
        try {
            XMLStreamReader reader = PARSER.createXMLStreamReader(new StringReader(text));
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        int line = reader.getLocation().getLineNumber();
                        open.push(new Open(reader.getLocalName(), line, new StringBuilder(), new ArrayList<>()));
                        for (int i = 0; i < reader.getAttributeCount(); i++) {
                            if (reader.getAttributePrefix(i) == null || reader.getAttributePrefix(i).isEmpty()) {
                                open.peek().parts().add(new Part(file, reader.getAttributeLocalName(i), line, true,
                                        reader.getAttributeValue(i), List.of()));
                            }
                        }
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> open.peek().text().append(reader.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        Open closed = open.pop();
                        open.peek().parts().add(new Part(file, closed.name(), closed.line(), false, closed.text().toString().strip(),
                                List.copyOf(closed.parts())));
                    }
                    default -> { }
                }
            }
            return Optional.of(open.peek().parts().get(0));
        } catch (XMLStreamException e) {
            int at = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            flaws.accept(new RouteFlaw(file, at, "this is not XML: " + e.getMessage().lines().findFirst().orElse("").strip() + "."
                    + (open.size() == 1 ? "" : " The tag <" + open.peek().name() + "> of line " + open.peek().line()
                            + " is still open here.")));
            return Optional.empty();
        }
    }
}
