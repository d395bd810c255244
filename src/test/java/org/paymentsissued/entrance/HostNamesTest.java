package org.paymentsissued.entrance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Host headers are meant for us, on a machine that was reached at 10.0.0.5. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HostNamesTest {

    private final HostNames names = new HostNames(List.of("payments.example.com", "0.0.0.0", "", "[fd00::5]"));

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]",
        "payments.example.com", "Payments.Example.com.:443", "10.0.0.5:8080", "[fd00::5]:8080"})
    void loopback_configured_names_and_the_address_of_the_connection_are_known(String host) {
        assertThat(names.know(host, "10.0.0.5")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "payments.example.com.evil.example",
        "evil.example:8080", "10.0.0.6", "localhost@evil.example", "", "a:b:c", "[evil]", "local\thost", "127.0.0.1:x"})
    void any_other_host_is_not(String host) {
        assertThat(names.know(host, "10.0.0.5")).isFalse();
    }
}
