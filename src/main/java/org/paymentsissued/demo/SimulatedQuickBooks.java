package org.paymentsissued.demo;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * A QuickBooks company file in memory that answers the queries of this product as QuickBooks does. Where the real one's
 * behavior is not known, it has the more awkward one.
 */
public class SimulatedQuickBooks {

    private static final ZoneId HOST_ZONE = ZoneId.of("America/Denver");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");
    private static final Duration DELETIONS_ARE_KEPT = Duration.ofDays(90);

    final CompanyFile books = new CompanyFile();
    private final ResponseRows rows = new ResponseRows(books, this::stamp);
    private final Map<String, OpenIterator> iterators = new HashMap<>();
    private Clock hostClock = Clock.system(HOST_ZONE);

    /** Belongs to one request name; holds what was there at its start and has not been returned yet. */
    private record OpenIterator(String request, Deque<BookedTxn<?>> rest) {
    }

    /** The company file of the demo: a year of a contractor's bills and their payments, its host clock ticking. */
    public static SimulatedQuickBooks ofDemoData() {
        SimulatedQuickBooks quickBooks = new SimulatedQuickBooks();
        quickBooks.enterDemoData();
        return quickBooks;
    }

    void enterDemoData() {
        DemoBooks.enterInto(this);
        Instant now = LocalDateTime.of(2026, 3, 31, 17, 0).atZone(HOST_ZONE).toInstant();
        hostClock(Clock.offset(Clock.system(HOST_ZONE), Duration.between(Instant.now(), now)));
    }

    // ---- books -------------------------------------------------------------------------------------------------

    public static BookedPayment check(String txnId) {
        return new BookedPayment(PaymentKind.CHECK, txnId);
    }

    public static BookedPayment creditCard(String txnId) {
        return new BookedPayment(PaymentKind.CREDIT_CARD, txnId);
    }

    public static BookedBill bill(String txnId) {
        return new BookedBill(txnId);
    }

    public synchronized SimulatedQuickBooks has(BookedPayment payment) {
        books.enter(payment, hostClock.instant(), hostClock.getZone());
        return this;
    }

    public synchronized SimulatedQuickBooks hasBill(BookedBill bill) {
        books.enter(bill, hostClock.instant(), hostClock.getZone());
        return this;
    }

    /** Changes a payment as a user would: same TxnID, new EditSequence, TimeModified of the host clock. */
    public synchronized void edit(PaymentKind kind, String txnId, UnaryOperator<BookedPayment> change) {
        BookedPayment edited = change.apply(books.payment(kind, txnId).copy());
        edited.change(hostClock.instant());
        books.replace(edited);
    }

    public synchronized void voidPayment(PaymentKind kind, String txnId) {
        edit(kind, txnId, payment -> {
            payment.amount("0.00").memo("VOID: " + payment.memo);
            voidLines(payment);
            return payment;
        });
    }

    /** What is left of the lines of a voided payment is not known; here they stay, at zero. */
    void voidLines(BookedPayment payment) {
        payment.applied.replaceAll(line ->
                new BookedPayment.Applied(line.txnId(), line.txnType(), line.number(), BigDecimal.ZERO.setScale(2), null));
    }

    public synchronized void delete(PaymentKind kind, String txnId) {
        books.deletePayment(kind, txnId, hostClock.instant());
    }

    // ---- the host ----------------------------------------------------------------------------------------------

    /** @param clock the clock of the computer QuickBooks runs on; its zone is the zone of every stamp */
    public synchronized SimulatedQuickBooks hostClock(Clock clock) {
        hostClock = clock;
        return this;
    }

    Instant now() {
        return hostClock.instant();
    }

    /** Ends the QuickBooks session and with it every iterator. */
    synchronized void endSession() {
        iterators.clear();
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /**
     * @param qbxmlRequest one request document
     * @return the response document, in US-ASCII
     * @throws QuickBooksRefuses where the request is no legal qbXML; nothing in it was evaluated
     */
    public synchronized String answer(String qbxmlRequest) {
        ResponseElement answers = new ResponseElement("QBXMLMsgsRs");
        for (Element request : read(qbxmlRequest)) {
            try {
                answers.add(answer(request));
            } catch (RequestStatus.Failed failure) {
                answers.add(rs(request, failure.status()));
            }
        }
        return "<?xml version=\"1.0\" ?>\n" + new ResponseElement("QBXML").add(answers).print();
    }

    /** The requests of a document, in order. */
    List<Element> read(String qbxml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            Element root = builder.parse(new InputSource(new StringReader(qbxml))).getDocumentElement();
            return TxnQuery.children(root).stream().filter(child -> child.getTagName().equals("QBXMLMsgsRq"))
                    .flatMap(messages -> TxnQuery.children(messages).stream()).toList();
        } catch (SAXException | ParserConfigurationException | IOException e) {
            throw new QuickBooksRefuses("not well-formed XML: " + e.getMessage());
        }
    }

