package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.paymentsissued.demo.BookedPayment;
import org.paymentsissued.demo.SimulatedQuickBooks;
import org.paymentsissued.demo.TestQuickBooks;

/** Histories of any mix, read poll by poll, against a plain model of what the ledger should want. */
class FeedPropertiesTest {

    private static Conversation conversation;

    @BeforeContainer
    static void openOneLedger() {
        conversation = new Conversation();
    }

    @AfterContainer
    static void close() {
        conversation.close();
    }

    private static void emptyLedger() {
        for (String table : List.of("dead_letter_action", "dead_letter_attempt", "dead_letter", "ledger_row", "payment",
                "watermark", "sync_run",
                "feed_reading", "bill_facts", "spoiled_record")) {
            conversation.update("delete from " + table);
        }
        conversation.requests.clear();
    }

    // ---- schema-true responses ---------------------------------------------------------------------------------------

    /** How the header stands to its lines, and what the memo says. */
    enum Shape { EQUAL, PART, MORE_LINES, VOID, ZERO, NO_AMOUNT, NO_DATE, FOREIGN, NEGATIVE }

    record Line(int bill, boolean isBill, int cents) { }

    /** One row of a payment query, or with no lines and no shape a deletion. @param edit 0 for none */
    record Row(boolean card, int id, int edit, int minute, Shape shape, List<Line> lines, int noise) {
        String key() {
            return (card ? "CREDIT_CARD" : "CHECK") + "|P" + id;
        }

        boolean isDeletion() {
            return shape == null;
        }
    }

    @Provide
    Arbitrary<List<List<Row>>> polls() {
        Arbitrary<Line> line = Combinators.combine(Arbitraries.integers().between(0, 3),
                Arbitraries.of(true, true, true, false), Arbitraries.of(0, 1, 500, 1250, 999_999)).as(Line::new);
        Arbitrary<Row> payment = Combinators.combine(Arbitraries.of(true, false), Arbitraries.integers().between(0, 4),
                Arbitraries.integers().between(0, 9), Arbitraries.integers().between(-1, 50),
                Arbitraries.frequencyOf(Tuple.of(8, Arbitraries.just(Shape.EQUAL)),
                        Tuple.of(9, Arbitraries.of(Shape.class))),
                line.list().ofMaxSize(4), Arbitraries.integers().between(0, 7)).as(Row::new);
        Arbitrary<Row> deletion = Combinators.combine(Arbitraries.of(true, false), Arbitraries.integers().between(0, 4),
                Arbitraries.integers().between(-1, 55)).as((card, id, minute) ->
                        new Row(card, id, 0, minute, null, List.of(), 0));
        Arbitrary<Row> row = Arbitraries.frequencyOf(Tuple.of(6, payment), Tuple.of(1, deletion));
        return row.list().ofMinSize(1).ofMaxSize(8).list().ofMinSize(1).ofMaxSize(4);
    }

    @Property(tries = 150)
    void the_ledger_wants_what_a_plain_model_wants(@ForAll("polls") List<List<Row>> polls, @ForAll long wireSeed) {
        emptyLedger();
        Model model = new Model();
        Random random = new Random(wireSeed);
        for (List<Row> poll : polls) {
            Wire wire = new Wire(poll, random);
            assertThat(conversation.lead(conversation.readings().sinceWatermarks(), wire::answer)).isEmpty();
            model.poll(poll);
            assertThat(conversation.wanted()).containsExactlyElementsOf(model.wanted());
            // One known by its deletion alone is remembered, but was never read.
            assertThat(conversation.query("select payment_kind || '|' || payment_txn_id || '|' || verdict from payment"
                    + " where qbxml is not null"))
                    .containsExactlyInAnyOrderElementsOf(model.verdicts());
        }
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo(model.watermark(false));
        assertThat(conversation.watermark(Feed.CREDIT_CARDS)).isEqualTo(model.watermark(true));
    }

