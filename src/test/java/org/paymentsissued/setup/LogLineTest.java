package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.payment.Secrets;
import org.slf4j.Logger;

/** The log as the product's own logback.xml writes it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LogLineTest {

    private final Secrets secrets = new Secrets(List.of("key-of-the-account"));

    private String logged(java.util.function.Consumer<Logger> work) throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            LoggerContext context = new LoggerContext();
            context.setMDCAdapter(new LogbackMDCAdapter());
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Path.of("src/main/resources/logback.xml").toUri().toURL());
            assertThat(context.getStatusManager().getCopyOfStatusList()).noneMatch(status -> status.getLevel() > Status.INFO);
            work.accept(context.getLogger("org.paymentsissued.test"));
            context.stop();
        } finally {
            System.setErr(before);
        }
        assertThat(secrets).isNotNull();
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_value_from_outside_begins_neither_an_entry_nor_another_value() throws Exception {
        String log = logged(logger -> logger.atInfo().addKeyValue("payment", "10902\" outcome=\"delivered\r\n2026-01-01 INFO paid")
                .addKeyValue("outcome", "dead").log("Check {} \u2028was\trefused", "1\n2026-01-01 INFO all is well"));

        assertThat(log.lines()).hasSize(1);
        assertThat(log).contains("Check 1\\n2026-01-01 INFO all is well \\u2028was\\trefused"
                + " payment=\"10902\\\" outcome=\\\"delivered\\r\\n2026-01-01 INFO paid\" outcome=\"dead\"");
    }

    @Test
    void no_secret_stands_in_a_message_a_value_or_a_stack_trace() throws Exception {
        String log = logged(logger -> logger.atWarn().addKeyValue("answer", "key-of-the-account")
                .setCause(new IllegalStateException("echo key-of-the-account\n2026-01-01 INFO all is well",
                        new java.io.IOException("https://ann:pw@proxy/ key-of-the-account")))
                .log("The login was refused: key-of-the-account"));

        assertThat(log).doesNotContain("key-of-the-account", "ann:pw").contains("IllegalStateException: echo ***",
                "Caused by: java.io.IOException: https://***@proxy/ ***", "\tat org.paymentsissued")
                .doesNotContainPattern("(?m)^2026-01-01 INFO all is well");
    }
}
