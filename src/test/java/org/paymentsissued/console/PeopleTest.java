package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paymentsissued.Application;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** People with names, and a proxy on this machine that is trusted to know them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeopleTest {

    @TempDir
    private static Path folder;
    private static Path users;
    private static Rig rig;
    private static Installation product;
    private static ConsoleClient anyone;

    @BeforeAll
    static void aRunningProductWithAnnaWhoActsAndRobWhoLooks() throws IOException {
        users = folder.resolve("users.csv");
        rig = new Rig().with("console.password", "correct horse").with("console.users", users.toString())
                .with("console.trusted-proxies", "127.0.0.1");
        assertThat(typed("anna's password\n", "user", "add", "anna")).isZero();
        assertThat(typed("rob's password\n", "user", "add", "rob", "--role", "readonly")).isZero();
        Files.writeString(users, Files.readString(users) + "sso.only,-,operator\n");
        product = rig.serve();
        anyone = new ConsoleClient(rig.settings());
    }

    @AfterAll
    static void stop() {
        product.close();
        rig.close();
    }

    /** What a person types into a terminal, and at the prompt for a password. */
    private static int typed(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            Properties system = new Properties();
            system.putAll(rig.properties());
            PrintStream sink = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
            return new Application(folder, Map.of(), system, sink, sink).execute(arguments);
        } finally {
            System.setIn(before);
        }
    }

    private static ConsoleClient throughProxy(String person) {
        return anyone.with("X-Forwarded-User", person);
    }

    @Test
    void the_file_holds_a_hash_and_no_password() throws IOException {
        assertThat(Files.readString(users)).contains("anna,$2a$", ",operator", "rob,$2a$", ",readonly").doesNotContain("password");
    }

    @Test
    void who_did_something_is_a_person() {
        ConsoleClient anna = anyone.as("anna", "anna's password");

        assertThat(anna.post("/api/delivery/pause", "{\"reason\":\"month-end close\"}").status()).isEqualTo(200);
        assertThat(anna.post("/api/delivery/resume", "").status()).isEqualTo(200);

        var actions = anna.get("/api/actions?who=anna").json();
        assertThat(actions.path("total").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(actions.path("items").findValuesAsText("who")).containsOnly("anna");
        assertThat(actions.path("items").findValuesAsText("note")).contains("month-end close");
        assertThat(anna.get("/api/actions?who=rob").json().path("total").asInt()).isZero();
        assertThat(anna.get("/console/activity").text()).contains("anna", "month-end close");
    }

    @Test
    void a_reader_changes_nothing_and_a_wrong_password_is_refused() {
        ConsoleClient rob = anyone.as("rob", "rob's password");

        assertThat(rob.get("/api/status").status()).isEqualTo(200);
        assertThat(rob.post("/api/sync", "").status()).isEqualTo(403);
        assertThat(rob.post("/api/dead-letters/retry", "{}").status()).isEqualTo(403);
        assertThat(rob.post("/api/dead-letters/1/reopen", "").status()).isEqualTo(403);
        assertThat(anyone.as("rob", "anna's password").get("/api/status").status()).isEqualTo(401);
        assertThat(anyone.as("ops", "correct horse").get("/api/status").status()).as("console.username stays valid").isEqualTo(200);
    }

    @Test
    void someone_who_is_removed_is_out_at_once() {
        assertThat(typed("short lived\n", "user", "add", "temp")).isZero();
        ConsoleClient temp = anyone.as("temp", "short lived");
        await().atMost(Duration.ofSeconds(10)).until(() -> temp.get("/api/status").status() == 200);

        assertThat(typed("", "user", "remove", "temp")).isZero();

        assertThat(temp.get("/api/status").status()).isEqualTo(401);
        assertThat(typed("", "user", "remove", "temp")).isEqualTo(2);
        assertThat(typed("x\n", "user", "add", "eve", "--role", "owner")).isEqualTo(2);
        assertThat(typed("\n", "user", "add", "eve")).as("without a password").isEqualTo(2);
    }

    @Test
    void a_trusted_proxy_says_who_it_is_and_a_form_still_needs_its_token() {
        assertThat(throughProxy("eve").get("/").status()).as("not in the file").isEqualTo(403);
        ConsoleClient.Answer first = throughProxy("sso.only").get("/console/runs");
        assertThat(first.status()).isEqualTo(303);
        ConsoleClient person = throughProxy("sso.only").with("Cookie", first.header("Set-Cookie").replaceFirst(";.*", ""));
        Matcher token = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(person.get("/").text());
        assertThat(token.find()).isTrue();

        assertThat(person.submit("/console/pause", Map.of("reason", "x")).status()).isEqualTo(403);
        assertThat(throughProxy("sso.only").post("/api/sync", "").status()).as("no session, no token").isEqualTo(403);
        assertThat(person.with("Sec-Fetch-Site", "cross-site").submit("/console/pause", Map.of("reason", "x", "csrf", token.group(1)))
                .status()).isEqualTo(403);
        assertThat(anyone.with("Cookie", first.header("Set-Cookie").replaceFirst(";.*", "")).get("/api/status").status())
                .as("the session without the proxy").isEqualTo(401);
        assertThat(throughProxy("rob").with("Cookie", first.header("Set-Cookie").replaceFirst(";.*", "")).submit("/console/pause",
                Map.of("reason", "x", "csrf", token.group(1))).status()).as("another person's session").isEqualTo(403);

        assertThat(person.submit("/console/pause", Map.of("reason", "x", "csrf", token.group(1))).status()).isEqualTo(303);
        assertThat(product.deliveries().operatorPause()).isPresent();
        person.submit("/console/resume", Map.of("csrf", token.group(1)));
        assertThat(person.get("/api/actions?who=sso.only").json().path("total").asInt()).isEqualTo(2);
    }

    @Test
    void the_header_of_an_address_that_is_not_trusted_is_not_believed() {
        try (Rig other = new Rig().with("console.password", "correct horse").with("console.users", users.toString());
                Installation open = other.serve()) {
            assertThat(new ConsoleClient(other.settings()).with("X-Forwarded-User", "anna").get("/api/status").status()).isEqualTo(401);
        }
    }
}
