package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ErrorTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '#', value = {
        "{'errors':{'amount':['is required','must be positive']}} # amount: is required; amount: must be positive",
        "{'errors':{'amount':'is required'}} # amount: is required",
        "{'amount':['is required']} # amount: is required",
        "{'errors':['first','second']} # first; second",
        "{'errors':'one alone'} # one alone",
        "{'message':'said so'} # said so",
        "{'code':422,'message':'Not allowed','fields':'amount,date','reason':'locked','error':'Unprocessable'}"
                + " # Not allowed; fields: amount,date; locked; Unprocessable",
        "{'errors':{'base':['whole'],'fields':{'date':'is missing'}}} # whole; date: is missing",
        "{'base':['whole'],'fields':{'date':['is missing']}} # whole; date: is missing",
        "{'error':'invalid_client','error_description':'Unknown client.'} # invalid_client; Unknown client.",
        "{'error':{'message':'deep'}} # deep",
        "{'errors':[{'amount':'1','errors':{'date':['is missing']}}]} # date: is missing",
        "['just','a list'] # just; a list",
        "'a bare string' # a bare string",
        "{'errors':{'contract':{'state':['is void']}}} # state: is void"})
    void every_shape_of_a_json_error_becomes_one_line(String body, String line) {
        assertThat(ErrorText.of(body.replace('\'', '"'))).isEqualTo(line);
    }

    @Test
    void pages_plain_text_and_nothing_are_shown_as_what_they_say() {
        assertThat(ErrorText.of("")).isEmpty();
        assertThat(ErrorText.of("upstream connect error")).isEqualTo("upstream connect error");
        assertThat(ErrorText.of("<html><style>b{}</style><body><h1>Heavy\n load</h1></body></html>")).isEqualTo("Heavy load");
        assertThat(ErrorText.of("{\"errors\":[\"cut o")).isEqualTo("{\"errors\":[\"cut o");
        assertThat(ErrorText.of("{}")).isEqualTo("{}");
        assertThat(ErrorText.of("42")).isEqualTo("42");
    }

    @Test
    void a_long_text_is_cut_and_a_huge_one_costs_no_more() {
        assertThat(ErrorText.of("x".repeat(10_000_000))).hasSize(500).endsWith("…");
        assertThat(ErrorText.of("{\"message\":\"" + "x".repeat(2_000) + "\"}")).hasSize(500);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', value = {
        "error-422-field-map.json # :",
        "error-422-generic-object.json # ",
        "error-422-base-and-fields.json # ",
        "error-403-app-not-connected.json # not connected",
        "error-403-tool-or-permission.json # ",
        "error-409-duplicate-origin-id.json # origin_id"})
    void the_example_answers_say_something_readable(String file, String part) throws IOException {
        String body;
        try (InputStream in = getClass().getResourceAsStream("/procore-answers/" + file)) {
            body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }

        String line = ErrorText.of(body);

        assertThat(line).isNotEmpty().doesNotContain("{", "}", "[", "\"errors\"").contains(part == null ? "" : part);
    }
}
