package org.paymentsissued.demo;

import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.ProcessingInstruction;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The grammar of the qbXML requests this product may send: order, nesting, types, lengths, attributes.
 * QuickBooks' own parser enforces the order; a request that passes here is not refused there as unreadable.
 * Writes are left out on purpose: a reader that sends one is refused.
 */
public final class RequestGrammar {

    private static final Pattern QBXML_VERSION = Pattern.compile("\\s*version=\"[0-9]{1,2}\\.[0-9]\"\\s*");
    private static final Pattern US_ASCII = Pattern.compile("[\\t\\n\\r\\x20-\\x7E]*");

    // ---- types -------------------------------------------------------------------------------------------------

    private static final Text ID = upTo(36);
    private static final Text BOOLEAN = text("true, false, 1 or 0", "\\s*(true|false|1|0)?\\s*");
    private static final Text POSITIVE = text("an integer from 1", "\\s*\\+?0*[1-9][0-9]*\\s*");
    private static final Text DATE_TIME = text("a date-time like 2026-02-02T07:00:00, offset optional",
            "([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
                    + "(T[0-9]{1,2}(:[0-9]{1,2}(:[0-9]{1,2}([+-][0-9]{1,2}:[0-9]{1,2})?)?)?)?)?");
    private static final Text DATE = new Text("a date like 2026-02-02", RequestGrammar::isDate);
    private static final Text OWNER = text("0 or a GUID in braces",
            "0|\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}");
    private static final Text MACRO = text("the name of a date macro", "[A-Z][A-Za-z]*");

    // ---- requests ----------------------------------------------------------------------------------------------

    private static final List<Particle> PAYMENT_QUERY = List.of(
            selection(11, List.of()),
            optional("IncludeLineItems", BOOLEAN),
            any("IncludeRetElement", upTo(50)),
            any("OwnerID", OWNER));

    private static final List<Particle> BILL_QUERY = List.of(
            selection(20, List.of(optional("PaidStatus", oneOf("All", "PaidOnly", "NotPaidOnly")))),
            optional("IncludeLineItems", BOOLEAN),
            optional("IncludeLinkedTxns", BOOLEAN),
            any("IncludeRetElement", upTo(50)),
            any("OwnerID", OWNER));

    private static final List<Particle> DELETED_QUERY = List.of(
            many("TxnDelType", oneOf("BillPaymentCheck", "BillPaymentCreditCard", "Bill")),
            optional("DeletedDateRangeFilter", holds(
                    optional("FromDeletedDate", DATE_TIME), optional("ToDeletedDate", DATE_TIME))),
            any("IncludeRetElement", upTo(50)));

    private static final List<Particle> HOST_QUERY = List.of(
            optional("IncludeListMetaData", new Unchecked()), any("IncludeRetElement", upTo(50)));

    private static final Map<String, Text> PLAIN_ATTRIBUTES = Map.of(
            // The length of requestID is not checked by the parser: too long a one is answered with status 1060.
            "requestID", upTo(Integer.MAX_VALUE),
            "metaData", oneOf("NoMetaData", "MetaDataOnly", "MetaDataAndResponseData"));
    private static final Map<String, Text> ITERATOR_ATTRIBUTES = Map.of(
            "requestID", PLAIN_ATTRIBUTES.get("requestID"),
            "metaData", PLAIN_ATTRIBUTES.get("metaData"),
            "iterator", oneOf("Start", "Continue", "Stop"),
            "iteratorID", upTo(Integer.MAX_VALUE));
    private static final Map<String, Text> HOST_ATTRIBUTES = Map.of("requestID", PLAIN_ATTRIBUTES.get("requestID"));

    private static final Map<String, Request> REQUESTS = Map.of(
            "BillPaymentCheckQueryRq", new Request(PAYMENT_QUERY, ITERATOR_ATTRIBUTES),
            "BillPaymentCreditCardQueryRq", new Request(PAYMENT_QUERY, ITERATOR_ATTRIBUTES),
            "BillQueryRq", new Request(BILL_QUERY, ITERATOR_ATTRIBUTES),
            "TxnDeletedQueryRq", new Request(DELETED_QUERY, PLAIN_ATTRIBUTES),
            "HostQueryRq", new Request(HOST_QUERY, HOST_ATTRIBUTES));