    /** The rules of the qbXML reference, without tables, pages or XML. */
    private static final class Model {
        private final Map<String, State> states = new TreeMap<>();
        private final Map<Boolean, Integer> latest = new HashMap<>();

        private static final class State {
            private String version;
            private int minute = -1;
            private int poll;
            private String verdict;
            private boolean hadMoney;
            private TreeMap<String, BigDecimal> bills = new TreeMap<>();
        }

        private int polls;

        void poll(List<Row> rows) {
            polls++;
            List.of(false, true).forEach(card -> rows.stream().filter(row -> !row.isDeletion() && row.card() == card)
                    .forEach(this::read));
            rows.stream().filter(Row::isDeletion).forEach(this::deleted);
        }

        private void read(Row row) {
            if (row.minute() >= 0) {
                latest.merge(row.card(), row.minute(), Math::max);
            }
            State state = states.get(row.key());
            String version = row.edit() == 0 ? xml(row) : "edit " + row.edit();
            if (state != null && !state.verdict.equals("DELETED")) {
                boolean older = state.poll == polls && state.minute >= 0 && row.minute() >= 0 && state.minute > row.minute();
                if (older || version.equals(state.version) && saysTheSame(row, state)) {
                    return;
                }
            }
            State now = states.computeIfAbsent(row.key(), key -> new State());
            now.version = version;
            now.minute = row.minute();
            now.poll = polls;
            judge(row, now);
        }

        /** An edit has another EditSequence, but who knows whether the deletion of a bill gives one to its payment? */
        private static boolean saysTheSame(Row row, State state) {
            State next = new State();
            next.bills = state.bills;
            judge(row, next);
            return state.verdict.equals("SET_ASIDE") == next.verdict.equals("SET_ASIDE") && next.bills.equals(state.bills);
        }

        private static void judge(Row row, State state) {
            BigDecimal sum = sum(row);
            BigDecimal header = header(row);
            boolean negative = row.shape() == Shape.NEGATIVE;
            if (row.shape() == Shape.VOID) {
                state.verdict = "VOIDED";
            } else if (header != null && header.signum() == 0) {
                state.verdict = state.hadMoney ? "VOIDED" : "PAYS_NOTHING";
            } else if (header == null && !hasEmptyAmount(row) && sum.signum() == 0 && state.bills.isEmpty()) {
                state.verdict = "PAYS_NOTHING";
            } else if (row.shape() == Shape.NO_DATE || header == null || row.shape() == Shape.FOREIGN || negative) {
                state.verdict = "SET_ASIDE";
            } else if (row.lines().isEmpty()) {
                state.verdict = "PAYS_NOTHING";
            } else {
                state.verdict = sum.compareTo(header) > 0 ? "SET_ASIDE" : "PAYS_BILLS";
            }
            state.hadMoney = header != null && header.signum() != 0;
            if (!state.verdict.equals("SET_ASIDE")) {
                // Set aside, what was wanted before stays wanted; else the answer is the whole present state.
                state.bills = new TreeMap<>();
                if (state.verdict.equals("PAYS_BILLS")) {
                    row.lines().stream().filter(Line::isBill).forEach(line ->
                            state.bills.merge("B" + line.bill(), money(line.cents()), BigDecimal::add));
                    state.bills.values().removeIf(amount -> amount.signum() == 0);
                }
            }
        }

        private void deleted(Row row) {
            State state = states.get(row.key());
            if (state != null && !state.verdict.equals("DELETED")) {
                state.verdict = "DELETED";
                state.bills = new TreeMap<>();
            }
        }

        List<String> wanted() {
            return states.entrySet().stream().flatMap(entry -> entry.getValue().bills.entrySet().stream()
                    .map(bill -> entry.getKey() + "|" + bill.getKey() + "|" + bill.getValue()))
                    .map(text -> text.substring(text.indexOf('|') + 1)).toList();
        }

