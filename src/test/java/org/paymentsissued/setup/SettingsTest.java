package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SettingsTest {

    private static final Map<String, String> ACCOUNT = Map.of("PROCORE_CLIENT_ID", "id",
            "PROCORE_CLIENT_SECRET", "the-secret", "PROCORE_COMPANY_ID", "598134325510001");

    @TempDir
    private Path folder;

    @Test
    void defaults_are_those_of_the_shipped_file() throws Exception {
        Settings settings = load(ACCOUNT);
        assertThat(settings.duration("poll.overlap")).isEqualTo(Duration.ofMinutes(65));
        assertThat(settings.text("quickbooks.url")).isEqualTo("http://localhost:8166/");
        assertThat(settings.id("procore.company-id")).isEqualTo(598134325510001L);
        assertThat(settings.text("database.url")).isEqualTo("jdbc:h2:file:./data/payments-issued");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "web-connector"})
    void an_address_of_quickbooks_is_needed_only_by_a_gateway(String transport) throws Exception {
        file("quickbooks.url =\nquickbooks.transport = " + transport + "\nquickbooks.username = qb\nquickbooks.password = secret\n");
        assertThat(load(ACCOUNT).text("quickbooks.url")).isEmpty();

        file("quickbooks.url =\nquickbooks.transport = http\n");
        assertThatThrownBy(() -> load(ACCOUNT)).hasMessageContaining("quickbooks.url");

        file("quickbooks.url =\nquickbooks.transport = " + transport + "\nquickbooks.company-files = east\n"
                + "quickbooks.east.transport = http\n");
        assertThatThrownBy(() -> load(ACCOUNT)).hasMessageContaining("quickbooks.url");
    }

    @Test
    void a_system_property_goes_before_the_environment_and_the_environment_before_the_file() throws Exception {
        file("quickbooks.page-size = 10\npoll.overlap=10m\nconsole.port: 8081\n");
        Map<String, String> environment = new TreeMap<>(ACCOUNT);
        environment.put("QUICKBOOKS_PAGE_SIZE", "20");
        environment.put("POLL_OVERLAP", "20m");
        Properties system = new Properties();
        system.setProperty("poll.overlap", "30m");

        Settings settings = Settings.load(folder, environment, system);

        assertThat(settings.number("console.port")).isEqualTo(8081);
        assertThat(settings.number("quickbooks.page-size")).isEqualTo(20);
        assertThat(settings.duration("poll.overlap")).isEqualTo(Duration.ofMinutes(30));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            poll.overlap               | 65 minutes      | is not a duration
            poll.schedule              | every hour      | is not a Quartz cron
            poll.start                 | yesterday       | is not a local date, or date and time
            quickbooks.url             | localhost:8166  | is not an http or https address
            quickbooks.url             | http://u:p@qb/  | must not contain a login
            quickbooks.page-size       | 0               | is not between 1 and 9999
            quickbooks.transport       | ftp             | is not one of http, web-connector, file
            quickbooks.iterators       | yes             | is not one of true, false
            procore.company-id         | 12ab            | is not a whole number
            procore.origin-prefix      | a~b             | may only contain
            delivery.concurrency       | 99              | is not between 1 and 32
            database.url               | jdbc:mysql://x  | is neither an H2 nor a PostgreSQL
            procore.update-strategy    | overwrite       | is not one of patch
            """)
    void a_malformed_value_is_named_with_its_key_the_value_an_example_and_the_line(String key, String value, String why)
            throws IOException {
        file("# a comment\n\n" + key + " = " + value + "\n");
        Map<String, String> environment = new TreeMap<>(ACCOUNT);
        environment.remove(new Setting(key, new Setting.Text(), false, "").environmentVariable());
        assertThat(flaws(environment)).singleElement().satisfies(flaw -> assertThat(flaw)
                .contains(key + " = \"" + value.replace("u:p@", "***@") + "\"", why,
                        "Write for example: ", "(application.properties, line 3)"));
    }

    @Test
    void all_flaws_are_told_at_once() throws IOException {
        file("poll.overlap = x\nquickbooks.page-size = y\n");
        assertThat(flaws(Map.of())).hasSize(5).anyMatch(flaw -> flaw.startsWith("procore.client-id is missing"))
                .anyMatch(flaw -> flaw.startsWith("procore.client-secret is missing"))
                .anyMatch(flaw -> flaw.startsWith("procore.company-id is missing"));
    }

    @Test
    void a_misspelt_key_is_told_with_the_nearest_right_one_and_an_engineers_own_key_is_left_alone() throws IOException {
        file("procore.clientid = x\nmy.own.key = y\ncamel.main.name = z\n");
        assertThat(flaws(ACCOUNT)).singleElement().satisfies(flaw -> assertThat(flaw)
                .contains("procore.clientid is not a setting", "Did you mean procore.client-id?", "line 1"));
    }

    @Test
    void a_key_that_stands_twice_is_told() throws IOException {
        file("poll.overlap = 10m\npoll.overlap = 20m\n");
        assertThat(flaws(ACCOUNT)).singleElement().satisfies(flaw -> assertThat(flaw).contains("poll.overlap is set twice"));
    }

    @ParameterizedTest
    @CsvSource({"C:\\Books\\inbox", "C:\\temp", "C:\\users\\inbox"})
    void a_windows_path_with_single_backslashes_is_told_instead_of_swallowed(String path) throws IOException {
        file("quickbooks.inbox = " + path + "\n");
        assertThat(flaws(ACCOUNT)).singleElement().satisfies(flaw ->
                assertThat(flaw).contains("single \\").contains("line 1"));
    }

    @Test
    void a_windows_path_with_slashes_or_doubled_backslashes_is_right() throws Exception {
        file("quickbooks.inbox = C:/Books/inbox\ncommitments.inbox = C:\\\\Books\\\\lookup\n");
        assertThat(load(ACCOUNT).text("commitments.inbox")).isEqualTo("C:\\Books\\lookup");
    }

    @Test
    void a_secret_is_shown_neither_in_a_flaw_nor_to_the_routes() throws Exception {
        Settings settings = load(ACCOUNT);
        assertThat(settings.forRoutes().values()).doesNotContain("the-secret");
        assertThat(settings.withoutSecrets("failed with the-secret in it")).isEqualTo("failed with *** in it");
    }

    @ParameterizedTest
    @CsvSource({"camel.main.routesReloadEnabled", "camel.main.routes-reload-enabled"})
    void camels_switch_for_reloading_routes_is_taken_as_camel_spells_it(String key) throws Exception {
        assertThat(load(ACCOUNT).isOn(Settings.ROUTES_RELOAD)).as("as shipped").isFalse();
        file(key + " = true\n");
        assertThat(load(ACCOUNT).isOn(Settings.ROUTES_RELOAD)).isTrue();
        file(key + " = yes\n");
        assertThat(flaws(ACCOUNT)).singleElement().asString().contains("routesReloadEnabled = \"yes\"", "is not one of true, false");
    }

    @Test
    void every_setting_is_documented_in_the_shipped_file_right_above_its_line() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("application.properties"));
        for (Setting setting : Settings.ALL) {
            int line = firstLineOf(lines, setting.key());
            assertThat(line).as("%s stands in application.properties", setting.key()).isNotNegative();
            int above = line;
            while (above > 0 && !lines.get(above).startsWith("#") && !lines.get(above).isBlank()) {
                above--;
            }
            assertThat(lines.get(above)).as("a comment above %s", setting.key()).startsWith("#");
        }
        try (Stream<String> keys = lines.stream().filter(line -> line.matches("[a-z].*")).map(line -> line.split(" ")[0])) {
            assertThat(keys.filter(key -> !key.startsWith("camel.") || key.equals(Settings.ROUTES_RELOAD)))
                    .containsExactlyInAnyOrderElementsOf(Settings.ALL.stream().map(Setting::key).toList());
        }
    }

    @Test
    void two_company_files_with_one_user_name_for_their_web_connectors_are_told_with_both_keys() throws IOException {
        file("quickbooks.transport = web-connector\nquickbooks.company-files = east,west\nquickbooks.username = sync\n"
                + "quickbooks.password = s3cret\n");
        assertThat(flaws(ACCOUNT)).singleElement().asString()
                .startsWith("quickbooks.east.username and quickbooks.west.username are both \"sync\".");
    }

    @Test
    void two_company_files_with_one_path_are_told_whatever_its_slashes_and_its_case() throws Exception {
        String east = "quickbooks.transport = web-connector\nquickbooks.company-files = east,west\nquickbooks.password = s3cret\n"
                + "quickbooks.east.username = e\nquickbooks.west.username = w\n"
                + "web-connector.east.company-file = C:/Books/Builder.qbw\n";
        file(east + "web-connector.west.company-file = c:\\\\books\\\\builder.QBW\n");
        assertThat(flaws(ACCOUNT)).singleElement().asString()
                .startsWith("web-connector.east.company-file and web-connector.west.company-file are both");

        file(east + "web-connector.west.company-file = C:/Books/West.qbw\n");
        assertThat(load(ACCOUNT).webConnectorPath("west")).isEqualTo("C:/Books/West.qbw");
    }

    @Test
    void each_web_connector_needs_a_login_and_nobody_else_does() throws Exception {
        file("quickbooks.company-files = east,west\nquickbooks.west.transport = web-connector\n");
        assertThat(flaws(ACCOUNT)).hasSize(2).anyMatch(flaw -> flaw.startsWith("quickbooks.west.username is missing")
                && flaw.contains("QUICKBOOKS_WEST_USERNAME")).anyMatch(flaw -> flaw.startsWith("quickbooks.west.password"));

        file("quickbooks.transport = web-connector\n");
        assertThat(flaws(ACCOUNT)).hasSize(2).allMatch(flaw -> flaw.matches("quickbooks\\.(username|password) is missing.*"));
    }

    private static int firstLineOf(List<String> lines, String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(key + " =")) {
                return i;
            }
        }
        return -1;
    }

    private void file(String text) throws IOException {
        Files.writeString(folder.resolve("application.properties"), text);
    }

    private Settings load(Map<String, String> environment) throws Settings.InvalidSettings {
        return Settings.load(folder, environment, new Properties());
    }

    @Test
    void nodes_need_a_database_that_they_can_share() throws Exception {
        file("cluster.enabled = true\n");
        assertThat(flaws(ACCOUNT)).singleElement().asString().contains("cluster.enabled = true", "names an H2 file",
                "Write for example: database.url = jdbc:postgresql://");

        file("cluster.enabled = true\ndatabase.url = jdbc:postgresql://db-host/payments_issued\n");
        assertThat(load(ACCOUNT).isOn("cluster.enabled")).isTrue();
    }

    @Test
    void a_lease_is_long_enough_for_a_call_to_end_in_it_where_another_node_might_take_over() throws Exception {
        String tight = "cluster.lease = 40s\nprocore.request-timeout = 30s\n";
        file(tight);
        assertThat(load(ACCOUNT).duration("cluster.lease")).as("with one node").isEqualTo(Duration.ofSeconds(40));

        file(tight + "cluster.enabled = true\ndatabase.url = jdbc:postgresql://db-host/payments_issued\n");
        assertThat(flaws(ACCOUNT)).singleElement().asString().contains("cluster.lease = \"40s\"", "procore.request-timeout (30s)",
                "Write for example: cluster.lease = 60s");
    }

    private List<String> flaws(Map<String, String> environment) {
        return catchThrowableOfType(Settings.InvalidSettings.class, () -> load(environment)).flaws();
    }
}