    private ResponseElement answer(Element request) {
        TxnQuery query = new TxnQuery(request, hostClock.getZone());
        return switch (request.getTagName()) {
            case "BillPaymentCheckQueryRq" ->
                    selected(query, books.payments(PaymentKind.CHECK), payment -> rows.paymentRet(payment, query));
            case "BillPaymentCreditCardQueryRq" ->
                    selected(query, books.payments(PaymentKind.CREDIT_CARD), payment -> rows.paymentRet(payment, query));
            case "BillQueryRq" -> selected(query, books.bills(), bill -> rows.billRet(bill, query));
            case "TxnDeletedQueryRq" -> deletions(request);
            case "HostQueryRq" -> rs(request, RequestStatus.OK).add(ResponseRows.hostRet());
            default -> throw new QuickBooksRefuses("<" + request.getTagName() + "> is not a request known here");
        };
    }

    private <T extends BookedTxn<T>> ResponseElement selected(TxnQuery query, Map<String, T> all,
            Function<T, ResponseElement> ret) {
        Element request = query.request();
        String step = request.getAttribute("iterator");
        if (step.equals("Continue") || step.equals("Stop")) {
            return resume(query, step, ret);
        }
        TxnQuery.Found<T> found = query.in(all);
        RequestStatus status = !found.missing().isEmpty()
                ? RequestStatus.warning(500, "Not found: \"" + String.join("\", \"", found.missing()) + "\".")
                : found.rows().isEmpty() ? RequestStatus.NOTHING_MATCHED : RequestStatus.OK;
        ResponseElement answer = rs(request, status);
        if (step.equals("Start") && !found.rows().isEmpty()) {
            String id = "{" + UUID.randomUUID() + "}";
            iterators.put(id, new OpenIterator(request.getTagName(), new ArrayDeque<>(found.rows())));
            return page(answer, query, id, ret);
        }
        found.rows().stream().limit(query.mostReturned()).forEach(row -> answer.add(ret.apply(row)));
        return answer;
    }

    private <T extends BookedTxn<T>> ResponseElement resume(TxnQuery query, String step, Function<T, ResponseElement> ret) {
        String id = query.request().getAttribute("iteratorID");
        OpenIterator iterator = iterators.get(id);
        if (iterator == null || !iterator.request().equals(query.request().getTagName())) {
            throw RequestStatus.failed(3391, "The iterator \"" + id + "\" is not valid.");
        }
        ResponseElement answer = rs(query.request(), RequestStatus.OK);
        if (step.equals("Stop")) {
            iterators.remove(id);
            return answer;
        }
        return page(answer, query, id, ret);
    }

    private <T extends BookedTxn<T>> ResponseElement page(ResponseElement answer, TxnQuery query, String iteratorId,
            Function<T, ResponseElement> ret) {
        Deque<BookedTxn<?>> rest = iterators.get(iteratorId).rest();
        for (int i = 0; i < query.mostReturned() && !rest.isEmpty(); i++) {
            // Safe: an iterator is only resumed by the request name that filled it.
            @SuppressWarnings("unchecked")
            T row = (T) rest.poll();
            answer.add(ret.apply(row));
        }
        if (rest.isEmpty()) {
            iterators.remove(iteratorId);
        }
        return answer.attribute("iteratorRemainingCount", rest.size()).attribute("iteratorID", iteratorId);
    }

    private static ResponseElement rs(Element request, RequestStatus status) {
        String name = request.getTagName();
        ResponseElement answer = new ResponseElement(name.substring(0, name.length() - 2) + "Rs");
        if (request.hasAttribute("requestID")) {
            answer.attribute("requestID", request.getAttribute("requestID"));
        }
        return answer.attribute("statusCode", status.code()).attribute("statusSeverity", status.severity())
                .attribute("statusMessage", status.message());
    }

    private ResponseElement deletions(Element request) {
        Predicate<Instant> range = TxnQuery.range(request, "DeletedDateRangeFilter", "DeletedDate", hostClock.getZone());
        Instant oldest = hostClock.instant().minus(DELETIONS_ARE_KEPT);
        List<String> types = TxnQuery.values(request, "TxnDelType");
        List<CompanyFile.Deletion> found = books.deletions().stream()
                .filter(deletion -> types.contains(deletion.type()) && !deletion.deleted().isBefore(oldest))
                .filter(deletion -> range.test(deletion.deleted()))
                .sorted(Comparator.comparingInt((CompanyFile.Deletion deletion) -> types.indexOf(deletion.type()))
                        .thenComparing(CompanyFile.Deletion::deleted))
                .toList();
        ResponseElement answer = rs(request, found.isEmpty() ? RequestStatus.NOTHING_MATCHED : RequestStatus.OK);
        found.forEach(deletion -> answer.add(rows.deletedRet(deletion)));
        return answer;
    }

    private String stamp(Instant instant) {
        ZoneOffset offset = printedOffset(hostClock.getZone(), instant);
        return LocalDateTime.ofInstant(instant, hostClock.getZone()).atOffset(offset).format(STAMP);
    }

    ZoneOffset printedOffset(ZoneId zone, Instant instant) {
        return zone.getRules().getOffset(instant);
    }
}