        List<String> verdicts() {
            return states.entrySet().stream().map(entry -> entry.getKey() + "|" + entry.getValue().verdict).toList();
        }

        String watermark(boolean card) {
            return latest.containsKey(card) ? stamp(latest.get(card)) : "";
        }
    }

    private static BigDecimal money(int cents) {
        return BigDecimal.valueOf(cents, 2);
    }

    private static BigDecimal sum(Row row) {
        return row.lines().stream().map(line -> money(line.cents())).reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
    }

    /** An amount that is absent is a stub's; one that is empty is unknown. */
    private static boolean hasEmptyAmount(Row row) {
        return (row.noise() & 1) == 0;
    }

    private static BigDecimal header(Row row) {
        return switch (row.shape()) {
            case PART -> sum(row).add(money(77));
            case MORE_LINES -> sum(row).subtract(money(1)).max(money(0));
            case VOID, ZERO -> money(0);
            case NO_AMOUNT -> null;
            case NEGATIVE -> money(-500);
            default -> sum(row);
        };
    }

    private static String stamp(int minute) {
        return LocalDateTime.of(2026, 1, 5, 8, 0).plusMinutes(minute) + ":00";
    }

    /** A gateway that pages as it likes, and writes what it means in any way that is legal. */
    private static final class Wire {
        private static final Pattern QUESTION = Pattern.compile("<(BillPayment\\w+)QueryRq requestID=\"(\\w+)\" iterator=\"(\\w+)\"");
        private static final List<String> BEGINNINGS = List.of("", "<?xml version=\"1.0\" ?>\n", "\uFEFF<?xml version='1.0'?>",
                " \r\n<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?>", "<?xml version=\"1.0\"?><!-- x -->",
                "<?xml version=\"1.0\" encoding=\"utf-16\"?>");
        private static final List<String> BETWEEN = List.of("", "\n", "<!-- <BillPaymentCheckRet> -->", "<?pi x?>",
                "<ErrorRecovery><TxnID>P1</TxnID></ErrorRecovery>");
        private static final List<String> SIBLINGS = List.of("", "<HostQueryRs requestID=\"0\" statusCode=\"0\"><HostRet/></HostQueryRs>",
                "<VendorQueryRs statusCode=\"3120\" statusSeverity=\"Error\"/>",
                "<BillPaymentCheckQueryRs requestID=\"other\" statusCode=\"0\"><BillPaymentCheckRet/></BillPaymentCheckQueryRs>");
        private final List<Row> poll;
        private final Random random;
        private final Map<String, Deque<List<String>>> pages = new HashMap<>();

        private Wire(List<Row> poll, Random random) {
            this.poll = poll;
            this.random = random;
        }

