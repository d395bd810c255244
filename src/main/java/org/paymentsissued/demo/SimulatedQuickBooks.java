package org.paymentsissued.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.w3c.dom.Element;

/**
 * A QuickBooks company file in memory that answers qbXML as QuickBooks does, for the demo and for tests.
 * Where the real one's behaviour is not known, there is a switch, or the more awkward behaviour.
 */
public final class SimulatedQuickBooks {

    private static final ZoneId HOST_ZONE = ZoneId.of("America/Denver");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");
    private static final Duration DELETIONS_ARE_KEPT = Duration.ofDays(90);
    private static final int LONGEST_REQUEST_ID = 50;

    private final CompanyFile books = new CompanyFile();
    private final ResponseRows rows = new ResponseRows(books, this::stamp);
    private final Map<String, OpenIterator> iterators = new HashMap<>();
    private final Deque<Function<String, String>> interceptions = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private Clock hostClock = Clock.system(HOST_ZONE);
    private boolean printsStandardOffset;
    private boolean sessionPerRequest;
    private VoidedLines voidedLines = VoidedLines.ZERO;

    /** What is left of the applied lines once a payment is voided; which one is real is not known. */
    public enum VoidedLines { ABSENT, ZERO, KEPT }

    /** Belongs to one request name; holds what was there at its start and has not been returned yet. */
    private record OpenIterator(String request, Deque<BookedTxn> rest) {
    }

    /** The company file of the demo: a year of a contractor's bills and their payments, its host clock ticking. */
    public static SimulatedQuickBooks ofDemoData() {
        SimulatedQuickBooks quickBooks = new SimulatedQuickBooks();
        DemoBooks.enterInto(quickBooks);
        Instant now = LocalDateTime.of(2026, 3, 31, 17, 0).atZone(HOST_ZONE).toInstant();
        quickBooks.hostClock(Clock.offset(Clock.system(HOST_ZONE), Duration.between(Instant.now(), now)));
        return quickBooks;
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
        BookedPayment edited = change.apply(new BookedPayment(books.payment(kind, txnId)));
        edited.change(hostClock.instant());
        books.replace(edited);
    }

    public synchronized void voidPayment(PaymentKind kind, String txnId) {
        edit(kind, txnId, payment -> {
            payment.amount("0.00").memo("VOID: " + payment.memo);
            List<BookedPayment.Applied> lines = List.copyOf(payment.applied);
            if (voidedLines != VoidedLines.KEPT) {
                payment.paysNothing();
            }
            if (voidedLines == VoidedLines.ZERO) {
                lines.forEach(line -> payment.applies(line.txnType(), line.txnId(), line.number(), "0.00"));
            }
            return payment;
        });
    }

    public synchronized void delete(PaymentKind kind, String txnId) {
        books.deletePayment(kind, txnId, hostClock.instant());
    }

    /** As a restored backup does: the payment is gone, and no deletion tells of it. */
    public synchronized void forget(PaymentKind kind, String txnId) {
        books.forgetPayment(kind, txnId);
    }

    /** Payments of the bill stay, without their line on it, and are not touched otherwise. */
    public synchronized void deleteBill(String txnId) {
        books.deleteBill(txnId, hostClock.instant());
    }

    // ---- the host ----------------------------------------------------------------------------------------------

    /** @param clock the clock of the computer QuickBooks runs on; its zone is the zone of every stamp */
    public synchronized SimulatedQuickBooks hostClock(Clock clock) {
        hostClock = clock;
        return this;
    }

    /** Known defect: in summer the local clock is right, but the offset of winter is printed behind it. */
    public synchronized SimulatedQuickBooks printsStandardOffset(boolean defect) {
        printsStandardOffset = defect;
        return this;
    }

    /** As behind a gateway that opens a session for each request: no iterator outlives its first page. */
    public synchronized SimulatedQuickBooks sessionPerRequest(boolean each) {
        sessionPerRequest = each;
        return this;
    }

