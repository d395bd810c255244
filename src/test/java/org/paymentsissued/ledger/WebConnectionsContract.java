package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What is kept of the Web Connector, on every database. */
@DisplayNameGeneration(ReplaceUnderscores.class)
abstract class WebConnectionsContract {

    private static final Instant NOON = Instant.parse("2026-03-26T12:00:00Z");

    abstract LedgerDatabase open();

    private static WebConnections at(LedgerDatabase database, Instant now) {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return new WebConnections(database, new DeadLetters(database, clock), clock);
    }

    @Test
    void a_company_file_keeps_its_file_id_and_is_due_from_the_first_moment() {
        try (LedgerDatabase database = open()) {
            WebConnections connections = at(database, NOON);
            String fileId = connections.of("default").fileId();

            assertThat(fileId).matches("\\{[0-9a-f-]{36}}");
            assertThat(connections.of("default").fileId()).isEqualTo(fileId);
            assertThat(connections.of("second").fileId()).isNotEqualTo(fileId);
            assertThat(connections.of("default").isDue()).isTrue();
            assertThat(connections.of("default").lastCall()).isEmpty();
            assertThat(connections.of("default").boundTo()).isEmpty();
        }
    }

    @Test
    void a_reading_settles_what_was_wanted_before_it_began_and_not_what_was_wanted_later() {
        try (LedgerDatabase database = open()) {
            at(database, NOON).markDue("default");
            at(database, NOON.plusSeconds(60)).read("default", NOON.plusSeconds(10));
            assertThat(at(database, NOON).of("default").isDue()).isFalse();
            assertThat(at(database, NOON).of("default").lastReadAt()).contains(NOON.plusSeconds(60));

            at(database, NOON.plusSeconds(90)).markDue("default");
            at(database, NOON.plusSeconds(120)).read("default", NOON.plusSeconds(80));
            assertThat(at(database, NOON).of("default").wantedAt()).contains(NOON.plusSeconds(90));
        }
    }

    @Test
    void company_file_refused_requests_calls_and_refused_logins_are_kept_and_shortened_to_what_fits() {
        try (LedgerDatabase database = open()) {
            WebConnections connections = at(database, NOON);
            connections.loginRefused("default", "10.0.0.9");
            connections.bind("default", new WebConnections.CompanyFile("C:\\Books\\B.qbw", "Builder & S\u00f6hne"));
            connections.refused("default", "12.0");
            connections.refused("default", "13.0");
            connections.refused("default", "13.0");
            connections.called("default", "10.0.0.5", "getLastError", "x".repeat(3000));

            assertThat(connections.of("default")).satisfies(kept -> {
                assertThat(kept.boundTo()).contains(new WebConnections.CompanyFile("C:\\Books\\B.qbw",
                        "Builder & S\u00f6hne"));
                assertThat(kept.refusals()).contains(new WebConnections.Refusals(2, NOON, "13.0"));
                assertThat(kept.lastCall()).hasValueSatisfying(call -> {
                    assertThat(call).extracting(WebConnections.Call::at, WebConnections.Call::from, WebConnections.Call::operation)
                            .containsExactly(NOON, "10.0.0.5", "getLastError");
                    assertThat(call.result()).startsWith("x".repeat(1_900)).hasSizeLessThanOrEqualTo(2_000);
                });
                assertThat(kept.refusedLogin()).contains(new WebConnections.RefusedLogin(NOON, "10.0.0.9"));
            });
            connections.read("default", NOON);
            assertThat(connections.of("default").refusals()).isEmpty();
        }
    }
}