        byte[] answer(String request) {
            StringBuilder responses = new StringBuilder(any(SIBLINGS));
            if (request.contains("TxnDeletedQueryRq")) {
                responses.append(response("TxnDeleted", "del", "", poll.stream().filter(Row::isDeletion)
                        .map(FeedPropertiesTest::xml).toList()));
            }
            if (request.contains("BillQueryRq")) {
                responses.append("<BillQueryRs requestID=\"ids-bill\" statusCode=\"1\"/>");
            }
            for (Matcher question = QUESTION.matcher(request); question.find();) {
                responses.append(page(question.group(1), question.group(2), question.group(3).equals("Start")));
            }
            String text = any(BEGINNINGS) + "<QBXML>" + any(List.of("", "<SignonMsgsRs><SignonDesktopRs/></SignonMsgsRs>"))
                    + "<QBXMLMsgsRs>" + responses + "</QBXMLMsgsRs></QBXML>" + any(List.of("", "\n", "<!-- end -->"));
            boolean tellsNothing = !text.startsWith("\uFEFF") && !text.contains("encoding");
            return text.getBytes(tellsNothing && random.nextBoolean() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        }

        private String page(String feed, String requestId, boolean start) {
            boolean card = feed.equals("BillPaymentCreditCard");
            if (start) {
                pages.put(feed, cut(poll.stream().filter(row -> !row.isDeletion() && row.card() == card)
                        .map(FeedPropertiesTest::xml).toList()));
            }
            List<String> page = pages.get(feed).remove();
            int left = pages.get(feed).stream().mapToInt(List::size).sum();
            return response(feed, requestId, " iteratorRemainingCount=\"" + left + "\""
                    + (start || random.nextBoolean() ? " iteratorID=\"{" + random.nextInt(100) + "}\"" : ""), page);
        }

        /** Pages of any size; a page that is the same as the one before it would be a gateway's mistake. */
        private Deque<List<String>> cut(List<String> rows) {
            Deque<List<String>> cut = new ArrayDeque<>();
            for (int at = 0; at < rows.size() || cut.isEmpty();) {
                int end = Math.min(rows.size(), at + 1 + random.nextInt(4));
                List<String> page = rows.subList(at, end);
                if (page.equals(cut.peekLast())) {
                    List<String> joined = new ArrayList<>(cut.removeLast());
                    joined.addAll(page);
                    page = joined;
                }
                cut.add(page);
                at = end;
            }
            return cut;
        }

        private String response(String name, String requestId, String iterator, List<String> rows) {
            StringBuilder response = new StringBuilder("<" + name + "QueryRs");
            boolean warns = random.nextInt(4) == 0;
            List<String> attributes = new ArrayList<>(List.of(warns ? " statusCode='530' statusSeverity='Warning'"
                    : " statusCode=\"0\" statusSeverity=\"Info\"", iterator, random.nextInt(4) == 0 ? ""
                    : " requestID=\"" + requestId + "\"", any(List.of("", " retCount=\"7\"", " newIn2031=\"&lt;\""))));
            Collections.shuffle(attributes, random);
            response.append(String.join("", attributes)).append(">");
            rows.forEach(row -> response.append(any(BETWEEN)).append(row));
            return response.append(any(BETWEEN)).append("</").append(name).append("QueryRs>").toString();
        }

        private String any(List<String> choices) {
            return choices.get(random.nextInt(choices.size()));
        }
    }

    private static String xml(Row row) {
        String type = row.card() ? "BillPaymentCreditCard" : "BillPaymentCheck";
        if (row.isDeletion()) {
            return "<TxnDeletedRet><TxnDelType>" + type + "</TxnDelType><TxnID>P" + row.id() + "</TxnID>"
                    + (row.minute() < 0 ? "" : "<TimeDeleted>" + stamp(row.minute()) + "</TimeDeleted>") + "</TxnDeletedRet>";
        }
        StringBuilder xml = new StringBuilder("<" + type + "Ret><TxnID>P" + row.id() + "</TxnID>");
        xml.append(row.minute() < 0 ? "<TimeModified/>" : "<TimeModified>" + stamp(row.minute()) + "-07:00</TimeModified>");
        xml.append(row.edit() == 0 ? "" : "<EditSequence>" + row.edit() + "</EditSequence>");
        xml.append((row.noise() & 1) == 0 ? "" : "<NewIn2031><TxnID>N1</TxnID><Amount>1.00</Amount></NewIn2031>");
        xml.append(row.shape() == Shape.NO_DATE ? "<TxnDate></TxnDate>" : "<TxnDate> 2026-01-05</TxnDate>");
        xml.append(header(row) == null ? hasEmptyAmount(row) ? "<Amount/>" : "" : "<Amount>" + header(row).toPlainString() + "</Amount>");
        xml.append(row.shape() == Shape.FOREIGN ? "<CurrencyRef><FullName>Euro</FullName></CurrencyRef><ExchangeRate>2"
                + "</ExchangeRate>" : "");
        xml.append(row.shape() == Shape.VOID ? "<Memo><![CDATA[Void: <x>]]></Memo>" : "<Memo>a &amp; b &#233; é</Memo>");
        for (Line line : row.lines()) {
            xml.append("<AppliedToTxnRet><TxnID>").append(line.isBill() ? "B" : "J").append(line.bill())
                    .append("</TxnID><TxnType>").append(line.isBill() ? "Bill" : "JournalEntry").append("</TxnType><Amount>")
                    .append(money(line.cents()).toPlainString()).append("</Amount>")
                    .append((row.noise() & 2) == 0 ? "" : "<LinkedTxn><TxnID>B9</TxnID><TxnType>Bill</TxnType><Amount>-7.00"
                            + "</Amount></LinkedTxn>").append("</AppliedToTxnRet>");
        }
        xml.append((row.noise() & 4) == 0 ? "" : "<DataExtRet><DataExtName>TxnID</DataExtName></DataExtRet>");
        return xml.append("</").append(type).append("Ret>").toString();
    }