    public synchronized SimulatedQuickBooks voidedLines(VoidedLines shape) {
        voidedLines = shape;
        return this;
    }

    /** Ends the QuickBooks session and with it every iterator. */
    public synchronized void endSession() {
        iterators.clear();
    }

    /** The next answer goes through this before it leaves; called twice, the next two do, one each. */
    public synchronized void answerNext(Function<String, String> interception) {
        interceptions.add(interception);
    }

    /** Every request seen, the refused ones too, oldest first. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /**
     * @param qbxmlRequest one request document
     * @return the response document, in US-ASCII
     * @throws QuickBooksRefuses where the request is no legal qbXML; nothing in it was evaluated
     */
    public synchronized String answer(String qbxmlRequest) {
        requests.add(qbxmlRequest);
        List<Element> asked = RequestGrammar.read(qbxmlRequest);
        boolean goesOn = ((Element) asked.get(0).getParentNode()).getAttribute("onError").equals("continueOnError");
        ResponseElement answers = new ResponseElement("QBXMLMsgsRs");
        boolean failed = false;
        for (Element request : asked) {
            ResponseElement answer;
            try {
                if (failed && !goesOn) {
                    throw RequestStatus.failed(3231, "Not processed, because a request before it failed.");
                }
                answer = answer(request);
            } catch (RequestStatus.Failed failure) {
                failed = true;
                answer = rs(request, failure.status());
            }
            answers.add(answer);
        }
        if (sessionPerRequest) {
            iterators.clear();
        }
        String document = "<?xml version=\"1.0\" ?>\n" + new ResponseElement("QBXML").add(answers).print();
        Function<String, String> interception = interceptions.poll();
        return interception == null ? document : interception.apply(document);
    }

    private ResponseElement answer(Element request) {
        if (request.getAttribute("requestID").length() > LONGEST_REQUEST_ID) {
            throw RequestStatus.failed(1060, "The requestID is longer than " + LONGEST_REQUEST_ID + " characters.");
        }
        return switch (request.getTagName()) {
            case "BillPaymentCheckQueryRq" -> payments(request, PaymentKind.CHECK);
            case "BillPaymentCreditCardQueryRq" -> payments(request, PaymentKind.CREDIT_CARD);
            case "BillQueryRq" -> {
                TxnQuery query = new TxnQuery(request, books, hostClock.getZone());
                yield selected(request, query, books.bills(), books::isPaid, bill -> rows.billRet(bill, query));
            }
            case "TxnDeletedQueryRq" -> deletions(request);
            case "HostQueryRq" -> rs(request, RequestStatus.OK).add(ResponseRows.hostRet().only(retElements(request)));
            default -> throw new IllegalStateException("the grammar let pass " + request.getTagName());
        };
    }

    private ResponseElement payments(Element request, PaymentKind kind) {
        TxnQuery query = new TxnQuery(request, books, hostClock.getZone());
        return selected(request, query, books.payments(kind), payment -> true,
                payment -> rows.paymentRet(payment, query));
    }

    private <T extends BookedTxn> ResponseElement selected(Element request, TxnQuery query, Collection<T> all,
            Predicate<T> isPaid, Function<T, ResponseElement> ret) {
        String step = request.getAttribute("iterator");
        if (step.equals("Continue") || step.equals("Stop")) {
            return resume(request, query, step, ret);
        }
        TxnQuery.Found<T> found = query.in(all, isPaid);
        RequestStatus status = !found.missing().isEmpty()
                ? RequestStatus.warning(500, "Not found: \"" + String.join("\", \"", found.missing()) + "\".")
                : found.rows().isEmpty() ? RequestStatus.NOTHING_MATCHED : RequestStatus.OK;
        if (found.rows().isEmpty()) {
            return rs(request, status);
        }
        if (step.equals("Start")) {
            String id = "{" + UUID.randomUUID() + "}";
            iterators.put(id, new OpenIterator(request.getTagName(), new ArrayDeque<>(found.rows())));
            return page(request, query, status, id, ret);
        }
        int most = query.maxReturned().orElse(Integer.MAX_VALUE);
        return withRows(rs(request, status), request, found.rows().stream().limit(most).toList(), found.rows().size(),
                query, ret);
    }