    private static final Map<String, Text> MESSAGE_SET_ATTRIBUTES = Map.of(
            "onError", oneOf("continueOnError", "stopOnError", "rollbackOnError"),
            "responseData", oneOf("includeAll", "includeNone"),
            "oldMessageSetID", upTo(23),
            "newMessageSetID", upTo(23));

    private static final Set<String> NARROWS_NOTHING =
            Set.of("MaxReturned", "IncludeLineItems", "IncludeLinkedTxns", "IncludeRetElement", "OwnerID");

    private RequestGrammar() {
    }

    /**
     * @param qbxml one complete request document
     * @throws QuickBooksRefuses naming the first element or attribute that stands wrong
     */
    public static void check(String qbxml) {
        read(qbxml);
    }

    /**
     * Legal, but never meant: a query without ids and without any filter returns the whole company file.
     *
     * @param qbxml one complete request document
     * @return whether any query of payments or bills in it asks for everything
     * @throws QuickBooksRefuses as {@link #check}
     */
    public static boolean asksForEverything(String qbxml) {
        return read(qbxml).stream()
                .filter(request -> REQUESTS.get(request.getTagName()).attributes().containsKey("iterator"))
                .anyMatch(query -> children(query).stream().noneMatch(RequestGrammar::narrows));
    }

    private static boolean narrows(Element filter) {
        String asked = filter.getTextContent().strip();
        return !NARROWS_NOTHING.contains(filter.getTagName()) && !asked.isEmpty() && !asked.equals("All");
    }

    /** The requests of a checked document, in order. */
    static List<Element> read(String qbxml) {
        if (!US_ASCII.matcher(qbxml).matches()) {
            throw new QuickBooksRefuses("a character outside US-ASCII stands in the text");
        }
        Document document = parse(qbxml);
        checkInstruction(document);
        Element root = document.getDocumentElement();
        if (!root.getTagName().equals("QBXML")) {
            throw new QuickBooksRefuses("<" + root.getTagName() + "> stands where <QBXML> is needed");
        }
        checkAttributes(root, Map.of());
        checkContainer(root, List.of(
                optional("SignonMsgsRq", new Unchecked()), one("QBXMLMsgsRq", new Unchecked())));
        Element messageSet = children(root).get(children(root).size() - 1);
        if (!messageSet.hasAttribute("onError")) {
            throw new QuickBooksRefuses("<QBXMLMsgsRq> needs the attribute onError");
        }
        checkAttributes(messageSet, MESSAGE_SET_ATTRIBUTES);
        refuseText(messageSet);
        List<Element> requests = children(messageSet);
        if (requests.isEmpty()) {
            throw new QuickBooksRefuses("<QBXMLMsgsRq> needs at least one request");
        }
        for (Element request : requests) {
            Request grammar = REQUESTS.get(request.getTagName());
            if (grammar == null) {
                throw new QuickBooksRefuses("<" + request.getTagName() + "> is not a request known here");
            }
            checkAttributes(request, grammar.attributes());
            checkContainer(request, grammar.children());
        }
        return requests;
    }