    // ---- windows and iterators ---------------------------------------------------------------------------------------

    @Property(tries = 30)
    void windows_read_what_iterators_read(@ForAll("stamps") List<Integer> seconds, @ForAll("pageSizes") int pageSize) {
        readTheSame(seconds, pageSize);
    }

    /** On 8 March 2026 the clock jumps from 2:00 to 3:00, and to QuickBooks 2:30 is 3:30, later than 3:00. */
    @Example
    void windows_read_payments_around_the_hour_that_spring_skips() {
        int two = 7 * 86_400 + 2 * 3_600;
        for (int every : List.of(1, 7, 61, 300, 900)) {
            List<Integer> seconds = IntStream.range(-12, 30).map(i -> two + i * every).boxed().toList();
            List<String> answers = readTheSame(seconds, 2);
            assertThat(answers).as("every " + every + " s").anyMatch(answer -> answer.contains("statusCode=\"3030\""));
        }
    }

    /** @return what QuickBooks said */
    private static List<String> readTheSame(List<Integer> seconds, int pageSize) {
        List<String> answers = new ArrayList<>();
        TestQuickBooks books = new TestQuickBooks();
        for (int i = 0; i < seconds.size(); i++) {
            String stamp = LocalDateTime.of(2026, 3, 1, 0, 0, 0).plusSeconds(seconds.get(i))
                    .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
            BookedPayment payment = i % 2 == 0 ? SimulatedQuickBooks.check("K" + i) : SimulatedQuickBooks.creditCard("K" + i);
            books.has(payment.modified(stamp).pays("B" + i, "", "1.00"));
        }
        Map<Boolean, List<String>> read = new LinkedHashMap<>();
        for (boolean iterators : List.of(true, false)) {
            emptyLedger();
            conversation.iterators = iterators;
            conversation.pageSize = pageSize;
            assertThat(conversation.with(books, answer -> {
                answers.add(answer);
                return answer;
            })).isEmpty();
            List<String> seen = new ArrayList<>(conversation.wanted());
            seen.add(conversation.watermark(Feed.CHECKS) + " " + conversation.watermark(Feed.CREDIT_CARDS));
            read.put(iterators, seen);
        }
        conversation.iterators = true;
        conversation.pageSize = 100;
        assertThat(read.get(false)).isEqualTo(read.get(true)).hasSize(seconds.size() + 1);
        return answers;
    }

    @Provide
    Arbitrary<List<Integer>> stamps() {
        // Bursts within a second, an hour that does not exist (8 March, 2:00), months between.
        return Arbitraries.oneOf(Arbitraries.integers().between(0, 3), Arbitraries.integers().between(600_000, 620_000),
                Arbitraries.integers().between(0, 20_000_000)).list().ofMaxSize(25);
    }

    @Provide
    Arbitrary<Integer> pageSizes() {
        return Arbitraries.of(1, 2, 3, 10, 9999);
    }
}
