package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Pages that are made from the files they speak of. {@code mvn test -Dtest=GeneratedDocsTest -Dupdate-docs} writes them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GeneratedDocsTest {

    private static final Path SETTINGS = Path.of("application.properties");

    @Test
    void the_page_of_settings_says_what_the_settings_file_says() throws IOException {
        isUpToDate(Path.of("docs/configuration.md"), ConfigurationReference.of(SETTINGS).page());
    }

    @Test
    void the_json_schema_knows_every_setting() throws IOException {
        String schema = ConfigurationReference.of(SETTINGS).schema();
        Settings.ALL.forEach(setting -> assertThat(schema).contains("\"" + setting.key() + "\" : {"));
        isUpToDate(Path.of("docs/settings.schema.json"), schema);
    }

    @Test
    void editors_are_told_the_same() throws IOException {
        isUpToDate(Path.of("src/main/resources/META-INF/spring-configuration-metadata.json"),
                ConfigurationReference.of(SETTINGS).editorMetadata());
    }

    @Test
    void the_diagrams_show_the_routes_as_they_are() throws Exception {
        isUpToDate(Path.of("docs/routes.md"), RouteDiagrams.of(Path.of("routes")).page());
    }

    @Test
    void the_consoles_help_is_the_runbook() throws IOException {
        String help = HelpPage.of(Path.of("docs/operations/runbook.md"));
        assertThat(help).as("a template would run this").doesNotContainPattern("\\{\\{[^!]");
        isUpToDate(Path.of("src/main/resources/console/runbook.mustache"), help);
    }

    private static void isUpToDate(Path file, String made) throws IOException {
        if (System.getProperty("update-docs") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, made);
        }
        assertThat(file).as("%s is made by: mvn test -Dtest=GeneratedDocsTest -Dupdate-docs", file)
                .exists().content(StandardCharsets.UTF_8).isEqualTo(made);
    }
}
