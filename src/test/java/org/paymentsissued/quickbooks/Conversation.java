package org.paymentsissued.quickbooks;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import org.apache.camel.converter.stream.InputStreamCache;
import org.paymentsissued.demo.QuickBooksRefuses;
import org.paymentsissued.demo.RequestGrammar;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.ReadingHistory;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet;
import org.paymentsissued.quickbooks.qbxml.BillRet;
import org.paymentsissued.quickbooks.qbxml.TxnDeletedRet;

/** The conversation that the routes lead, without them: questions, answers, rows into a ledger in memory. */
final class Conversation implements AutoCloseable {

    static final int MOST_QUESTIONS = 5_000;
    private static final JAXBContext JAXB = jaxb();
    private static final XMLInputFactory STAX = XMLInputFactory.newDefaultFactory();

    final LedgerDatabase database = LedgerDatabase.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa",
            "", 1);
    final List<String> requests = new ArrayList<>();
    /** Requests that passed the grammar. */
    private final Set<String> checked = new HashSet<>();
    /** Rows that nothing could be made of. */
    final List<RowElement> unreadable = new ArrayList<>();
    /** After all that the tests have happen. */
    Clock clock = Clock.fixed(Instant.parse("2026-12-01T12:00:00Z"), ZoneOffset.UTC);
    int pageSize = 100;
    boolean iterators = true;
    Duration overlap = Duration.ofMinutes(65);
    LocalDateTime start = LocalDateTime.of(2019, 5, 1, 0, 0);
    final Ledger ledger = new Ledger(database, new DeadLetters(database, clock), clock);
    final Watermarks watermarks = new Watermarks(database, clock);
    final Bills bills = new Bills(database, clock);
    private final Runs runs = new Runs(database, clock);
    private final BillPayments billPayments = new BillPayments(false);

    private static JAXBContext jaxb() {
        try {
            return JAXBContext.newInstance(BillPaymentRet.class, TxnDeletedRet.class, BillRet.class);
        } catch (JAXBException e) {
            throw new IllegalStateException(e);
        }
    }

    Readings readings() {
        return new Readings(new Readings.Plan("default", "13.0", pageSize, iterators, () -> new HostTime(start), overlap), watermarks,
                new ReadingHistory(database, clock), ledger, bills, clock);
    }

    /** A sync with the books themselves. @return trouble, if any */
    Optional<QuickBooksTrouble> with(TestQuickBooks books) {
        return with(books, UnaryOperator.identity());
    }

    /** A sync in which every answer passes a hand that may spoil it. */
    Optional<QuickBooksTrouble> with(TestQuickBooks books, UnaryOperator<String> hand) {
        return lead(readings().sinceWatermarks(), answersOf(books, hand));
    }

    static Function<String, byte[]> answersOf(TestQuickBooks books, UnaryOperator<String> hand) {
        return request -> {
            try {
                return hand.apply(books.answer(request)).getBytes(StandardCharsets.UTF_8);
            } catch (QuickBooksRefuses e) {
                throw new AssertionError("QuickBooks refuses " + request, e);
            }
        };
    }

    /** A sync in which someone else answers. */
    Optional<QuickBooksTrouble> asking(Function<String, String> gateway) {
        return lead(readings().sinceWatermarks(), gateway.andThen(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    Optional<QuickBooksTrouble> lead(Reading reading, Function<String, byte[]> gateway) {
        long run = runs.begin("default", "test");
        try {
            for (int asked = 0; reading.isUnfinished(); asked++) {
                if (asked == MOST_QUESTIONS) {
                    throw new AssertionError("asked " + MOST_QUESTIONS + " times without an end");
                }
                String request = reading.nextRequest();
                if (checked.add(request) && RequestGrammar.asksForEverything(request)) {
                    throw new AssertionError("asks for the whole company file: " + request);
                }
                requests.add(request);
                InputStreamCache answer = new InputStreamCache(gateway.apply(request));
                Page page = readings().open(answer, reading);
                // As Camel does before each step of a route.
                answer.reset();
                take(page, reading, run);
            }
            reading.requireAllRead();
            return Optional.empty();
        } catch (QuickBooksTrouble trouble) {
            return Optional.of(trouble);
        } catch (QuickBooksRefuses e) {
            throw new AssertionError("against the grammar: " + requests.get(requests.size() - 1), e);
        }
    }

    /** A file of unknown origin. */
    void file(String text) {
        AnswerReader reading = readings().ofFiles();
        take(readings().open(text, reading), reading, runs.begin("default", "test"));
    }

    private void take(Page page, AnswerReader reading, long run) {
        for (Iterator<RowElement> rows = page.rows(); rows.hasNext();) {
            take(rows.next(), reading, run);
        }
        page.taken();
    }

    private void take(RowElement row, AnswerReader reading, long run) {
        try {
            row.requireReadable();
            if (row.isBill()) {
                Optional.ofNullable(new BillRows().read(bound(row, BillRet.class), reading.companyFile()))
                        .ifPresent(bills::record);
            } else if (row.isDeletion()) {
                Optional.ofNullable(billPayments.readDeletion(bound(row, TxnDeletedRet.class), "default"))
                        .ifPresent(ledger::recordDeletion);
            } else {
                Payment payment = billPayments.read(bound(row, BillPaymentRet.class), row, "default");
                ledger.record(payment, payment.invoices(), run, reading.source(), false);
            }
        } catch (UnreadablePayment | JAXBException e) {
            unreadable.add(row);
        }
    }

    static <T> T bound(RowElement row, Class<T> type) throws JAXBException {
        try {
            return JAXB.createUnmarshaller().unmarshal(STAX.createXMLStreamReader(new StringReader(row.xml())), type)
                    .getValue();
        } catch (XMLStreamException e) {
            throw new JAXBException(e);
        }
    }

    /** Empty before the first. */
    String watermark(Feed feed) {
        return watermarks.of("default", feed.message()).map(HostTime::toString).orElse("");
    }

    /** One text for each payment issued that Procore should hold: payment, bill, amount. */
    List<String> wanted() {
        return query("""
                select p.payment_txn_id || '|' || r.bill_txn_id || '|' || cast(r.wanted_amount as varchar)
                from ledger_row r join payment p on p.id = r.payment_id where r.wanted
                order by p.payment_kind, p.payment_txn_id, r.bill_txn_id""");
    }

    List<String> query(String sql) {
        try (var connection = database.dataSource().getConnection();
                var found = connection.createStatement().executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (found.next()) {
                texts.add(String.valueOf(found.getString(1)));
            }
            return texts;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    void update(String sql) {
        try (var connection = database.dataSource().getConnection(); var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        update("drop all objects");
        database.close();
    }
}
