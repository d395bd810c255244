package org.paymentsissued.routecheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.paymentsissued.routecheck.RouteCheck.Surroundings;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DigestTest {

    private static final Surroundings SETTINGS = new Surroundings(Map.of("poll.schedule", "0 0 * * * ?"), Set.of("database.password"),
            Map.of("ledger", String.class), List.of(source("serving.yaml", "- route:")));

    private static Source source(String name, String text) {
        return new Source(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(Surroundings surroundings, String program, Source... files) {
        return new RouteCheck(surroundings).digest(List.of(files), program);
    }

    @Test
    void the_same_files_settings_and_program_have_the_same_digest() {
        assertThat(digest(SETTINGS, "jar", source("10.yaml", "a"))).isEqualTo(digest(SETTINGS, "jar", source("10.yaml", "a")));
    }

    @Test
    void whatever_a_judgement_depends_on_changes_the_digest() {
        assertThat(Stream.of(
                digest(SETTINGS, "jar", source("10.yaml", "a")),
                digest(SETTINGS, "jar", source("10.yaml", "b")),
                digest(SETTINGS, "jar", source("11.yaml", "a")),
                digest(SETTINGS, "jar", source("10.yaml", "a"), source("11.yaml", "")),
                digest(SETTINGS, "another jar", source("10.yaml", "a")),
                digest(new Surroundings(Map.of("poll.schedule", "0 1 * * * ?"), SETTINGS.secrets(), SETTINGS.beans(),
                        SETTINGS.serving()), "jar", source("10.yaml", "a")),
                digest(new Surroundings(SETTINGS.placeholders(), Set.of(), SETTINGS.beans(), SETTINGS.serving()), "jar",
                        source("10.yaml", "a")),
                digest(new Surroundings(SETTINGS.placeholders(), SETTINGS.secrets(), Map.of("ledger", List.class),
                        SETTINGS.serving()), "jar", source("10.yaml", "a")),
                digest(new Surroundings(SETTINGS.placeholders(), SETTINGS.secrets(), SETTINGS.beans(), List.of()), "jar",
                        source("10.yaml", "a")))).doesNotHaveDuplicates();
    }
}
