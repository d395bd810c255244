package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.Application;

/** What is typed, and what is answered before anything starts. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommandLineTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Application application() {
        return new Application(folder, Map.of(), new Properties(), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            onec                       | Unknown command "onec". Did you mean "once"?
            Backfil                    | Unknown command "Backfil". Did you mean "backfill"?
            frobnicate                 | Unknown command "frobnicate".
            --verison                  | Unknown option "--verison". Did you mean "--version"?
            once --dryrun              | Unknown option "--dryrun". Did you mean "--dry-run"?
            once now                   | once does not take "now".
            backfill --form 2025-01-01 | Unknown option "--form". Did you mean "--from"?
            backfill --fro=2025-01-01  | Unknown option "--fro=2025-01-01". Did you mean "--from"?
            backfill                   | Missing required option: '--from=DATE'.
            """)
    void a_wrong_word_is_answered_in_one_line_with_the_nearest_right_one(String typed, String line) {
        assertThat(application().execute(typed.split(" "))).isEqualTo(2);
        assertThat(err()).startsWith(line + " \"payments-issued help").endsWith("\" lists what there is.\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"backfill --from yesterday", "help nothing"})
    void a_wrong_value_is_one_line_too(String typed) {
        assertThat(application().execute(typed.split(" "))).isEqualTo(2);
        assertThat(err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void help_lists_the_commands(String typed) {
        assertThat(application().execute(typed)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: payments-issued", "run ", "once ", "check ", "upgrade ");
    }

    @Test
    void help_of_a_command_lists_its_options() {
        assertThat(application().execute("help", "backfill")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--from=DATE", "--to=DATE");
    }

    @Test
    void what_is_not_expected_is_exit_code_3_with_one_sentence() {
        Invocation invocation = new Invocation(folder, Map.of(), new Properties(), System.out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(invocation.explain(new NoClassDefFoundError("org/example/Driver"))).isEqualTo(3);
        assertThat(invocation.explain(new IllegalStateException("no such thing\nat all"))).isEqualTo(3);
        assertThat(err().lines()).hasSize(2).allSatisfy(line -> assertThat(line).startsWith("payments-issued stopped because of an"
                + " unexpected failure: ").endsWith("Nothing is lost; the next run continues. The log has the details."));
    }

    @Test
    void a_wrong_setting_is_exit_code_2_for_every_command_that_needs_settings() {
        for (String command : new String[] {"run", "once", "check", "reconcile", "backup"}) {
            assertThat(application().execute(command)).as(command).isEqualTo(2);
        }
    }
}
