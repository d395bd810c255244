package org.paymentsissued.webconnector;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.ReadingTurns;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.rig.HandClock;
import org.slf4j.LoggerFactory;

/** The rules of the conversation, with a clock moved by hand and work that does nothing. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConversationTest {

    private static final String BOOKS = "C:\\Books\\Builder.qbw";
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(Conversation.class.getPackageName());
    private static final String HERE = "10.0.0.5";

    @TempDir
    private Path spool;
    private final HandClock clock = new HandClock();
    private final LedgerDatabase database = LedgerDatabase.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
            "sa", "", 1);
    private final DeadLetters deadLetters = new DeadLetters(database, clock);
    private final WebConnections connections = new WebConnections(database, deadLetters, clock);
    private final List<WorkByHand> works = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    /** Another node. */
    private String reader = "";
    private List<String> requests = List.of("<a/>", "<b/>", "<c/>");
    private Conversations conversation = conversation("", "13.0", Duration.ZERO);

    @BeforeEach
    void listen() {
        log.start();
        LOGGER.addAppender(log);
        LOGGER.setAdditive(false);
        LOGGER.setLevel(Level.INFO);
    }

    @AfterEach
    void close() {
        LOGGER.detachAppender(log);
        LOGGER.setAdditive(true);
        LOGGER.setLevel(null);
        database.close();
    }

    private Conversations conversation(String path, String version, Duration answersWithin) {
        return new Conversations(List.of(new Conversation.Plan("default", "payments-sync", "s3cret", path, version,
                Duration.ofHours(24), answersWithin)), "payments-issued", connections, file -> {
                    if (!reader.isEmpty()) {
                        throw new ReadingTurns.Taken("Company file " + file + " is being read by " + reader + ".");
                    }
                    works.add(new WorkByHand(requests));
                    return works.get(works.size() - 1);
                }, clock);
    }

    // ---- authenticate ------------------------------------------------------------------------------------------

    @Test
    void the_right_login_gets_a_ticket_and_the_open_company_file_while_a_reading_is_due() {
        List<String> admitted = authenticate("payments-sync", "s3cret", HERE);

        assertThat(admitted).hasSize(2);
        assertThat(UUID.fromString(admitted.get(0)).version()).isEqualTo(4);
        assertThat(admitted.get(1)).isEmpty();
        assertThat(works).hasSize(1);
    }

    @Test
    void a_wrong_user_name_or_password_is_nvu_and_does_not_touch_a_running_session() {
        String ticket = begin();

        assertThat(authenticate("payments-sync", "S3cret", HERE)).last().isEqualTo("nvu");
        assertThat(authenticate("payments-syn", "s3cret", HERE)).last().isEqualTo("nvu");
        assertThat(authenticate("", "", HERE)).last().isEqualTo("nvu");

        assertThat(send(ticket)).isEqualTo("<a/>");
        assertThat(connections.of("default").refusedLogin()).get()
                .extracting(WebConnections.RefusedLogin::from).isEqualTo(HERE);
        assertThat(connections.of("default").lastCall()).get()
                .extracting(WebConnections.Call::operation).isEqualTo("sendRequestXML");
    }

    @Test
    void where_no_password_is_set_nobody_is_let_in() {
        LoginGuard logins = new LoginGuard(List.of(new LoginGuard.Login("default", "", "")), clock);

        assertThat(logins.check("", "", HERE).verdict()).isEqualTo(LoginGuard.Verdict.WRONG);
    }

    @Test
    void a_ticket_of_a_refused_login_opens_nothing() {
        String ticket = authenticate("payments-sync", "guess", HERE).get(0);

        assertThat(send(ticket)).isEmpty();
        assertThat(receive(ticket, "", "")).isNegative();
        assertThat(conversation.isCurrent(ticket)).isFalse();
        assertThat(conversation.isCurrent("")).isFalse();
        assertThat(works).isEmpty();
    }

    @Test
    void after_ten_wrong_guesses_from_an_address_its_logins_wait_for_at_most_a_minute_and_others_do_not() {
        for (int i = 0; i < 10; i++) {
            assertThat(authenticate("payments-sync", "guess-" + i, HERE)).last().isEqualTo("nvu");
        }

        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("busy");
        List<String> elsewhere = authenticate("payments-sync", "s3cret", "10.0.0.6");
        assertThat(elsewhere).last().isEqualTo("");
        close(elsewhere.get(0));
        clock.forward(Duration.ofMinutes(1));
        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("");
    }

    @Test
    void neither_an_old_password_typed_a_hundred_times_nor_guesses_at_other_names_keep_the_right_login_out() {
        for (int i = 0; i < 100; i++) {
            assertThat(authenticate("payments-sync", "last-years", HERE)).last().isEqualTo("nvu");
            authenticate("admin", "guess-" + i, HERE);
        }

        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("");
    }

    @Test
    void while_another_node_reads_the_answer_is_busy_and_the_console_says_who() {
        reader = "beta:8080";

        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("busy");
        assertThat(connections.of("default").lastCall()).get().extracting(WebConnections.Call::result).asString()
                .contains("busy", "beta:8080");
        assertThat(log.list).isEmpty();
        reader = "";
        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("");
    }

    @Test
    void where_nothing_is_due_the_answer_is_none_until_a_reading_is_wanted_again() {
        readAll(begin());

        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("none");
        conversation.due("default");
        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("");
    }

    @Test
    void a_reading_wanted_in_the_middle_of_a_session_is_still_due_after_it() {
        String ticket = begin();
        clock.forward(Duration.ofSeconds(1));
        conversation.due("default");
        readAll(ticket);

        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("");
    }

    @Test
    void while_an_answer_is_being_stored_another_session_is_busy() {
        String ticket = begin();
        send(ticket);
        Session.Page page = conversation.receive(answer(ticket, "", ""));

        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("busy");

        store(page);
        assertThat(send(ticket)).isEqualTo("<b/>");
    }

    @Test
    void a_session_from_another_address_is_busy_while_the_first_one_calls_and_admitted_when_it_fell_silent() {
        String ticket = begin();
        clock.forward(Duration.ofMinutes(4));
        assertThat(authenticate("payments-sync", "s3cret", "10.0.0.6")).last().isEqualTo("busy");
        assertThat(send(ticket)).isEqualTo("<a/>");

        clock.forward(Duration.ofMinutes(5));
        assertThat(authenticate("payments-sync", "s3cret", "10.0.0.6")).last().isEqualTo("");
    }

    // ---- lost sessions and stale tickets -----------------------------------------------------------------------

    @Test
    void a_new_session_drops_the_lost_one_and_starts_its_own_work() {
        String lost = begin();
        send(lost);
        receiveAndStore(lost);

        String next = begin();

        assertThat(works).hasSize(2);
        assertThat(works.get(0).stopped).contains("lost");
        assertThat(conversation.takeEnded()).containsExactly(works.get(0));
        assertThat(send(lost)).isEmpty();
        assertThat(receive(lost, "", "")).isEqualTo(-1);
        assertThat(lastError(lost)).contains("no longer known");
        assertThat(send(next)).isEqualTo("<a/>");
    }

    @Test
    void tickets_are_never_alike_and_each_of_their_122_bits_is_as_often_one_as_zero() {
        int many = 2000;
        int[] ones = new int[128];
        Set<String> tickets = new HashSet<>();
        for (int i = 0; i < many; i++) {
            // Who logs in wrongly gets one like everybody.
            String ticket = authenticate("payments-sync", "guess", HERE).get(0);
            tickets.add(ticket);
            UUID bits = UUID.fromString(ticket);
            for (int bit = 0; bit < 64; bit++) {
                ones[bit] += (int) (bits.getMostSignificantBits() >>> bit & 1);
                ones[64 + bit] += (int) (bits.getLeastSignificantBits() >>> bit & 1);
            }
        }
        assertThat(tickets).hasSize(many);
        assertThat(Arrays.stream(ones).filter(count -> count > 0.4 * many && count < 0.6 * many).count())
                .as("all but version and variant, which never change").isEqualTo(122);
    }

    @Test
    void a_ticket_lives_thirty_minutes_from_its_last_call() {
        String ticket = begin();
        clock.forward(Duration.ofMinutes(29));
        assertThat(send(ticket)).isEqualTo("<a/>");
        clock.forward(Duration.ofMinutes(29));
        assertThat(receiveAndStore(ticket)).isPositive();

        clock.forward(Duration.ofMinutes(31));

        assertThat(send(ticket)).isEmpty();
        assertThat(lastError(ticket)).contains("no longer known");
        assertThat(works.get(0).stopped).contains("has not called for 30 minutes");
    }

    @Test
    void the_watch_ends_a_silent_session_and_hands_on_its_work() {
        begin();
        clock.forward(Duration.ofMinutes(31));

        conversation.watch();

        assertThat(conversation.takeEnded()).containsExactly(works.get(0));
        assertThat(conversation.takeEnded()).isEmpty();
    }

    @Test
    void a_ticket_nobody_gave_out_gets_nothing_and_is_told_why() {
        begin();

        for (String ticket : List.of("", "4711", UUID.randomUUID().toString())) {
            assertThat(send(ticket)).isEmpty();
            assertThat(receive(ticket, "", "")).isEqualTo(-1);
            assertThat(lastError(ticket)).isNotBlank();
            assertThat(call("connectionError", "ticket", ticket)).containsExactly("done");
            assertThat(close(ticket)).isNotBlank();
        }
        assertThat(works.get(0).stopped).isNull();
    }

    @Test
    void closing_before_the_end_stops_the_work_and_the_reading_stays_due() {
        String ticket = begin();
        send(ticket);
        receiveAndStore(ticket);

        assertThat(close(ticket)).contains("before everything was read");

        assertThat(works.get(0).stopped).contains("before everything was read");
        assertThat(connections.of("default").isDue()).isTrue();
    }

    // ---- requests and answers ----------------------------------------------------------------------------------

    @Test
    void the_percentage_stays_between_1_and_99_and_is_100_when_all_is_stored() {
        String ticket = begin();
        List<Integer> percents = new ArrayList<>();
        works.get(0).percent = new int[] {0, 100, 100};
        for (String request : requests) {
            assertThat(send(ticket)).isEqualTo(request);
            percents.add(receiveAndStore(ticket));
        }

        assertThat(percents).containsExactly(1, 99, 100);
        assertThat(send(ticket)).isEmpty();
        assertThat(lastError(ticket)).isEqualTo("Nothing has changed in QuickBooks.");
        assertThat(conversation.takeEnded()).hasSize(1);
        assertThat(works.get(0).stopped).isNull();
        assertThat(connections.of("default").isDue()).isFalse();
    }

    @Test
    void what_could_not_be_read_to_its_end_is_an_error_and_stays_due() {
        String ticket = begin();
        works.get(0).trouble = "QuickBooks refused the question.";
        send(ticket);
        receiveAndStore(ticket);
        send(ticket);
        receiveAndStore(ticket);
        send(ticket);

        assertThat(receiveAndStore(ticket)).isNegative();

        assertThat(lastError(ticket)).isEqualTo("QuickBooks refused the question.");
        assertThat(connections.of("default").isDue()).isTrue();
    }

    @Test
    void an_answer_that_takes_long_to_store_is_waited_for_with_no_op_and_not_for_ever() {
        String ticket = begin();
        send(ticket);
        Session.Page page = conversation.receive(answer(ticket, "", ""));
        assertThat(answered(answer(ticket, "", ""))).containsExactly("1");

        assertThat(send(ticket)).isEqualTo("NoOp");
        assertThat(lastError(ticket)).isEqualTo("NoOp");
        assertThat(send(ticket)).isEqualTo("NoOp");
        store(page);
        assertThat(send(ticket)).isEqualTo("<b/>");
        assertThat(lastError(ticket)).isNotEqualTo("NoOp").isNotBlank();

        conversation.receive(answer(ticket, "", ""));
        for (int i = 0; i < 60; i++) {
            assertThat(send(ticket)).isEqualTo("NoOp");
        }
        assertThat(send(ticket)).isEmpty();
        assertThat(lastError(ticket)).contains("too long");
    }

    @Test
    void a_page_that_could_not_be_stored_is_a_negative_result_with_the_reason() {
        String ticket = begin();
        send(ticket);
        Session.Page page = conversation.receive(answer(ticket, "", ""));
        works.get(0).trouble = "The database is away.";
        conversation.notStored(page);
        conversation.release(page);

        assertThat(answered(answer(ticket, "", ""))).containsExactly("-2");

        assertThat(lastError(ticket)).isEqualTo("The database is away.");
        assertThat(send(ticket)).isEmpty();
        assertThat(connections.of("default").isDue()).isTrue();
    }

    @Test
    void an_answer_that_never_came_makes_the_reading_start_anew_and_not_skip_a_page() {
        String ticket = begin();
        send(ticket);
        receiveAndStore(ticket);
        assertThat(send(ticket)).isEqualTo("<b/>");

        assertThat(send(ticket)).isEqualTo("<a/>");

        assertThat(works.get(0).startedAnew).isEqualTo(1);
        send(ticket);
        send(ticket);
        assertThat(send(ticket)).isEmpty();
        assertThat(lastError(ticket)).contains("did not arrive");
    }

    @Test
    void an_answer_that_comes_twice_is_stored_once() {
        String ticket = begin();
        send(ticket);
        Call first = answer(ticket, "", "");
        store(conversation.receive(first));
        List<String> result = answered(first);

        Call again = answer(ticket, "", "");
        assertThat(conversation.receive(again)).isNull();

        assertThat(answered(again)).isEqualTo(result);
        assertThat(again.response().file()).doesNotExist();
        assertThat(send(ticket)).isEqualTo("<b/>");
    }

    @Test
    void a_temporary_failure_of_quickbooks_ends_the_session_and_the_next_one_asks_again() {
        String ticket = begin();
        send(ticket);

        assertThat(receive(ticket, "0x80040408", "Could not start QuickBooks.")).isNegative();

        assertThat(lastError(ticket)).contains("0x80040408").contains("Could not start QuickBooks")
                .contains("next session asks again");
        assertThat(works.get(0).needsAttention).isFalse();
        assertThat(send(ticket)).isEmpty();
        close(ticket);
        assertThat(send(begin())).isEqualTo("<a/>");
    }

    @Test
    void codes_that_need_somebody_say_so_and_unknown_ones_are_taken_as_passing() {
        Map<String, Boolean> needsAttention = Map.of("0x80040401", false, "0x80040402", false, "0x8004040A", true,
                "0x8004040d", false, "0x80040416", true, "0x80040420", true, "0x8004FFFF", false, "-2147220472", false);
        needsAttention.forEach((code, expected) -> {
            works.clear();
            String ticket = begin();
            send(ticket);
            assertThat(receive(ticket, code, "")).isNegative();
            assertThat(lastError(ticket)).contains(code);
            assertThat(works.get(0).needsAttention).as(code).isEqualTo(expected);
            close(ticket);
        });
    }

    @Test
    void a_request_that_quickbooks_cannot_read_once_is_sent_again_by_the_next_session_even_after_a_restart() {
        requests = List.of("<a/>");
        refusesTheRequest("the next session asks again", false);

        conversation = conversation("", "13.0", Duration.ZERO);
        String next = begin();
        assertThat(send(next)).isEqualTo("<a/>");
        assertThat(receiveAndStore(next)).isEqualTo(100);
        assertThat(connections.of("default").refusals()).isEmpty();
    }

    @Test
    void from_the_second_refusal_in_a_row_on_sessions_wait_longer_each_time_and_after_five_for_a_person() {
        refusesTheRequest("the next session asks again", false);
        refusesTheRequest("again in 1 minute,", false);
        for (int minutes : List.of(1, 5, 15)) {
            clock.forward(Duration.ofMinutes(minutes).minusSeconds(1));
            assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("none");
            assertThat(connections.of("default").lastCall().orElseThrow().result()).contains("sent again after");
            clock.forward(Duration.ofSeconds(1));
            refusesTheRequest(minutes == 1 ? "again in 5 minutes" : minutes == 5 ? "again in 15 minutes" : "press Sync now",
                    minutes == 15);
        }
        clock.forward(Duration.ofDays(2));
        conversation = conversation("", "13.0", Duration.ZERO);
        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("none");
        assertThat(connections.of("default").lastCall().orElseThrow().result()).contains("Sync now");

        connections.askAgain("default");
        refusesTheRequest("the next session asks again", false);
    }

    @Test
    void after_the_fifth_refusal_in_a_row_one_dead_letter_asks_an_operator_until_a_session_goes_well() {
        requests = List.of("<a/>");
        for (int i = 0; i < 5; i++) {
            assertThat(deadLetters.openOnes(5)).as("before the fifth").isEmpty();
            refusesTheRequest("0x80040400", i == 4);
            clock.forward(Duration.ofMinutes(15));
        }
        assertThat(deadLetters.openOnes(5)).singleElement().satisfies(letter -> {
            assertThat(letter.stage()).isEqualTo("poll");
            assertThat(letter.companyFile()).isEqualTo("default");
            assertThat(letter.sentence()).contains("0x80040400", "5 times in a row", "Sync now", "Nothing is lost");
        });

        connections.askAgain("default");
        assertThat(deadLetters.openOnes(5)).as("nothing is read yet").hasSize(1);
        String ticket = begin();
        assertThat(send(ticket)).isEqualTo("<a/>");
        assertThat(receiveAndStore(ticket)).isEqualTo(100);

        assertThat(deadLetters.openOnes(5)).isEmpty();
    }

    @Test
    void a_request_in_another_version_of_qbxml_waits_for_nothing() {
        for (int i = 0; i < 5; i++) {
            refusesTheRequest("0x80040400", i == 4);
            clock.forward(Duration.ofMinutes(15));
        }

        conversation = conversation("", "12.0", Duration.ZERO);

        assertThat(send(begin())).isEqualTo("<a/>");
    }

    private void refusesTheRequest(String sentence, boolean needsAttention) {
        works.clear();
        String ticket = begin();
        assertThat(send(ticket)).isEqualTo("<a/>");
        assertThat(receive(ticket, "0x80040400", "parse error")).isNegative();
        assertThat(lastError(ticket)).contains("0x80040400").contains(sentence);
        assertThat(works.get(0).needsAttention).isEqualTo(needsAttention);
        close(ticket);
    }

    @Test
    void an_hresult_of_zero_is_no_error() {
        String ticket = begin();
        send(ticket);
        Session.Page page = conversation.receive(answer(ticket, "0x00000000", ""));
        assertThat(page).isNotNull();
        store(page);
    }

    @Test
    void a_call_without_an_answer_and_without_an_error_is_no_answer() {
        String ticket = begin();
        send(ticket);
        Call empty = new Call("receiveResponseXML", Map.of("ticket", ticket, "message", "Something broke."), null, "", HERE);

        assertThat(conversation.receive(empty)).isNull();

        assertThat(answered(empty)).containsExactly("-2");
        assertThat(lastError(ticket)).contains("brought no answer").contains("Something broke");
    }

    @Test
    void quickbooks_that_cannot_be_opened_ends_the_session_with_done() {
        String ticket = begin();

        assertThat(call("connectionError", "ticket", ticket, "hresult", "0x80040408", "message", "No QuickBooks."))
                .containsExactly("done");

        assertThat(works.get(0).stopped).contains("0x80040408").contains("No QuickBooks");
        assertThat(lastError(ticket)).contains("0x80040408");
        assertThat(close(ticket)).contains("0x80040408");
        assertThat(authenticate("payments-sync", "s3cret", HERE)).last().isEqualTo("");
    }

    // ---- company file ------------------------------------------------------------------------------------------

    @Test
    void the_company_file_of_the_first_session_is_the_one_and_another_is_refused_by_name() {
        readAll(begin());
        conversation.due("default");
        String ticket = begin();

        assertThat(send(ticket, "C:\\Books\\Other.qbw", "")).isEmpty();

        assertThat(lastError(ticket)).contains("C:\\Books\\Other.qbw").contains(BOOKS).contains("web-connector.company-file");
        assertThat(works.get(1).needsAttention).isTrue();
        close(ticket);
        assertThat(send(begin(), "c:/books/BUILDER.QBW", "")).isEqualTo("<a/>");
    }

    @Test
    void a_setting_names_the_company_file_and_is_the_way_to_move_it() {
        readAll(begin());
        conversation = conversation("D:/Moved/Builder.qbw", "13.0", Duration.ZERO);
        conversation.due("default");

        List<String> admitted = authenticate("payments-sync", "s3cret", HERE);
        assertThat(admitted).last().isEqualTo("D:\\Moved\\Builder.qbw");
        assertThat(send(admitted.get(0), BOOKS, "")).isEmpty();
        assertThat(lastError(admitted.get(0))).contains("not the one that should be read");
        close(admitted.get(0));
        assertThat(send(begin(), "D:\\Moved\\Builder.qbw", "")).isEqualTo("<a/>");

        assertThat(connections.of("default").boundTo()).get().extracting(WebConnections.CompanyFile::path)
                .isEqualTo("D:\\Moved\\Builder.qbw");
    }

    @Test
    void another_company_in_the_same_place_is_refused() {
        String first = begin();
        assertThat(send(first, BOOKS, company("Builder &amp; Sons"))).isEqualTo("<a/>");
        close(first);

        String other = begin();
        assertThat(send(other, BOOKS, company("Someone Else"))).isEmpty();
        assertThat(lastError(other)).contains("Someone Else").contains("Builder & Sons");
        close(other);
        assertThat(send(begin(), BOOKS, company("Builder &amp; Sons"))).isEqualTo("<a/>");
    }

    @Test
    void a_company_file_that_changes_in_the_middle_of_a_session_ends_it() {
        String ticket = begin();
        send(ticket);
        receiveAndStore(ticket);

        assertThat(send(ticket, "C:\\Books\\Other.qbw", "")).isEmpty();

        assertThat(lastError(ticket)).contains("changed in the middle");
        assertThat(connections.of("default").boundTo()).get().extracting(WebConnections.CompanyFile::path).isEqualTo(BOOKS);
    }

    @Test
    void what_the_host_tells_may_be_missing_or_unreadable_or_a_bomb() {
        for (String told : List.of("", "<QBXML>", "not XML", "<!DOCTYPE a [<!ENTITY b 'c'>]><QBXML>&b;</QBXML>")) {
            String ticket = begin();
            assertThat(send(ticket, BOOKS, told)).isEqualTo("<a/>");
            close(ticket);
        }
    }

    @Test
    void a_version_that_this_quickbooks_cannot_read_is_not_even_sent() {
        conversation = conversation("", "16.0", Duration.ZERO);
        String ticket = begin();

        assertThat(answered(new Call("sendRequestXML", Map.of("ticket", ticket, "qbXMLMajorVers", "13", "qbXMLMinorVers",
                "0"), null, "", HERE))).containsExactly("");

        assertThat(lastError(ticket)).contains("13.0").contains("16.0");
        close(ticket);
        assertThat(answered(new Call("sendRequestXML", Map.of("ticket", begin(), "qbXMLMajorVers", "16", "qbXMLMinorVers",
                "0"), null, "", HERE))).containsExactly("<a/>");
    }

    // ---- silence -----------------------------------------------------------------------------------------------

    @Test
    void silence_for_long_is_told_once_a_period_and_a_call_ends_it() {
        clock.forward(Duration.ofHours(23));
        conversation.watch();
        assertThat(warnings()).isEmpty();

        clock.forward(Duration.ofHours(1));
        conversation.watch();
        conversation.watch();
        assertThat(warnings()).singleElement().asString().contains("has not called for 24 hours").contains("never");

        clock.forward(Duration.ofHours(24));
        conversation.watch();
        assertThat(warnings()).hasSize(2);

        begin();
        clock.forward(Duration.ofHours(23));
        conversation.watch();
        assertThat(warnings().stream().filter(warning -> warning.contains("not called for") && warning.contains("hours")))
                .hasSize(2);
    }

    @Test
    void a_stranger_who_calls_does_not_hide_the_silence() {
        clock.forward(Duration.ofHours(24));
        authenticate("payments-sync", "guess", HERE);

        conversation.watch();

        assertThat(warnings()).anyMatch(warning -> warning.contains("has not called for 24 hours"));
    }

    @Test
    void passwords_are_in_no_log_line() {
        authenticate("payments-sync", "s3cret", HERE);
        authenticate("payments-sync", "wrong-guess", HERE);

        assertThat(log.list).isNotEmpty().noneMatch(event -> event.getFormattedMessage().contains("s3cret"))
                .noneMatch(event -> event.getFormattedMessage().contains("wrong-guess"));
    }

    // ---- helpers -----------------------------------------------------------------------------------------------

    private List<String> warnings() {
        return log.list.stream().filter(event -> event.getLevel() == Level.WARN).map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static String company(String name) {
        return "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><CompanyQueryRs statusCode=\"0\"><CompanyRet><CompanyName>" + name
                + "</CompanyName></CompanyRet></CompanyQueryRs></QBXMLMsgsRs></QBXML>";
    }

    private List<String> authenticate(String user, String password, String from) {
        return answered(new Call("authenticate", Map.of("strUserName", user, "strPassword", password), null, "", from));
    }

    private String begin() {
        List<String> admitted = authenticate("payments-sync", "s3cret", HERE);
        assertThat(admitted.get(1)).isNotIn("nvu", "none", "busy");
        return admitted.get(0);
    }

    private void readAll(String ticket) {
        for (String request : requests) {
            assertThat(send(ticket)).isEqualTo(request);
            receiveAndStore(ticket);
        }
        close(ticket);
    }

    private String send(String ticket) {
        return send(ticket, BOOKS, "");
    }

    private String send(String ticket, String companyFile, String hostAnswers) {
        return call("sendRequestXML", "ticket", ticket, "strCompanyFileName", companyFile, "strHCPResponse", hostAnswers)
                .get(0);
    }

    private Call answer(String ticket, String hresult, String message) {
        try {
            return new Call("receiveResponseXML", Map.of("ticket", ticket, "hresult", hresult, "message", message),
                    SpooledText.of(spool, out -> out.write("<QBXML/>")), "", HERE);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private int receive(String ticket, String hresult, String message) {
        Call call = answer(ticket, hresult, message);
        assertThat(conversation.receive(call)).isNull();
        assertThat(call.response().file()).doesNotExist();
        return Integer.parseInt(answered(call).get(0));
    }

    private int receiveAndStore(String ticket) {
        Call call = answer(ticket, "", "");
        store(conversation.receive(call));
        assertThat(call.response().file()).doesNotExist();
        return Integer.parseInt(answered(call).get(0));
    }

    private void store(Session.Page page) {
        ((WorkByHand) page.getWork()).answered++;
        conversation.stored(page);
        conversation.release(page);
    }

    private String lastError(String ticket) {
        return call("getLastError", "ticket", ticket).get(0);
    }

    private String close(String ticket) {
        return call("closeConnection", "ticket", ticket).get(0);
    }

    private List<String> call(String operation, String... namesAndValues) {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return answered(new Call(operation, parameters, null, "", HERE));
    }

    private List<String> answered(Call call) {
        return conversation.answer(call).values();
    }

    /** Work whose requests are given, and which remembers what was done to it. */
    private static final class WorkByHand implements Work {
        private final List<String> requests;
        private int answered;
        private int[] percent = {33, 66, 100};
        private int startedAnew;
        private String trouble;
        private String stopped;
        private boolean needsAttention;

        private WorkByHand(List<String> requests) {
            this.requests = requests;
        }

        @Override
        public boolean isUnfinished() {
            return answered < requests.size();
        }

        @Override
        public String nextRequest() {
            return requests.get(answered);
        }

        @Override
        public int percentRead() {
            return percent[Math.min(answered, percent.length) - 1];
        }

        @Override
        public int paymentsRead() {
            return 0;
        }

        @Override
        public void startAnew() {
            startedAnew++;
            answered = 0;
        }

        @Override
        public Optional<String> trouble() {
            return Optional.ofNullable(trouble);
        }

        @Override
        public void stop(String sentence, boolean someone) {
            assertThat(stopped).as("stopped once").isNull();
            stopped = sentence;
            needsAttention = someone;
        }
    }
}
