package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConsoleLoginTest {

    private static final String PASSWORD = "correct horse";
    private static Rig rig;
    private static Installation product;
    private static ConsoleClient anyone;

    @BeforeAll
    static void aRunningProductWithTwoLogins() {
        rig = new Rig().with("console.password", "{bcrypt}" + new BCryptPasswordEncoder(4).encode(PASSWORD))
                .with("console.readonly-username", "viewer").with("console.readonly-password", "may look")
                .with("database.password", "database-secret");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("<script>alert(1)</script> & Co")
                .pays("B9", "HD-0500", "100.00"));
        product = rig.serve();
        anyone = new ConsoleClient(rig.settings());
    }

    @AfterAll
    static void stop() {
        product.close();
        rig.close();
    }

    private static ConsoleClient.Answer logIn(String user, String password) {
        return anyone.submit("/console/login", Map.of("username", user, "password", password));
    }

    private static ConsoleClient session(ConsoleClient.Answer login) {
        return anyone.with("Cookie", login.header("Set-Cookie").replaceFirst(";.*", ""));
    }

    private static String token(ConsoleClient session) {
        Matcher field = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(session.get("/").text());
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    @Test
    void without_login_nothing_is_shown_and_nothing_done() {
        assertThat(anyone.get("/api/status").status()).isEqualTo(401);
        assertThat(anyone.get("/api/status").header("WWW-Authenticate")).startsWith("Basic");
        assertThat(anyone.get("/api/status").header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(anyone.get("/api/status").json().path("title").asText()).isEqualTo("Login required");
        assertThat(anyone.get("/api/openapi.yaml").status()).isEqualTo(401);
        assertThat(anyone.post("/api/sync", "").status()).isEqualTo(401);
        assertThat(anyone.get("/").header("Location")).isEqualTo("/console/login");
        assertThat(anyone.get("/console/payments?q=a").header("Location"))
                .isEqualTo("/console/login?to=%2Fconsole%2Fpayments%3Fq%3Da");
        assertThat(anyone.submit("/console/sync", Map.of()).status()).isEqualTo(303);
        assertThat(anyone.as("ops", "wrong").get("/api/status").status()).isEqualTo(401);
        assertThat(product.runs().latest()).isEmpty();
    }

    @Test
    void the_login_form_opens_a_session_that_ends_with_logging_out() {
        ConsoleClient.Answer login = logIn("ops", PASSWORD);
        assertThat(login.status()).isEqualTo(303);
        assertThat(login.header("Set-Cookie")).contains("HttpOnly").contains("SameSite=Strict");
        ConsoleClient session = session(login);
        assertThat(session.get("/").text()).contains("Overview").contains("Log out");
        assertThat(session.get("/api/status").status()).isEqualTo(200);

        assertThat(session.submit("/console/logout", Map.of("csrf", token(session))).status()).isEqualTo(303);

        assertThat(session.get("/api/status").status()).isEqualTo(401);
    }

    @Test
    void a_login_leads_back_to_our_own_pages_only() {
        assertThat(anyone.submit("/console/login", Map.of("username", "ops", "password", PASSWORD, "to", "/console/runs"))
                .header("Location")).isEqualTo("/console/runs");
        for (String elsewhere : new String[] {"https://example.org/", "//example.org/", "/\\example.org", "/console/\r\nX: y"}) {
            assertThat(anyone.submit("/console/login", Map.of("username", "ops", "password", PASSWORD, "to", elsewhere))
                    .header("Location")).isEqualTo("/");
        }
    }

    @Test
    void a_form_without_its_token_or_sent_by_another_site_does_nothing() {
        ConsoleClient session = session(logIn("ops", PASSWORD));

        assertThat(session.submit("/console/pause", Map.of("reason", "x")).status()).isEqualTo(403);
        assertThat(session.submit("/console/pause", Map.of("reason", "x", "csrf", "guess")).status()).isEqualTo(403);
        assertThat(session.post("/api/delivery/pause", "{\"reason\":\"x\"}").status()).isEqualTo(403);
        String token = token(session);
        assertThat(session.with("Sec-Fetch-Site", "cross-site").submit("/console/pause",
                Map.of("reason", "x", "csrf", token)).status()).isEqualTo(403);
        assertThat(session.with("Origin", "http://example.org").submit("/console/pause",
                Map.of("reason", "x", "csrf", token)).status()).isEqualTo(403);
        assertThat(anyone.as("ops", PASSWORD).with("Origin", "http://example.org")
                .post("/api/delivery/pause", "{\"reason\":\"x\"}").status()).isEqualTo(403);
        assertThat(product.deliveries().operatorPause()).isEmpty();

        assertThat(session.with("Origin", anyone.url()).submit("/console/pause",
                Map.of("reason", "x", "csrf", token)).status()).isEqualTo(303);
        assertThat(product.deliveries().operatorPause()).isPresent();
        assertThat(session.with("X-CSRF-Token", token).post("/api/delivery/resume", "").status()).isEqualTo(200);
        assertThat(product.deliveries().operatorPause()).isEmpty();
    }

    @Test
    void the_second_login_may_look_and_change_nothing() {
        ConsoleClient viewer = anyone.as("viewer", "may look");

        assertThat(viewer.get("/api/status").status()).isEqualTo(200);
        assertThat(viewer.get("/").text()).contains("read-only").doesNotContain("Sync now");
        assertThat(viewer.post("/api/sync", "").status()).isEqualTo(403);
        assertThat(viewer.post("/api/delivery/pause", "{\"reason\":\"x\"}").status()).isEqualTo(403);
        assertThat(viewer.submit("/console/resume", Map.of()).status()).isEqualTo(403);
    }

    @Test
    void after_five_failures_a_login_has_to_wait_and_no_other_has() {
        for (int i = 0; i < 5; i++) {
            assertThat(anyone.as("someone", "wrong " + i).get("/api/status").status()).isEqualTo(401);
        }

        assertThat(anyone.as("someone", "x").get("/api/status").status()).isEqualTo(429);
        assertThat(anyone.as("someone", "x").get("/api/status").header("Retry-After")).matches("\\d+");
        assertThat(logIn("someone", "x").text()).contains("Too many failed logins");
        assertThat(anyone.as("ops", PASSWORD).get("/api/status").status()).isEqualTo(200);
    }

    @Test
    void a_name_of_any_length_and_characters_is_just_wrong() {
        assertThat(anyone.as("x".repeat(3_000) + "\u0000", "x").get("/api/status").status()).isEqualTo(401);
    }

    @Test
    void pages_run_no_script_of_others_are_in_no_frame_and_tell_no_address() {
        for (String path : new String[] {"/console/login", "/api/status", "/console/assets/console.css"}) {
            ConsoleClient.Answer answer = anyone.get(path);
            assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'", "script-src 'self'",
                    "frame-ancestors 'none'").doesNotContain("unsafe");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        }
        assertThat(anyone.get("/api/status").header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void what_quickbooks_holds_is_shown_as_text_never_run() {
        product.template().sendBody("direct:sync", "test");
        ConsoleClient ops = anyone.as("ops", PASSWORD);

        assertThat(ops.get("/console/waiting").text()).contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co")
                .doesNotContain("<script>alert");
        assertThat(ops.get("/console/waiting?q=%22%3E%3Cscript%3E").text()).doesNotContain("\"><script>");
    }

    @Test
    void no_page_and_no_answer_holds_a_secret() {
        ConsoleClient ops = anyone.as("ops", PASSWORD);
        for (String path : new String[] {"/", "/api/status", "/console/runs", "/console/payments", "/console/payments/1"}) {
            assertThat(ops.get(path).text()).doesNotContain("database-secret",
                    rig.settings().text("procore.client-secret"), PASSWORD, "{bcrypt}");
        }
    }

    @Test
    void a_password_nobody_set_is_made_up_once_and_only_its_hash_kept() {
        try (Rig fresh = new Rig()) {
            Optional<String> password;
            try (Installation first = fresh.serve()) {
                password = first.generatedPassword();
                assertThat(password).isPresent();
                assertThat(new ConsoleClient(fresh.settings()).as("ops", password.get()).get("/api/status").status())
                        .isEqualTo(200);
            }
            try (Installation second = fresh.serve()) {
                assertThat(second.generatedPassword()).isEmpty();
                assertThat(new ConsoleClient(fresh.settings()).as("ops", password.get()).get("/api/status").status())
                        .isEqualTo(200);
                assertThat(new ConsoleClient(fresh.settings()).as("ops", "").get("/api/status").status()).isEqualTo(401);
            }
        }
    }

    @Test
    void a_console_for_other_machines_without_a_password_is_a_wrong_configuration() {
        Properties open = new Properties();
        open.putAll(Map.of("console.host", "0.0.0.0", "procore.client-id", "a", "procore.client-secret", "b",
                "procore.company-id", "1"));
        assertThatThrownBy(() -> Settings.load(Path.of("none"), Map.of(), open))
                .isInstanceOf(Settings.InvalidSettings.class).hasMessageContaining("console.password must be set");
    }
}
