package org.paymentsissued.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.paymentsissued.ledger.Batch;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerUnavailable;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Invoice;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.quickbooks.AnswerReader;
import org.paymentsissued.quickbooks.BillPayments;
import org.paymentsissued.quickbooks.BillRows;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.quickbooks.CompanyFiles;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.quickbooks.Readings;
import org.paymentsissued.quickbooks.RowElement;

/** Each stage alone: its own file, the seams around it replaced by mocks, as an engineer would try a change. */
class RoutesAloneTest {

    private static final Readings.Plan NO_PLAN =
            new Readings.Plan("books", "13.0", 100, true, () -> new HostTime(LocalDateTime.MIN), Duration.ZERO);

    /** One route file between mocks. */
    @DisplayNameGeneration(ReplaceUnderscores.class)
    abstract static class OneFile extends CamelTestSupport {

        /** What was called at the seams, in order. */
        final List<String> seams = new ArrayList<>();

        void load(String... files) throws Exception {
            for (String file : files) {
                var resource = org.apache.camel.support.PluginHelper.getRoutesLoader(context);
                resource.loadRoutes(org.apache.camel.support.ResourceHelper.resolveResource(context,
                        "file:" + Path.of("routes", file).toAbsolutePath()));
            }
        }

        void seam(String uri) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri).errorHandler(noErrorHandler()).process(exchange -> seams.add(uri)).to("mock:" + uri);
                }
            });
        }

        void properties(Map<String, String> values) {
            Properties properties = new Properties();
            properties.putAll(values);
            context.getPropertiesComponent().setOverrideProperties(properties);
        }

        MockEndpoint at(String uri) {
            return getMockEndpoint("mock:" + uri);
        }
    }

    @Nested
    class Stage_10_poll extends OneFile {

        private final RecordingSyncs syncs = new RecordingSyncs();

        private void start() throws Exception {
            properties(Map.of("run.schedules", "false", "poll.schedule", "0 0/15 * * * ?", "quickbooks.transport", "http",
                    "quickbooks.url", "http://127.0.0.1:1/", "quickbooks.request-timeout", "1000",
                    "quickbooks.inbox", "target/no-inbox"));
            context.getRegistry().bind("syncs", syncs);
            context.getRegistry().bind("companyFiles", new CompanyFiles(List.of(new CompanyFile("books", "http",
                    "http://127.0.0.1:1/", "gateway", 1000, "target/no-inbox", null))));
            context.getRegistry().bind("deliveries", new Claims());
            context.getRegistry().bind("conversations", new WorkIsDue());
            context.getRegistry().bind("readings", new Readings(NO_PLAN, null, null, null, null, Clock.systemUTC()));
            context.getRegistry().bind("inboxes", new org.paymentsissued.sync.Inboxes());
            context.getRegistry().bind("setAside", new Kept());
            context.getRegistry().bind("gateway", new org.paymentsissued.quickbooks.Gateway("", "", java.time.Duration.ofSeconds(30)));
            load("00-failures.yaml", "10-poll.yaml");
            context.getRouteController().stopRoute("read-quickbooks-http");
            context.removeRoute("read-quickbooks-http");
            for (String seam : List.of("direct:read-commitments", "direct:refresh-if-due",
                    "direct:read-quickbooks-http", "direct:refresh-if-bills-wait", "direct:place", "direct:deliver")) {
                seam(seam);
            }
        }

        @Test
        void a_sync_reads_the_lookup_then_quickbooks_then_places_then_delivers() throws Exception {
            start();
            template.sendBody("direct:sync", "once");
            assertThat(seams).containsExactly("direct:read-commitments", "direct:refresh-if-due",
                    "direct:read-quickbooks-http", "direct:refresh-if-bills-wait", "direct:place", "direct:deliver");
            assertThat(syncs.told).containsExactly("begin once", "end");
        }

        @Test
        void quickbooks_away_is_told_and_delivery_goes_on() throws Exception {
            start();
            at("direct:read-quickbooks-http").whenAnyExchangeReceived(exchange -> {
                throw new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY, "QuickBooks sleeps.");
            });
            template.sendBody("direct:sync", "once");
            assertThat(seams).endsWith("direct:place", "direct:deliver");
            assertThat(syncs.told).containsExactly("begin once", "not read books: QuickBooks sleeps.", "end");
        }

        @Test
        void a_sync_beside_a_running_one_does_nothing() throws Exception {
            syncs.running = true;
            start();
            template.sendBody("direct:sync", "schedule");
            assertThat(seams).isEmpty();
        }

        @Test
        void a_gateway_out_of_reach_is_told_as_such() throws Exception {
            start();
            Exchange asked = template.send("direct:ask-gateway", exchange -> {
                exchange.setVariable("companyFile", context.getRegistry().lookupByNameAndType("companyFiles",
                        CompanyFiles.class).all().get(0));
                exchange.getMessage().setBody("<QBXML/>");
            });
            assertThat(asked.getException()).isInstanceOf(QuickBooksTrouble.class)
                    .hasMessageContaining("QuickBooks could not be reached");
        }
    }

    @Nested
    class Stage_20_split extends OneFile {

        private static final String TWO_CHECKS = """
                <?xml version="1.0" ?><QBXML><QBXMLMsgsRs>
                <BillPaymentCheckQueryRs requestID="x" statusCode="0" statusSeverity="Info" statusMessage="OK">
                <BillPaymentCheckRet><TxnID>K1</TxnID><TxnDate>2026-03-25</TxnDate><Amount>3.00</Amount>
                <AppliedToTxnRet><TxnID>B1</TxnID><TxnType>Bill</TxnType><Amount>1.00</Amount></AppliedToTxnRet>
                <AppliedToTxnRet><TxnID>B2</TxnID><TxnType>Bill</TxnType><Amount>2.00</Amount></AppliedToTxnRet>
                </BillPaymentCheckRet>
                <BillPaymentCheckRet>%s<TxnDate>2026-03-25</TxnDate><Amount>0.00</Amount><Memo>VOID: x</Memo>
                </BillPaymentCheckRet></BillPaymentCheckQueryRs>
                <TxnDeletedQueryRs requestID="y" statusCode="0" statusSeverity="Info" statusMessage="OK"><TxnDeletedRet>
                <TxnDelType>BillPaymentCheck</TxnDelType><TxnID>K9</TxnID></TxnDeletedRet></TxnDeletedQueryRs>
                </QBXMLMsgsRs></QBXML>""";

        private final RecordingLedger ledger = new RecordingLedger();
        private final Kept kept = new Kept();
        private Exchange ended;

        private void split(String answer) throws Exception {
            Readings readings = new Readings(NO_PLAN, null, null, null, null, Clock.systemUTC());
            context.getRegistry().bind("readings", readings);
            context.getRegistry().bind("billPayments", new BillPayments(false));
            context.getRegistry().bind("wholePayment", new WholePayment());
            context.getRegistry().bind("billRows", new BillRows());
            context.getRegistry().bind("bills", new KnownBills());
            context.getRegistry().bind("ledger", ledger);
            context.getRegistry().bind("setAside", kept);
            load("00-failures.yaml", "90-dead-letter.yaml", "60-yours.yaml", "40-aggregate.yaml", "20-split.yaml");
            context.getRouteController().stopRoute("aggregate");
            context.removeRoute("aggregate");
            seam("direct:enrich");
            seam("direct:aggregate");
            ended = template.send("direct:split", exchange -> {
                exchange.setVariable("reading", readings.ofFiles());
                exchange.setVariable("sync", new Syncs.Sync());
                exchange.getMessage().setBody(answer.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            });
        }

        @Test
        void a_check_that_pays_two_bills_becomes_two_messages_and_one_payment_again() throws Exception {
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));

            assertThat(at("direct:enrich").getExchanges()).extracting(exchange ->
                    exchange.getMessage().getBody(Invoice.class).applied().txnId()).containsExactly("B1", "B2");
            List<Exchange> payments = at("direct:aggregate").getExchanges();
            assertThat(payments).extracting(exchange -> exchange.getVariable("payment", Payment.class).key().txnId())
                    .containsExactly("K1", "K2");
            assertThat(payments.get(0).getMessage().getBody(List.class)).hasSize(2);
            assertThat(payments.get(1).getMessage().getBody(List.class)).isEmpty();
            assertThat(ledger.deleted).containsExactly("K9");
            assertThat(kept.told).isEmpty();
        }

        @Test
        void a_payment_nothing_can_be_made_of_is_kept_whole_and_the_others_go_on() throws Exception {
            split(TWO_CHECKS.formatted(""));
            assertThat(ended.getException()).isNull();
            assertThat(at("direct:aggregate").getExchanges()).hasSize(1);
            assertThat(kept.told).singleElement().satisfies(told -> assertThat(told)
                    .contains("split", "has no TxnID", "<Memo>VOID: x</Memo>"));
            assertThat(ledger.deleted).containsExactly("K9");
        }

        @Test
        void a_payment_that_the_next_stage_cannot_take_is_kept_with_that_stage() throws Exception {
            getMockEndpoint("mock:direct:aggregate", true).whenExchangeReceived(1, exchange -> {
                throw new IllegalStateException("no room");
            });
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));
            assertThat(kept.told).singleElement().satisfies(told -> assertThat(told).contains("aggregate", "no room"));
            assertThat(at("direct:aggregate").getReceivedCounter()).isEqualTo(2);
        }

        @Test
        void a_dead_letter_that_cannot_be_written_stops_the_page_instead_of_losing_the_payment() throws Exception {
            kept.broken = true;
            getMockEndpoint("mock:direct:aggregate", true).whenExchangeReceived(1, exchange -> {
                throw new IllegalStateException("no room");
            });
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));
            assertThat(at("direct:aggregate").getReceivedCounter()).as("nothing after the lost one").isEqualTo(1);
            assertThat(ledger.deleted).isEmpty();
        }

        @Test
        void what_was_gathered_is_recorded_before_a_deletion_and_at_the_end() throws Exception {
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));
            assertThat(ledger.recorded).containsExactly("together", "deleted K9", "together");
        }

        @Test
        void a_payment_that_cannot_be_recorded_is_kept_and_those_gathered_with_it_go_on() throws Exception {
            ledger.left = List.of(new Batch.Entry(invoice("B3").payment(), List.of(invoice("B3"), invoice("B4"))),
                    new Batch.Entry(invoice("B1").payment(), List.of(invoice("B1"), invoice("B2"))));
            ledger.refusedOnce = true;
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));
            assertThat(ended.getException()).isNull();
            assertThat(kept.told).singleElement().satisfies(told -> assertThat(told).contains("aggregate", "no room"));
            // A payment set aside empties the batch first, though here nothing is left in it.
            assertThat(ledger.recorded).containsExactly("together", "together", "K1 B1 B2 FILE", "deleted K9", "together");
        }

        @Test
        void what_was_gathered_is_recorded_before_a_dead_letter_so_that_an_older_version_does_not_close_it() throws Exception {
            split(TWO_CHECKS.formatted(""));
            assertThat(kept.told).hasSize(1);
            assertThat(ledger.recorded).containsExactly("together", "together", "deleted K9", "together");
        }

        @Test
        void gathered_payments_that_cannot_be_recorded_stop_the_page_and_are_not_taken_for_the_next_ones_trouble() throws Exception {
            ledger.broken = true;
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));
            assertThat(kept.told).isEmpty();
            assertThat(ledger.deleted).isEmpty();
            assertThat(ended.getException()).hasRootCauseMessage("cannot be recorded");
        }

        @Test
        void without_the_database_nothing_is_a_dead_letter_and_everything_stops() throws Exception {
            getMockEndpoint("mock:direct:aggregate", true).whenExchangeReceived(1, exchange -> {
                throw new LedgerUnavailable("gone");
            });
            split(TWO_CHECKS.formatted("<TxnID>K2</TxnID>"));
            assertThat(kept.told).isEmpty();
            assertThat(at("direct:aggregate").getReceivedCounter()).isEqualTo(1);
        }
    }

    @Nested
    class Stage_30_enrich extends OneFile {

        @Test
        void a_bill_in_the_lookup_gets_its_place_and_any_other_stays_without() throws Exception {
            JdbcDataSource dataSource = new JdbcDataSource();
            dataSource.setURL("jdbc:h2:mem:enrich;DB_CLOSE_DELAY=-1");
            try (var connection = dataSource.getConnection(); var statement = connection.createStatement()) {
                statement.execute("create table commitment_lookup (company_file varchar(9), bill_txn_id varchar(9),"
                        + " project_id bigint, commitment_id bigint, commitment_type varchar(40), requisition_id bigint,"
                        + " invoice_number varchar(20))");
                statement.execute("insert into commitment_lookup values"
                        + " ('books', 'B1', 598134325630042, 11, 'work_order_contract', null, 'HD-1'),"
                        + " ('others', 'B2', 1, 2, 'work_order_contract', 3, null)");
            }
            properties(Map.of("commitments.inbox", "target/no-inbox"));
            context.getRegistry().bind("dataSource", dataSource);
            context.getRegistry().bind("placements", new Placements(null));
            context.getRegistry().bind("inboxes", new org.paymentsissued.sync.Inboxes());
            context.getRegistry().bind("commitmentFiles", new Object());
            load("00-failures.yaml", "30-enrich.xml");

            assertThat(template.requestBody("direct:enrich", invoice("B1"), Invoice.class).placement()).contains(
                    new Placement(598134325630042L, 11, "work_order_contract", Optional.empty(), "HD-1"));
            assertThat(template.requestBody("direct:enrich", invoice("B2"), Invoice.class).placement())
                    .as("a bill of another company file").isEmpty();
        }

        @Test
        void a_statement_of_ones_own_asks_the_invoice_by_name() throws Exception {
            JdbcDataSource dataSource = new JdbcDataSource();
            dataSource.setURL("jdbc:h2:mem:");
            context.getRegistry().bind("dataSource", dataSource);
            assertThat(template.requestBody("sql:select :#companyFile || ' ' || :#billTxnId || ' ' || :#billNumber as told"
                    + "?outputType=SelectOne", invoice("B1"), String.class)).isEqualTo("books B1 HD-B1");
        }
    }

    @Nested
    class Stage_40_aggregate extends OneFile {

        @Test
        void the_invoices_of_a_payment_are_recorded_together() throws Exception {
            RecordingLedger ledger = new RecordingLedger();
            context.getRegistry().bind("ledger", ledger);
            context.getRegistry().bind("billPayments", new BillPayments(false));
            load("00-failures.yaml", "40-aggregate.yaml");
            Syncs.Sync sync = new Syncs.Sync();
            template.send("direct:aggregate", exchange -> {
                exchange.setVariable("payment", invoice("B1").payment());
                exchange.setVariable("sync", sync);
                exchange.setVariable("reading", new Readings(NO_PLAN, null, null, null, null, Clock.systemUTC()).ofFiles());
                exchange.getMessage().setBody(List.of(invoice("B1"), invoice("B2")));
            });
            assertThat(ledger.recorded).containsExactly("K1 B1 B2 FILE");
        }
    }

    @Nested
    class Stage_50_deliver extends OneFile {

        @Test
        void a_payment_is_given_back_even_if_one_of_its_rows_fails() throws Exception {
            Claims claims = new Claims();
            properties(Map.of("run.schedules", "false", "procore.url", "http://127.0.0.1:1", "procore.company-id", "5",
                    "procore.request-timeout", "1000"));
            context.getRegistry().bind("deliveries", claims);
            context.getRegistry().bind("deliveryThreads", java.util.concurrent.Executors.newSingleThreadExecutor());
            context.getRegistry().bind("procoreLogin", new org.paymentsissued.quickbooks.Gateway("", "", java.time.Duration.ofSeconds(30)));
            context.getRegistry().bind("procoreAnswers", new org.paymentsissued.procore.ProcoreAnswers(Clock.systemUTC()));
            load("00-failures.yaml", "60-yours.yaml", "50-deliver.yaml");
            seam("direct:dead-letter");

            template.send("direct:deliver-payment", exchange -> exchange.getMessage().setBody("the claim"));

            assertThat(claims.told).containsExactly("rows the claim", "begin 1", "failed 1", "begin 2", "failed 2",
                    "release the claim");
        }
    }

    private static Invoice invoice(String bill) {
        Payment payment = new Payment(new PaymentKey("books", PaymentKind.CHECK, "K1"), "1", Optional.empty(),
                Optional.of(LocalDate.of(2026, 3, 25)), "10902", "", "", "", Optional.of(BigDecimal.ONE),
                new Verdict(Verdict.Kind.PAYS_BILLS, ""), List.of(), "<x/>");
        return new Invoice(payment, new Applied(bill, "Bill", "HD-" + bill, Optional.empty(), Optional.of(BigDecimal.ONE),
                Optional.empty()), Optional.empty());
    }

    /** Stands for the bean of the same name. */
    public static final class RecordingSyncs {
        final List<String> told = new ArrayList<>();
        boolean running;

        public Syncs.Sync begin(@Body String startedBy) {
            if (running) {
                return null;
            }
            told.add("begin " + startedBy);
            return new Syncs.Sync();
        }

        public void read(@Variable("reading") AnswerReader reading) {
            told.add("read " + reading.payments().size());
        }

        public void notRead(@Variable("companyFile") CompanyFile file, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
            told.add("not read " + file.name() + ": " + failure.getMessage());
        }

        public void fileRefused(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
            told.add("file refused: " + failure.getMessage());
        }

        public void failed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
            told.add("failed " + failure.getMessage());
        }

        public void awaitTurn() {
            // Nobody else reads here.
        }

        public void endTurns() {
            // As above.
        }

        public void end() {
            told.add("end");
        }
    }

    /** Stands for the bean of the same name. */
    public static final class RecordingLedger {
        final List<String> deleted = new ArrayList<>();
        final List<String> recorded = new ArrayList<>();
        List<Batch.Entry> left = List.of();
        boolean refusedOnce;
        boolean broken;

        public void recordDeletion(Deletion deletion) {
            recorded.add("deleted " + deletion.key().txnId());
            deleted.add(deletion.key().txnId());
        }

        public Batch batch(Ledger.Source source) {
            return new Batch(source);
        }

        public void gather(Batch batch, Payment payment, List<Invoice> invoices) {
            recorded.add("gathered " + payment.key().txnId());
        }

        /** What is left to be recorded by itself. */
        public List<Batch.Entry> recordNew(Batch batch, long run, boolean again) {
            if (broken) {
                throw new IllegalStateException("cannot be recorded");
            }
            recorded.add("together");
            List<Batch.Entry> byItself = left;
            left = List.of();
            return byItself;
        }

        public void record(Payment payment, List<Invoice> invoices, long run, Ledger.Source source, boolean again) {
            if (refusedOnce) {
                refusedOnce = false;
                throw new org.springframework.dao.DataIntegrityViolationException("no room");
            }
            recorded.add(payment.key().txnId() + " " + invoices.get(0).applied().txnId() + " "
                    + invoices.get(1).applied().txnId() + " " + source);
        }
    }

    /** Stands for the bean setAside. */
    public static final class Kept {
        final List<String> told = new ArrayList<>();
        boolean broken;

        public List<Object> announced() {
            return List.of();
        }

        public void file(@Header(Exchange.FILE_NAME) String name) {
            told.add("file " + name);
        }

        public void fileTaken(@Header(Exchange.FILE_NAME) String name) {
            told.add("taken " + name);
        }

        public void payment(@Variable("stage") String stage, @Variable("row") RowElement row,
                @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
            if (broken) {
                throw new IllegalStateException("the dead letter cannot be written");
            }
            told.add(stage + " " + failure.getClass().getSimpleName() + " " + failure.getMessage() + " " + row.xml());
        }
    }

    /** Stands for the bean conversations. */
    public static final class WorkIsDue {
        public void due(String companyFile) {
            // Nobody calls in these tests.
        }
    }

    /** Stands for the bean bills. */
    public static final class KnownBills {
        public void record(Object bill) {
            // No bill stands in these answers.
        }
    }

    /** Stands for the bean deliveries. */
    public static final class Claims {
        final List<String> told = new ArrayList<>();

        public void beginRun(boolean alone) {
            told.add("begin run");
        }

        public void awaitTurn() {
            // Nobody else delivers here.
        }

        public void endTurn() {
            // As above.
        }

        public List<String> due() {
            return List.of();
        }

        public void take(Object delivery, Object answer) {
            told.add("take");
        }

        public void stepFailed(@Variable("dueRow") Long row) {
            told.add("step failed " + row);
        }

        public List<Long> rows(String claim) {
            told.add("rows " + claim);
            return List.of(1L, 2L);
        }

        public Object begin(Long row) {
            told.add("begin " + row);
            throw new IllegalStateException("row " + row + " fails");
        }

        public void failed(@Variable("dueRow") Long row) {
            told.add("failed " + row);
        }

        public void release(String claim) {
            told.add("release " + claim);
        }
    }
}