    /** The child elements in order. */
    static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static Document parse(String qbxml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setIgnoringComments(true);
            factory.setCoalescing(true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new InputSource(new StringReader(qbxml)));
        } catch (SAXException e) {
            throw new QuickBooksRefuses("not well-formed XML: " + e.getMessage());
        } catch (ParserConfigurationException | IOException e) {
            throw new IllegalStateException("the XML parser of this Java cannot be set up", e);
        }
    }

    private static void checkInstruction(Document document) {
        for (Node node = document.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof ProcessingInstruction instruction && instruction.getTarget().equals("qbxml")) {
                if (!QBXML_VERSION.matcher(instruction.getData()).matches()) {
                    throw new QuickBooksRefuses("<?qbxml?> names no version like 13.0: " + instruction.getData());
                }
                return;
            }
        }
        throw new QuickBooksRefuses("<?qbxml version=\"...\"?> is missing");
    }

    private static void checkAttributes(Element element, Map<String, Text> allowed) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            Text type = allowed.get(attribute.getName());
            String place = "the attribute " + attribute.getName() + " of <" + element.getTagName() + ">";
            if (type == null) {
                throw new QuickBooksRefuses(place + " is unknown");
            }
            if (!type.admits().test(attribute.getValue())) {
                throw new QuickBooksRefuses(place + " is '" + attribute.getValue() + "', not " + type.expects());
            }
        }
    }

    private static void checkContainer(Element parent, List<Particle> model) {
        refuseText(parent);
        Cursor cursor = new Cursor(parent);
        model.forEach(particle -> particle.take(cursor));
        if (cursor.name() != null) {
            throw cursor.misplaced();
        }
    }

    private static void refuseText(Element container) {
        for (Node node = container.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() == Node.TEXT_NODE && !node.getTextContent().isBlank()) {
                throw new QuickBooksRefuses("<" + container.getTagName() + "> holds text beside its elements");
            }
        }
    }

    /** Ids, or numbers, or filters: never two of them. */
    private static Particle selection(int refNumberLength, List<Particle> lastFilters) {
        Text refNumber = upTo(refNumberLength);
        List<Particle> filters = new ArrayList<>(List.of(
                optional("MaxReturned", POSITIVE),
                eitherOf(
                        optional("ModifiedDateRangeFilter", holds(
                                optional("FromModifiedDate", DATE_TIME), optional("ToModifiedDate", DATE_TIME))),
                        optional("TxnDateRangeFilter", holds(eitherOf(
                                sequence(optional("FromTxnDate", DATE), optional("ToTxnDate", DATE)),
                                one("DateMacro", MACRO))))),
                optional("EntityFilter", holds(named(209))),
                optional("AccountFilter", holds(named(159))),
                eitherOf(
                        optional("RefNumberFilter", holds(
                                one("MatchCriterion", oneOf("StartsWith", "Contains", "EndsWith")),
                                one("RefNumber", refNumber))),
                        optional("RefNumberRangeFilter", holds(
                                optional("FromRefNumber", refNumber), optional("ToRefNumber", refNumber)))),
                optional("CurrencyFilter", holds(eitherOf(many("ListID", ID), many("FullName", upTo(64)))))));
        filters.addAll(lastFilters);
        return eitherOf(
                many("TxnID", ID),
                many("RefNumber", refNumber),
                many("RefNumberCaseSensitive", refNumber),
                new Sequence(filters));
    }

    private static Particle named(int fullNameLength) {
        Text fullName = upTo(fullNameLength);
        return eitherOf(many("ListID", ID), many("FullName", fullName),
                one("ListIDWithChildren", ID), one("FullNameWithChildren", fullName));
    }

    // ---- the grammar's own words -------------------------------------------------------------------------------

    private record Request(List<Particle> children, Map<String, Text> attributes) {
    }

    /** A place in a content model; takes from the cursor what may stand there. */
    private sealed interface Particle {
        boolean startsWith(String name);

        boolean canBeAbsent();

        void take(Cursor cursor);
    }

    private record Named(String name, boolean required, boolean repeats, Content content) implements Particle {
        @Override
        public boolean startsWith(String other) {
            return name.equals(other);
        }

        @Override
        public boolean canBeAbsent() {
            return !required;
        }

        @Override
        public void take(Cursor cursor) {
            if (required && !name.equals(cursor.name())) {
                throw cursor.lacks(name);
            }
            while (name.equals(cursor.name())) {
                content.check(cursor.next());
                if (!repeats) {
                    return;
                }
            }
        }
    }

    private record Sequence(List<Particle> parts) implements Particle {
        @Override
        public boolean startsWith(String name) {
            for (Particle part : parts) {
                if (part.startsWith(name)) {
                    return true;
                }
                if (!part.canBeAbsent()) {
                    return false;
                }
            }
            return false;
        }

        @Override
        public boolean canBeAbsent() {
            return parts.stream().allMatch(Particle::canBeAbsent);
        }

        @Override
        public void take(Cursor cursor) {
            parts.forEach(part -> part.take(cursor));
        }
    }

    private record Choice(List<Particle> alternatives) implements Particle {
        @Override
        public boolean startsWith(String name) {
            return alternatives.stream().anyMatch(alternative -> alternative.startsWith(name));
        }

        @Override
        public boolean canBeAbsent() {
            return alternatives.stream().anyMatch(Particle::canBeAbsent);
        }

        @Override
        public void take(Cursor cursor) {
            for (Particle alternative : alternatives) {
                if (alternative.startsWith(cursor.name())) {
                    alternative.take(cursor);
                    return;
                }
            }
            if (!canBeAbsent()) {
                throw cursor.name() == null ? cursor.lacks("content") : cursor.misplaced();
            }
        }
    }

    /** What may stand between an element's tags. */
    private sealed interface Content {
        void check(Element element);
    }

    private record Text(String expects, Predicate<String> admits) implements Content {
        @Override
        public void check(Element element) {
            checkAttributes(element, Map.of());
            String value = element.getTextContent();
            if (!children(element).isEmpty()) {
                throw new QuickBooksRefuses("<" + children(element).get(0).getTagName() + "> cannot stand in <"
                        + element.getTagName() + ">, which holds " + expects);
            }
            if (!admits.test(value)) {
                throw new QuickBooksRefuses("<" + element.getTagName() + "> holds '" + value + "', not " + expects);
            }
        }
    }

    private record Holds(List<Particle> parts) implements Content {
        @Override
        public void check(Element element) {
            checkAttributes(element, Map.of());
            checkContainer(element, parts);
        }
    }

    private record Unchecked() implements Content {
        @Override
        public void check(Element element) {
            // Nothing we send stands in here.
        }
    }

    /** Walks the children of one element and words what stands wrong among them. */
    private static final class Cursor {
        private final Element parent;
        private final List<Element> children;
        private int position;

        Cursor(Element parent) {
            this.parent = parent;
            this.children = RequestGrammar.children(parent);
        }

        /** Null behind the last child. */
        String name() {
            return position < children.size() ? children.get(position).getTagName() : null;
        }

        Element next() {
            return children.get(position++);
        }

        QuickBooksRefuses misplaced() {
            String where = position == 0 ? "first" : "after <" + children.get(position - 1).getTagName() + ">";
            return new QuickBooksRefuses(
                    "<" + name() + "> cannot stand " + where + " in <" + parent.getTagName() + ">");
        }

        QuickBooksRefuses lacks(String missing) {
            return new QuickBooksRefuses("<" + parent.getTagName() + "> needs <" + missing + ">"
                    + (name() == null ? "" : " before <" + name() + ">"));
        }
    }

    private static Named one(String name, Content content) {
        return new Named(name, true, false, content);
    }

    private static Named optional(String name, Content content) {
        return new Named(name, false, false, content);
    }

    private static Named many(String name, Content content) {
        return new Named(name, true, true, content);
    }

    private static Named any(String name, Content content) {
        return new Named(name, false, true, content);
    }

    private static Particle eitherOf(Particle... alternatives) {
        return new Choice(List.of(alternatives));
    }

    private static Particle sequence(Particle... parts) {
        return new Sequence(List.of(parts));
    }

    private static Content holds(Particle... parts) {
        return new Holds(List.of(parts));
    }

    private static Text text(String expects, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return new Text(expects, value -> compiled.matcher(value).matches());
    }

    private static Text upTo(int length) {
        return new Text("text of at most " + length + " characters", value -> value.length() <= length);
    }

    private static Text oneOf(String... values) {
        return new Text("one of " + String.join(", ", values), Set.of(values)::contains);
    }

    private static boolean isDate(String text) {
        String date = text.strip();
        if (date.isEmpty()) {
            return true;
        }
        if (!date.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?")) {
            return false;
        }
        try {
            LocalDate.parse(date.substring(0, 10));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
