package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One element of an answer, printed the way QuickBooks prints: a line an element, empty ones closed at once, quotes as
 * entities and everything outside US-ASCII as a decimal reference, which no XML library writes.
 */
final class ResponseElement {

    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<ResponseElement> children = new ArrayList<>();
    private String text = "";

    ResponseElement(String name) {
        this.name = name;
    }

    ResponseElement attribute(String attribute, Object value) {
        attributes.put(attribute, String.valueOf(value));
        return this;
    }

    ResponseElement add(ResponseElement child) {
        children.add(child);
        return this;
    }

    /** Adds a child with text; nothing where the text is empty, as QuickBooks leaves empty fields out. */
    ResponseElement field(String child, String value) {
        if (!value.isEmpty()) {
            ResponseElement element = new ResponseElement(child);
            element.text = value;
            children.add(element);
        }
        return this;
    }

    ResponseElement amount(String child, BigDecimal value) {
        return field(child, value.setScale(2, RoundingMode.UNNECESSARY).toPlainString());
    }

    /** Adds a reference to a list entry. */
    ResponseElement reference(String child, String listId, String fullName) {
        return add(new ResponseElement(child).field("ListID", listId).field("FullName", fullName));
    }

    String print() {
        StringBuilder out = new StringBuilder();
        print(out);
        return out.toString();
    }

    private void print(StringBuilder out) {
        out.append('<').append(name);
        attributes.forEach((attribute, value) -> {
            out.append(' ').append(attribute).append("=\"");
            escape(value, out);
            out.append('"');
        });
        if (children.isEmpty() && text.isEmpty()) {
            out.append(" />\n");
            return;
        }
        out.append('>');
        escape(text, out);
        if (!children.isEmpty()) {
            out.append('\n');
            children.forEach(child -> child.print(out));
        }
        out.append("</").append(name).append(">\n");
    }

    private static void escape(String value, StringBuilder out) {
        value.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&apos;");
                default -> {
                    if (character < 0x7F && (character >= ' ' || character == '\n' || character == '\t')) {
                        out.appendCodePoint(character);
                    } else {
                        out.append("&#").append(character).append(';');
                    }
                }
            }
        });
    }
}
