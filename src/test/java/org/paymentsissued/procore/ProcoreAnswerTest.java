package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.procore.ProcoreAnswer.Kind;

/** What an answer means to all who make calls, before anyone looks at what Procore says in it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcoreAnswerTest {

    private static final String PAGE = "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Accept the terms of use"
            + " to go online</body></html>";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "200 | {\"data\":[]}           | text/html        | ANSWERED      | JSON is an answer, whatever it is called",
        "201 | {\"id\":1}              | application/json | ANSWERED      | a record",
        "200 | '  [] '                 | text/plain       | ANSWERED      | a list",
        "204 | ''                      | ''               | ANSWERED      | no content",
        "200 | null                    | application/json | ANSWERED      | nothing, as JSON",
        "403 | {\"error\":\"no\"}      | application/json | ANSWERED      | a refusal of Procore",
        "404 | {\"error\":\"no\"}      | application/json | ANSWERED      | another one",
        "403 | <html>blocked</html>    | text/html        | ANSWERED      | whose refusal it is only other calls tell",
        "400 | ''                      | ''               | ANSWERED      | a rule that is not named",
        "200 | <html>sign in</html>    | text/html        | AWAY          | a captive portal",
        "200 | <html>sign in</html>    | application/json | AWAY          | the same, called JSON",
        "200 | Down for maintenance    | text/plain       | AWAY          | a maintenance page without tags",
        "511 | <html>sign in</html>    | text/html        | AWAY          | a network that wants a login",
        "302 | ''                      | ''               | MISCONFIGURED | a redirect",
        "407 | <html>login</html>      | text/html        | MISCONFIGURED | a proxy that wants a login",
        "429 | ''                      | ''               | THROTTLED     | too many calls",
        "503 | <html>busy</html>       | text/html        | THROTTLED     | out of service",
        "408 | ''                      | ''               | UNKNOWN       | given up by the server",
        "500 | {\"error\":\"oops\"}    | application/json | UNKNOWN       | a mistake of the server",
        "502 | <html>bad</html>        | text/html        | UNKNOWN       | a gateway without an answer",
        "504 | ''                      | ''               | UNKNOWN       | a gateway that did not wait",
        "522 | ''                      | ''               | UNKNOWN       | another gateway"})
    void an_answer_is_of_one_kind(int status, String body, String type, Kind kind, String what) {
        ProcoreAnswer answer = answer(status, body, Map.of("Content-Type", type));

        assertThat(answer.kind()).as(what).isEqualTo(kind);
        assertThat(answer.reason().isEmpty()).as("only Procore's own words need no reason").isEqualTo(kind == Kind.ANSWERED);
    }

    @Test
    void a_page_is_quoted_so_that_the_operator_knows_whose_it_is() {
        assertThat(answer(200, PAGE, Map.of()).reason())
                .isEqualTo("Procore cannot be reached: a web page came back instead of an answer (HTTP 200):"
                        + " \"Welcome Accept the terms of use to go online\"");
    }

    @Test
    void a_redirect_names_the_address_without_what_it_carries() {
        assertThat(answer(302, "", Map.of("Location", "https://login.example.com/sso?ticket=s3cret")).reason())
                .contains("https://login.example.com/sso").contains("procore.url").doesNotContain("s3cret");
    }

    @Test
    void without_an_answer_it_counts_whether_the_call_may_have_reached_procore() {
        assertThat(ProcoreAnswer.none(new ConnectException("refused"), false, Instant.EPOCH).kind()).isEqualTo(Kind.AWAY);
        assertThat(ProcoreAnswer.none(new SocketException("reset"), true, Instant.EPOCH).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void what_was_judged_where_it_failed_stays_so() {
        ProcoreAnswer answer = ProcoreAnswer.none(new NoAnswer(Kind.MISCONFIGURED, "Set procore.truststore", false), false,
                Instant.EPOCH);

        assertThat(answer.kind()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(answer.reason()).isEqualTo("Set procore.truststore");
    }

    private static ProcoreAnswer answer(int status, String body, Map<String, String> headers) {
        return new ProcoreAnswer(status, headers, body, Optional.empty(), true, Instant.EPOCH);
    }
}