    private <T extends BookedTxn> ResponseElement resume(Element request, TxnQuery query, String step,
            Function<T, ResponseElement> ret) {
        String id = request.getAttribute("iteratorID");
        OpenIterator iterator = iterators.get(id);
        if (iterator == null || !iterator.request().equals(request.getTagName())) {
            throw RequestStatus.failed(3391, "The iterator \"" + id + "\" is not valid.");
        }
        if (step.equals("Stop")) {
            iterators.remove(id);
            return rs(request, RequestStatus.OK);
        }
        return page(request, query, RequestStatus.OK, id, ret);
    }

    private <T extends BookedTxn> ResponseElement page(Element request, TxnQuery query, RequestStatus status,
            String iteratorId, Function<T, ResponseElement> ret) {
        Deque<BookedTxn> rest = iterators.get(iteratorId).rest();
        int most = query.maxReturned().orElse(Integer.MAX_VALUE);
        int size = rest.size();
        List<T> taken = new ArrayList<>();
        while (!rest.isEmpty() && taken.size() < most) {
            // Safe: an iterator is only resumed by the request name that filled it.
            @SuppressWarnings("unchecked")
            T row = (T) rest.poll();
            taken.add(row);
        }
        if (rest.isEmpty()) {
            iterators.remove(iteratorId);
        }
        ResponseElement answer = withRows(rs(request, status), request, taken, size, query, ret);
        return answer.attribute("iteratorRemainingCount", rest.size()).attribute("iteratorID", iteratorId);
    }

    private static <T extends BookedTxn> ResponseElement withRows(ResponseElement answer, Element request,
            List<T> returned, int count, TxnQuery query, Function<T, ResponseElement> ret) {
        String metaData = request.getAttribute("metaData");
        if (metaData.startsWith("MetaData")) {
            answer.attribute("retCount", count);
        }
        if (!metaData.equals("MetaDataOnly")) {
            returned.forEach(row -> answer.add(ret.apply(row).only(query.retElements())));
        }
        return answer;
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
        Predicate<Instant> range = RequestGrammar.children(request).stream()
                .filter(child -> child.getTagName().equals("DeletedDateRangeFilter")).findFirst()
                .map(filter -> TxnQuery.range(filter, "FromDeletedDate", "ToDeletedDate", hostClock.getZone()))
                .orElse(stamp -> true);
        Instant oldest = hostClock.instant().minus(DELETIONS_ARE_KEPT);
        List<String> types = TxnQuery.values(request, "TxnDelType");
        List<CompanyFile.Deletion> found = books.deletions().stream()
                .filter(deletion -> types.contains(deletion.type()) && !deletion.deleted().isBefore(oldest))
                .filter(deletion -> range.test(deletion.deleted()))
                .sorted(Comparator.comparingInt((CompanyFile.Deletion deletion) -> types.indexOf(deletion.type()))
                        .thenComparing(CompanyFile.Deletion::deleted))
                .toList();
        ResponseElement answer = rs(request, found.isEmpty() ? RequestStatus.NOTHING_MATCHED : RequestStatus.OK);
        if (request.getAttribute("metaData").startsWith("MetaData")) {
            answer.attribute("retCount", found.size());
        }
        if (!request.getAttribute("metaData").equals("MetaDataOnly")) {
            found.forEach(deletion -> answer.add(rows.deletedRet(deletion).only(retElements(request))));
        }
        return answer;
    }

    private static List<String> retElements(Element request) {
        return TxnQuery.values(request, "IncludeRetElement");
    }

    private String stamp(Instant instant) {
        ZoneId zone = hostClock.getZone();
        LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
        ZoneOffset offset = printsStandardOffset
                ? zone.getRules().getStandardOffset(instant) : zone.getRules().getOffset(instant);
        return local.atOffset(offset).format(STAMP);
    }
}
