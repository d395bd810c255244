package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Certificate;
import org.paymentsissued.rig.Relay;
import org.paymentsissued.rig.Rig;

/** The product behind what stands between a customer and the internet: proxies, TLS inspection, pages instead of answers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CustomersNetworkTest {

    private static final int FINE = 0;
    private static final int DEAD_LETTERS = 1;
    private static final int MISCONFIGURED = 2;
    private static final int UNREACHABLE = 3;
    private static final String PASSWORD = "pa:ss@w/rd";

    private final Rig rig = new Rig();
    private Relay relay;
    private Relay second;

    @BeforeEach
    void aPaymentIsDue() {
        rig.with("delivery.max-attempts", "2").with("commitments.refresh", "false");
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.lookup("B1,1001,11,work_order_contract,,");
    }

    @AfterEach
    void close() {
        List.of("http.proxyHost", "http.proxyPort", "https.proxyHost", "https.proxyPort", "http.nonProxyHosts")
                .forEach(System::clearProperty);
        if (relay != null) {
            relay.close();
        }
        if (second != null) {
            second.close();
        }
        rig.close();
    }

    private static String login() {
        return Base64.getEncoder().encodeToString(("sync:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private int procorePort() {
        return URI.create(rig.settings().text("procore.url")).getPort();
    }

    private void assertDelivered() {
        assertThat(rig.once()).as(rig::printed).isEqualTo(FINE);
        assertThat(rig.paymentsIssued()).hasSize(1);
    }

    /** Nothing of it is the payment's fault: it goes as soon as the way is free. */
    private void assertHeldBack(int exitCode) {
        assertThat(rig.once()).as(rig::printed).isEqualTo(exitCode);
        assertThat(rig.ledger()).containsExactly("K1|B1|pending|9000.00");
        assertThat(rig.query("select attempts from ledger_row")).containsExactly("0");
        assertThat(rig.deadLetters()).isEmpty();
    }

    @Test
    void calls_and_the_login_go_through_the_proxy_and_quickbooks_does_not() {
        relay = Relay.proxy(Optional.of(login()));
        // Two names, so that each has a connection of its own, whose first request shows.
        String procore = "http://127.0.0.1:" + procorePort();
        String login = "http://localhost:" + procorePort();
        rig.with("procore.proxy", "http://sync:pa%3Ass%40w%2Frd@127.0.0.1:" + relay.port()).with("procore.login-url", login);

        assertDelivered();

        assertThat(relay.asked()).contains("POST " + login + "/oauth/token")
                .anyMatch(asked -> asked.contains(procore + "/rest/v1.0/contract_payments"))
                .allMatch(asked -> asked.contains(procore) || asked.contains(login));
    }

    @Test
    void encrypted_calls_go_through_a_tunnel_of_the_proxy() {
        Certificate certificate = new Certificate(rig.folder, "CN=api.procore.example", "ip:127.0.0.1");
        second = Relay.tls(certificate.server(), procorePort());
        relay = Relay.proxy(Optional.of(login()));
        rig.with("procore.proxy", "http://sync:pa%3Ass%40w%2Frd@127.0.0.1:" + relay.port())
                .with("procore.url", second.url("https")).with("procore.login-url", second.url("https"))
                .with("procore.truststore", certificate.truststore().toString())
                .with("procore.truststore-password", Certificate.PASSWORD);

        assertDelivered();

        assertThat(relay.asked()).isNotEmpty().containsOnly("CONNECT 127.0.0.1:" + second.port());
    }

    @ParameterizedTest
    @CsvSource({"http, '', 1", "https, '', 0", "http, 127.*, 0"})
    void the_jvm_s_own_proxy_settings_hold_by_the_scheme_of_the_address(String scheme, String except, int used) {
        relay = Relay.proxy(Optional.empty());
        System.setProperty(scheme + ".proxyHost", "127.0.0.1");
        System.setProperty(scheme + ".proxyPort", Integer.toString(relay.port()));
        System.setProperty("http.nonProxyHosts", except);

        assertDelivered();

        assertThat(relay.asked().isEmpty()).isEqualTo(used == 0);
        assertThat(relay.asked()).noneMatch(asked -> asked.contains(rig.settings().text("quickbooks.url")));
    }

    @Test
    void a_proxy_that_does_not_answer_is_named() {
        relay = Relay.proxy(Optional.empty());
        relay.close();
        rig.with("procore.proxy", relay.url("http"));

        assertHeldBack(UNREACHABLE);

        assertThat(rig.printed()).contains("the proxy " + relay.url("http") + " does not answer");
    }

    @ParameterizedTest
    @CsvSource({"407 Proxy Authentication Required, 2, procore.proxy", "403 Forbidden, 2, or correct procore.proxy",
        "502 Bad Gateway, 3, HTTP 502"})
    void a_proxy_that_lets_nothing_through_is_named_with_what_to_do(String status, int exitCode, String words) {
        relay = Relay.answering("HTTP/1.1 " + status, "Proxy-Authenticate: Basic realm=\"x\"\r\n", "<html>blocked</html>");
        rig.with("procore.proxy", relay.url("http")).with("procore.url", "https://127.0.0.1:1")
                .with("procore.login-url", "https://127.0.0.1:1");

        assertHeldBack(exitCode);

        assertThat(rig.printed()).contains(relay.url("http"), words);
    }

    @Test
    void a_proxy_s_login_is_never_shown() {
        relay = Relay.answering("HTTP/1.1 407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"x\"\r\n", "no");
        rig.with("procore.proxy", "http://sync:hunter2x@127.0.0.1:" + relay.port());

        assertHeldBack(MISCONFIGURED);

        assertThat(rig.printed()).contains("requires a login").doesNotContain("hunter2x");
    }

    @Test
    void a_certificate_that_is_not_trusted_is_named_with_the_setting_and_counts_against_no_payment() {
        Certificate certificate = new Certificate(rig.folder, "CN=Inspection CA, O=Example Security", "ip:127.0.0.1");
        relay = Relay.tls(certificate.server(), procorePort());
        rig.with("procore.login-url", relay.url("https")).with("procore.url", relay.url("https"));

        assertHeldBack(MISCONFIGURED);
        assertThat(rig.printed()).contains("CN=Inspection CA, O=Example Security", "procore.truststore");

        rig.with("procore.truststore", certificate.truststore().toString())
                .with("procore.truststore-password", Certificate.PASSWORD);
        assertDelivered();
    }

    @Test
    void a_certificate_for_another_host_is_a_matter_of_configuration() {
        Certificate certificate = new Certificate(rig.folder, "CN=somewhere.example", "dns:somewhere.example");
        relay = Relay.tls(certificate.server(), procorePort());
        rig.with("procore.login-url", relay.url("https")).with("procore.url", relay.url("https"))
                .with("procore.truststore", certificate.truststore().toString())
                .with("procore.truststore-password", Certificate.PASSWORD);

        assertHeldBack(MISCONFIGURED);

        assertThat(rig.printed()).contains("CN=somewhere.example");
    }

    @Test
    void a_page_instead_of_every_answer_is_procore_being_away() {
        relay = Relay.answering("HTTP/1.1 200 OK", "Content-Type: text/html\r\n", "<html><title>Guest network</title>"
                + "<body>Accept the terms to go online</body></html>");
        rig.with("procore.url", relay.url("http")).with("procore.login-url", relay.url("http"));

        assertHeldBack(UNREACHABLE);

        assertThat(rig.printed()).contains("Guest network Accept the terms");
    }

    @ParameterizedTest
    @CsvSource({"200 OK, 3", "302 Found, 2", "503 Service Unavailable, 3"})
    void a_page_instead_of_answers_counts_against_no_payment_though_the_login_works(String status, int exitCode) {
        relay = Relay.answering("HTTP/1.1 " + status, "Content-Type: text/html\r\nLocation: https://portal.example/\r\n",
                "<html>Maintenance</html>");
        rig.with("procore.url", relay.url("http"));

        assertHeldBack(exitCode);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"403 Forbidden; {\"errors\":\"not for you\"}; not for you",
        "401 Unauthorized; {\"errors\":\"not for you\"}; data connector"})
    void a_refusal_of_everything_by_procore_is_one_dead_letter_and_a_matter_of_configuration(String status, String body,
            String words) {
        relay = Relay.answering("HTTP/1.1 " + status, "Content-Type: application/json\r\n", body);
        rig.with("procore.url", relay.url("http"));

        assertThat(rig.once()).as(rig::printed).isEqualTo(MISCONFIGURED);

        assertThat(rig.ledger()).containsExactly("K1|B1|pending|9000.00");
        assertThat(rig.deadLetters()).singleElement().asString().contains("everything in company", words);
        assertThat(relay.asked()).hasSizeLessThanOrEqualTo(11);
    }

    @Test
    void a_firewall_s_refusal_of_everything_is_procore_being_away() {
        relay = Relay.answering("HTTP/1.1 403 Forbidden", "Content-Type: text/html\r\n", "<html>Blocked by policy</html>");
        rig.with("procore.url", relay.url("http"));

        assertHeldBack(UNREACHABLE);

        assertThat(rig.printed()).contains("Blocked by policy");
        assertThat(relay.asked()).hasSizeLessThanOrEqualTo(11);
    }

    @ParameterizedTest
    @CsvSource({"200 OK", "403 Forbidden", "511 Network Authentication Required"})
    void a_page_for_the_write_of_one_payment_alone_is_that_payment_s_trouble_and_the_others_go(String status) {
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B2", "HD-0440", "800.00"));
        rig.lookup("B2,1001,11,work_order_contract,,");
        relay = Relay.stopping("10902", "HTTP/1.1 " + status, "<html>This looks like an attack</html>", procorePort());
        rig.with("procore.url", relay.url("http"));

        assertThat(rig.once()).as(rig::printed).isEqualTo(DEAD_LETTERS);

        assertThat(rig.ledger()).containsExactly("K1|B1|dead|9000.00", "K2|B2|delivered|800.00");
        assertThat(rig.deadLetters()).singleElement().asString().contains("Check 10902", "This looks like an attack");
    }
}
