package org.paymentsissued.demo;

import java.math.BigDecimal;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final String PAYABLES = "Accounts Payable";
    private static final String PAYABLES_LIST_ID = "80000021-1589310001";
    private static final int LONGEST_REQUEST_ID = 50;

    private final Map<PaymentKind, Map<String, BookedPayment>> payments = new EnumMap<>(PaymentKind.class);
    private final Map<String, BookedBill> bills = new LinkedHashMap<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private final Map<String, String> listIds = new HashMap<>();
    private final Map<String, OpenIterator> iterators = new HashMap<>();
    private final Deque<Function<String, String>> interceptions = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final TxnQuery.ListEntries lists = new Lists();
    private Clock hostClock = Clock.system(HOST_ZONE);
    private boolean printsStandardOffset;
    private boolean sessionPerRequest;
    private VoidedLines voidedLines = VoidedLines.ZERO;
    private int lastTxnNumber = 48000;

    /** What is left of the applied lines once a payment is voided; which one is real is not known. */
    public enum VoidedLines { ABSENT, ZERO, KEPT }

    private record Deletion(String type, String txnId, String number, Instant created, Instant deleted) {
    }

    /** Belongs to one request name; holds what was there at its start and has not been returned yet. */
    private record OpenIterator(String request, Deque<BookedTxn> rest) {
    }

    public SimulatedQuickBooks() {
        for (PaymentKind kind : PaymentKind.values()) {
            payments.put(kind, new LinkedHashMap<>());
        }
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
        BookedPayment entry = new BookedPayment(payment);
        entry.modifiedOnHostClock = payment.modifiedOnHostClock;
        enter(entry, payments.get(entry.kind));
        return this;
    }

    public synchronized SimulatedQuickBooks hasBill(BookedBill bill) {
        BookedBill entry = new BookedBill(bill);
        entry.modifiedOnHostClock = bill.modifiedOnHostClock;
        enter(entry, bills);
        return this;
    }

    private <T extends BookedTxn> void enter(T entry, Map<String, T> books) {
        if (books.containsKey(entry.txnId)) {
            throw new IllegalArgumentException("already in the books: " + entry.txnId);
        }
        entry.enter(++lastTxnNumber, hostClock.instant(), hostClock.getZone());
        books.put(entry.txnId, entry);
    }

    /** Changes a payment as a user would: same TxnID, new EditSequence, TimeModified of the host clock. */
    public synchronized void edit(PaymentKind kind, String txnId, UnaryOperator<BookedPayment> change) {
        BookedPayment edited = change.apply(new BookedPayment(booked(kind, txnId)));
        edited.change(hostClock.instant());
        payments.get(kind).put(txnId, edited);
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
        BookedPayment payment = booked(kind, txnId);
        payments.get(kind).remove(txnId);
        deleted(kind.txnType, payment);
    }

    /** Payments of the bill stay, without their line on it, and are not touched otherwise. */
    public synchronized void deleteBill(String txnId) {
        BookedBill bill = Optional.ofNullable(bills.remove(txnId)).orElseThrow(() -> unknown(txnId));
        deleted("Bill", bill);
        for (Map<String, BookedPayment> ofKind : payments.values()) {
            ofKind.replaceAll((id, payment) -> {
                BookedPayment without = new BookedPayment(payment).amount(payment.amount().toPlainString());
                return without.applied.removeIf(line -> line.txnId().equals(txnId)) ? without : payment;
            });
        }
    }

    private void deleted(String type, BookedTxn txn) {
        deletions.add(new Deletion(type, txn.txnId, txn.number, txn.created, hostClock.instant()));
    }

    private BookedPayment booked(PaymentKind kind, String txnId) {
        return Optional.ofNullable(payments.get(kind).get(txnId)).orElseThrow(() -> unknown(txnId));
    }

    private static IllegalArgumentException unknown(String txnId) {
        return new IllegalArgumentException("not in the books: " + txnId);
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
                TxnQuery query = new TxnQuery(request, lists, hostClock.getZone());
                yield rows(request, query, bills.values(), this::isPaid, bill -> billRet(bill, query));
            }
            case "TxnDeletedQueryRq" -> deletions(request);
            case "HostQueryRq" -> rs(request, RequestStatus.OK).add(hostRet().only(retElements(request)));
            default -> throw new IllegalStateException("the grammar let pass " + request.getTagName());
        };
    }

    private ResponseElement payments(Element request, PaymentKind kind) {
        TxnQuery query = new TxnQuery(request, lists, hostClock.getZone());
        return rows(request, query, payments.get(kind).values(), payment -> true,
                payment -> paymentRet(payment, query));
    }

    private <T extends BookedTxn> ResponseElement rows(Element request, TxnQuery query, Collection<T> books,
            Predicate<T> isPaid, Function<T, ResponseElement> ret) {
        String step = request.getAttribute("iterator");
        if (step.equals("Continue") || step.equals("Stop")) {
            return resume(request, query, step, ret);
        }
        TxnQuery.Found<T> found = query.in(books, isPaid);
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
        List<T> rows = new ArrayList<>();
        while (!rest.isEmpty() && rows.size() < most) {
            // Safe: an iterator is only resumed by the request name that filled it.
            @SuppressWarnings("unchecked")
            T row = (T) rest.poll();
            rows.add(row);
        }
        if (rest.isEmpty()) {
            iterators.remove(iteratorId);
        }
        ResponseElement answer = withRows(rs(request, status), request, rows, size, query, ret);
        return answer.attribute("iteratorRemainingCount", rest.size()).attribute("iteratorID", iteratorId);
    }

    private static <T extends BookedTxn> ResponseElement withRows(ResponseElement answer, Element request,
            List<T> rows, int count, TxnQuery query, Function<T, ResponseElement> ret) {
        String metaData = request.getAttribute("metaData");
        if (metaData.startsWith("MetaData")) {
            answer.attribute("retCount", count);
        }
        if (!metaData.equals("MetaDataOnly")) {
            rows.forEach(row -> answer.add(ret.apply(row).only(query.retElements())));
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
        List<Deletion> found = deletions.stream()
                .filter(deletion -> types.contains(deletion.type()) && !deletion.deleted().isBefore(oldest))
                .filter(deletion -> range.test(deletion.deleted()))
                .sorted(Comparator.comparingInt((Deletion deletion) -> types.indexOf(deletion.type()))
                        .thenComparing(Deletion::deleted))
                .toList();
        ResponseElement answer = rs(request, found.isEmpty() ? RequestStatus.NOTHING_MATCHED : RequestStatus.OK);
        if (request.getAttribute("metaData").startsWith("MetaData")) {
            answer.attribute("retCount", found.size());
        }
        if (!request.getAttribute("metaData").equals("MetaDataOnly")) {
            found.forEach(deletion -> answer.add(deletedRet(deletion).only(retElements(request))));
        }
        return answer;
    }

    // ---- rows, in the order of the schema ----------------------------------------------------------------------

    private ResponseElement paymentRet(BookedPayment payment, TxnQuery query) {
        ResponseElement ret = head(new ResponseElement(payment.kind.txnType + "Ret"), payment)
                .reference("PayeeEntityRef", listId(payment.payee), payment.payee)
                .reference("APAccountRef", PAYABLES_LIST_ID, PAYABLES)
                .field("TxnDate", payment.date.toString())
                .reference(payment.kind.accountElement, listId(payment.account), payment.account)
                .amount("Amount", payment.amount())
                .field("RefNumber", payment.number)
                .field("Memo", payment.memo);
        if (payment.kind == PaymentKind.CHECK) {
            ret.field("IsToBePrinted", String.valueOf(payment.toBePrinted));
        }
        if (query.includesLineItems()) {
            payment.applied.forEach(line -> ret.add(appliedRet(line)));
        }
        return ret;
    }

    private ResponseElement appliedRet(BookedPayment.Applied line) {
        ResponseElement ret = new ResponseElement("AppliedToTxnRet")
                .field("TxnID", line.txnId()).field("TxnType", line.txnType());
        BookedBill bill = bills.get(line.txnId());
        if (bill == null) {
            ret.field("RefNumber", line.number());
        } else {
            ret.field("TxnDate", bill.date.toString()).field("RefNumber", bill.number)
                    .amount("BalanceRemaining", openAmount(bill));
        }
        ret.amount("Amount", line.amount());
        if (line.discount() != null) {
            ret.amount("DiscountAmount", line.discount())
                    .reference("DiscountAccountRef", listId("Purchase Discounts"), "Purchase Discounts");
        }
        return ret;
    }

    private ResponseElement billRet(BookedBill bill, TxnQuery query) {
        ResponseElement ret = head(new ResponseElement("BillRet"), bill)
                .reference("VendorRef", listId(bill.vendor), bill.vendor)
                .reference("APAccountRef", PAYABLES_LIST_ID, PAYABLES)
                .field("TxnDate", bill.date.toString())
                .field("DueDate", bill.date.plusDays(30).toString())
                .amount("AmountDue", bill.amountDue())
                .field("RefNumber", bill.number)
                .field("Memo", bill.memo)
                .field("IsPaid", String.valueOf(isPaid(bill)));
        if (query.includesLinkedTxns()) {
            bill.purchaseOrders.forEach(order -> ret.add(linked(
                    order.txnId(), "PurchaseOrder", bill.date.toString(), order.number(), bill.amountDue())));
            everyPayment().stream()
                    .filter(payment -> payment.settles(bill.txnId).signum() != 0)
                    .forEach(payment -> ret.add(linked(payment.txnId, payment.kind.txnType, payment.date.toString(),
                            payment.number, payment.settles(bill.txnId).negate())));
        }
        if (query.includesLineItems()) {
            int position = 0;
            for (BookedBill.Line line : bill.lines) {
                ret.add(expenseLine(bill.txnId + "/" + ++position, line));
            }
        }
        ret.amount("OpenAmount", openAmount(bill));
        if (query.includesCustomFields()) {
            bill.customFields.forEach((name, value) -> ret.add(new ResponseElement("DataExtRet")
                    .field("OwnerID", "0").field("DataExtName", name)
                    .field("DataExtType", "STR255TYPE").field("DataExtValue", value)));
        }
        return ret;
    }

    private static ResponseElement linked(String txnId, String type, String date, String number, BigDecimal amount) {
        return new ResponseElement("LinkedTxn").field("TxnID", txnId).field("TxnType", type).field("TxnDate", date)
                .field("RefNumber", number).field("LinkType", "AMTTYPE").amount("Amount", amount);
    }

    private ResponseElement expenseLine(String lineId, BookedBill.Line line) {
        ResponseElement ret = new ResponseElement("ExpenseLineRet").field("TxnLineID", lineId)
                .reference("AccountRef", listId("Job Costs:Subcontractors"), "Job Costs:Subcontractors")
                .amount("Amount", line.amount());
        if (!line.job().isEmpty()) {
            ret.reference("CustomerRef", listId(line.job()), line.job()).field("BillableStatus", "NotBillable");
        }
        return ret;
    }

    private ResponseElement head(ResponseElement ret, BookedTxn txn) {
        return ret.field("TxnID", txn.txnId).field("TimeCreated", stamp(txn.created))
                .field("TimeModified", stamp(txn.modified)).field("EditSequence", txn.editSequence)
                .field("TxnNumber", String.valueOf(txn.txnNumber));
    }

    private ResponseElement deletedRet(Deletion deletion) {
        return new ResponseElement("TxnDeletedRet").field("TxnDelType", deletion.type())
                .field("TxnID", deletion.txnId()).field("TimeCreated", stamp(deletion.created()))
                .field("TimeDeleted", stamp(deletion.deleted())).field("RefNumber", deletion.number());
    }

    private static ResponseElement hostRet() {
        return new ResponseElement("HostRet").field("ProductName", "Simulated QuickBooks")
                .field("MajorVersion", "34").field("MinorVersion", "0").field("Country", "US")
                .field("SupportedQBXMLVersion", "12.0").field("SupportedQBXMLVersion", "13.0")
                .field("IsAutomaticLogin", "false");
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

    private boolean isPaid(BookedBill bill) {
        return openAmount(bill).signum() == 0;
    }

    private BigDecimal openAmount(BookedBill bill) {
        return everyPayment().stream().map(payment -> payment.settles(bill.txnId)).reduce(bill.amountDue(), BigDecimal::subtract);
    }

    private List<BookedPayment> everyPayment() {
        return payments.values().stream().flatMap(ofKind -> ofKind.values().stream()).toList();
    }

    private String listId(String fullName) {
        return listIds.computeIfAbsent(fullName,
                name -> String.format("%08X-%d", 0x80000040L + listIds.size(), 1589314800 + 60 * listIds.size()));
    }

    private final class Lists implements TxnQuery.ListEntries {
        @Override
        public boolean knowsVendor(String listIdOrName) {
            return everyTxn().stream().map(BookedTxn::vendor)
                    .anyMatch(name -> name.equalsIgnoreCase(listIdOrName) || listId(name).equals(listIdOrName));
        }

        @Override
        public boolean knowsPayablesAccount(String listIdOrName) {
            return listIdOrName.equals(PAYABLES_LIST_ID) || listIdOrName.equalsIgnoreCase(PAYABLES);
        }

        @Override
        public String vendorListId(String vendor) {
            return listId(vendor);
        }

        private List<BookedTxn> everyTxn() {
            List<BookedTxn> all = new ArrayList<>(bills.values());
            all.addAll(everyPayment());
            return all;
        }
    }
}
