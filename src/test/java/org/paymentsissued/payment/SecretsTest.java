package org.paymentsissued.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SecretsTest {

    private static final String SECRET = "s3cr\"et &+/é<x>' of\\procore";

    private final Secrets secrets = new Secrets(List.of(SECRET, "s3cr\"et", "abc12", ""));

    @ParameterizedTest
    @ValueSource(strings = {
        "s3cr\"et &+/é<x>' of\\procore",
        "s3cr%22et+%26%2B%2F%C3%A9%3Cx%3E%27+of%5Cprocore",
        "s3cr%22et%20%26%2b%2f%c3%a9%3cx%3e%27%20of%5cprocore",
        "s3cr\\\"et &+/é<x>' of\\\\procore",
        "s3cr\\\"et &+\\/\\u00E9<x>' of\\\\procore",
        "s3cr\\\"et &+/\\u00e9<x>' of\\\\procore",
        "s3cr\\\"et \\u0026+/é\\u003cx\\u003e' of\\\\procore",
        "s3cr&quot;et &amp;+/&eacute;&lt;x&gt;' of\\procore",
        "s3cr&quot;et &amp;+/é&lt;x&gt;&apos; of\\procore"})
    void a_secret_is_hidden_in_every_form_in_which_it_may_come_back(String form) {
        assertThat(secrets.hiddenIn("invalid_client: " + form + " is wrong")).isEqualTo("invalid_client: *** is wrong");
    }

    @Test
    void a_secret_too_short_to_be_told_from_ordinary_text_is_not_hidden() {
        assertThat(secrets.hiddenIn("Check abc12 of 2026-03-25")).isEqualTo("Check abc12 of 2026-03-25");
    }

    @Test
    void a_token_is_hidden_as_soon_as_it_is_granted() {
        Secrets.granted("eyJhbGciOi.one");
        Secrets.granted("eyJhbGciOi.two");

        assertThat(secrets.hiddenIn("Bearer eyJhbGciOi.one, then eyJhbGciOi.two")).isEqualTo("Bearer ***, then ***");
        assertThat(Secrets.allHiddenIn(SECRET + " and eyJhbGciOi.two")).isEqualTo("*** and ***");
    }

    @Test
    void the_login_of_an_address_is_hidden_whether_it_is_ours_or_not() {
        assertThat(secrets.hiddenIn("GET http://ann:p@ss@proxy.example.com:3128/x?a=b@c failed"))
                .isEqualTo("GET http://***@proxy.example.com:3128/x?a=b@c failed");
        assertThat(secrets.hiddenIn("jdbc:postgresql://db/ledger?user=x&password=pw&sslmode=verify-full"))
                .isEqualTo("jdbc:postgresql://db/ledger?user=x&password=***&sslmode=verify-full");
        assertThat(secrets.hiddenIn("Mail ann@example.com, see https://example.com/a@b"))
                .isEqualTo("Mail ann@example.com, see https://example.com/a@b");
    }

    @Test
    void a_text_is_cut_with_a_mark_and_never_in_the_middle_of_a_character() {
        assertThat(Cut.to(5, "12345")).isEqualTo("12345");
        assertThat(Cut.to(5, "123456")).isEqualTo("1234…");
        assertThat(Cut.to(5, "123😀56")).isEqualTo("123…");
    }
}
