package org.paymentsissued.routecheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.Application;
import org.paymentsissued.command.Check;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** What engineers mistype: each slip is made in the real route files, and `check` names file, line and the right name. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RouteMistakesTest {

    private static final String POLL = "10-poll.yaml";
    private static final String SPLIT = "20-split.yaml";
    private static final String ENRICH = "30-enrich.xml";
    private static final String AGGREGATE = "40-aggregate.yaml";
    private static final String DELIVER = "50-deliver.yaml";

    private static final Rig RIG = new Rig();
    private static final String YOURS = "60-yours.yaml";
    private static final String READ = "message: \"${body}\"}";

    private Path routes;

    @BeforeEach
    void aCopyOfTheRoutes() throws IOException {
        routes = Files.createTempDirectory(RIG.folder, "routes");
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
    }

    @AfterAll
    static void close() {
        RIG.close();
    }

    /**
     * A slip in a file.
     *
     * @param what   in words
     * @param right  text that is in the file once
     * @param wrong  what is written instead
     * @param marker text on the line that must be named, looked for behind the slip's beginning
     * @param said   what the line must say
     */
    record Mistake(String what, String file, String right, String wrong, String marker, List<String> said) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Mistake slip(String what, String file, String right, String wrong, String marker, String... said) {
        return new Mistake(what, file, right, wrong, marker, List.of(said));
    }

    static List<Mistake> mistakes() {
        return List.of(
                // YAML itself
                slip("a wrong indent", SPLIT, "            stopOnException: true\n            steps:\n              - setVariable:",
                        "           stopOnException: true\n            steps:\n              - setVariable:", "stopOnException:", "indent"),
                slip("a tab", DELIVER, "      uri: direct:deliver-row\n      steps:", "\t  uri: direct:deliver-row\n      steps:",
                        "\t  uri", "a tab is before", "spaces"),
                slip("a missing colon", DELIVER, "        - loop:\n", "        - loop\n", "- loop", "lacks a colon"),
                slip("an unclosed quote", DELIVER, "simple: \"${variable.delivery.unfinished}\"",
                        "simple: \"${variable.delivery.unfinished}", "simple: \"${variable.delivery.unfinished}",
                        "quote"),
                slip("a quote inside of quotes", YOURS, READ, "message: \"${body} is \"read\" now\"}", "is \"read\"", "quote"),
                slip("a quote inside of quotes, in a block", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- log: \"${body} is \"read\" now\"", "is \"read\"", "quote"),
                slip("a quote of an expression inside of quotes", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- filter: {simple: \"${body} == \"x\"\", steps: []}", "\"x\"", "quote"),
                slip("an apostrophe inside of single quotes", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- log: 'it's read'", "it's", "quote"),
                slip("text behind a quoted text", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- log: \"${body}\" is read", "is read", "quote"),
                slip("an option written twice", SPLIT, "            streaming: true\n",
                        "            streaming: true\n            streaming: false\n", "streaming: false",
                        "\"streaming\" is here a second time"),
                slip("steps one level too far left", AGGREGATE, "      uri: direct:aggregate\n      steps:\n",
                        "      uri: direct:aggregate\n    steps:\n", "    steps:", "steps"),
                slip("a step that lost its dash", DELIVER, "        - bean: {ref: deliveries, method: awaitTurn}\n",
                        "        bean: {ref: deliveries, method: awaitTurn}\n", "bean:", "\"steps\"", "Expected"),
                slip("two steps in one", AGGREGATE, "        - choice:\n",
                        "        - log: stored\n          choice:\n", "- log",
                        "side by side"),

                // names of steps, options and languages
                slip("a misspelt step", DELIVER, "- loop:", "- lopp:", "- lopp:", "\"lopp\"", "Did you mean \"loop\"?"),
                slip("a misspelt option of a step", SPLIT, "streaming: true", "stremaing: true", "stremaing",
                        "\"stremaing\" is not an option of \"split\"", "Did you mean \"streaming\"?"),
                slip("an unknown language", SPLIT, "            simple: \"${variable.page.rows}\"",
                        "            smiple: \"${variable.page.rows}\"", "smiple", "\"smiple\"", "Did you mean \"simple\"?"),
                slip("a misspelt top of a file", "12-backfill.yaml", "- route:", "- rout:", "- rout:", "Did you mean \"route\"?"),
                slip("text where a truth value belongs", SPLIT, "            streaming: true\n            stopOnException: true",
                        "            streaming: true\n            stopOnException: sometimes", "sometimes", "Expected true or false"),
                slip("a step without its expression", DELIVER, "- setVariable: {name: call, simple: \"${body}\"}", "- setVariable: {name: call}",
                        "- setVariable", "\"setVariable\" has no expression"),

                // addresses
                slip("a step to nowhere", DELIVER, "              - to: direct:procore\n",
                        "              - to:\n", "- to:", "\"to\" has nothing"),
                slip("a missing uri", DELIVER, "              - to: direct:procore\n",
                        "              - to:\n                  description: no address\n", "- to:", "\"to\" lacks \"uri\""),
                slip("an option of http that would go out as a query", DELIVER, "responseTimeout:", "responseTimout:",
                        "responseTimout", "\"responseTimout\"", "Did you mean \"responseTimeout\"?"),
                slip("an option of the gateway's call", POLL, "                    connectTimeout: 10000",
                        "                    conectTimeout: 10000", "conectTimeout", "Did you mean \"connectTimeout\"?"),
                slip("an option of a timer", DELIVER, "period: 5000", "perriod: 5000", "perriod", "Did you mean \"period\"?"),
                slip("an option of a schedule", POLL, "stateful: true", "statefull: true", "statefull", "Did you mean \"stateful\"?"),
                slip("an option in an address in XML", ENRICH, "?outputType=SelectOne", "?outputTyp=SelectOne", "!<to id=\"lookup\"",
                        "Did you mean \"outputType\"?"),
                slip("a value that an option does not have", ENRICH, "?outputType=SelectOne", "?outputType=SelectOn",
                        "!<to id=\"lookup\"", "\"SelectOn\" is not a value of \"outputType\"", "Did you mean \"SelectOne\"?"),
                slip("text where a number belongs", POLL, "connectTimeout: 10000", "connectTimeout: forty", "forty",
                        "\"forty\" is not a value of \"connectTimeout\". Expected a whole number"),
                slip("an unknown component", DELIVER, "uri: timer:deliver-due", "uri: tmier:deliver-due", "tmier",
                        "no component \"tmier\"", "Did you mean \"timer\"?"),
                slip("an address without its component", AGGREGATE, "uri: direct:aggregate", "uri: aggregate", "uri: aggregate",
                        "is not an address"),
                slip("a wrong cron", POLL, "cron: \"{{poll.schedule}}\"", "cron: \"0/15 * * * *\"", "cron:", "not a Quartz cron",
                        "0 0/15 * * * ?"),

                slip("a data format that is not there", YOURS, "- log: {loggingLevel: TRACE, " + READ, "- marshal: {csv: {}}", "csv: {}",
                        "\"csv\"", "lib"),
                slip("a data format with a name that no one has", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- unmarshal: {custom: {ref: nothing}}", "custom: ", "nothing"),
                slip("a password in an address that cannot be", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- to: \"smtp://host?username=me&password=hunter2x&perriod=1\"", "- to: \"smtp", "perriod"),
                slip("a password on a line that is not YAML", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- to: {uri: \"smtp://host\", parameters: {password: hunter2x, to: \"a\"b}}", "parameters:", "quote"),
                slip("a token in an address without its component", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- to: \"hooks.example.com/in?token=hunter2x\"", "token=", "is not an address"),
                slip("a password in an option that cannot be", YOURS, "- log: {loggingLevel: TRACE, " + READ,
                        "- to: {uri: \"smtp://host\", parameters: {password: hunter2x, port: x}}", "port: x", "port"),

                // settings
                slip("a misspelt placeholder", POLL, "{{poll.schedule}}", "{{poll.shedule}}", "{{poll.shedule}}",
                        "Did you mean \"poll.schedule\"?"),
                slip("a placeholder that is not closed", POLL, "{{poll.schedule}}", "{{poll.schedule}", "{{poll.schedule}",
                        "is not closed"),
                slip("a secret in an address", DELIVER, "responseTimeout: \"{{procore.request-timeout}}\"",
                        "clientSecret: \"{{procore.client-secret}}\"", "procore.client-secret", "is a secret"),

                // seams and ids
                slip("a renamed seam", AGGREGATE, "uri: direct:aggregate", "uri: direct:agregate", "!to: direct:aggregate",
                        "no route takes from \"direct:aggregate\""),
                slip("a renamed seam that the program calls", DELIVER, "    from:\n      uri: direct:deliver\n",
                        "    from:\n      uri: direct:delivery\n", "uri: direct:delivery", "Did you mean \"direct:deliver\"?"),
                slip("a call of a seam that is not there", SPLIT, "{steps: [{to: direct:payment}]}",
                        "{steps: [{to: direct:paymnet}]}", "direct:paymnet", "Did you mean \"direct:payment\"?"),
                slip("a seam consumed twice", "35-refresh.yaml", "      uri: direct:refresh-if-bills-wait",
                        "      uri: direct:refresh-if-due", "direct:refresh-if-due", "a second route takes from"),
                slip("a route id used twice", "12-backfill.yaml", "    id: backfill\n", "    id: sync\n", "id: sync",
                        "the id \"sync\" is used a second time", "10-poll.yaml, line"),
                slip("a step id used twice", ENRICH, "<to uri=\"direct:dead-letter\"/>", "<to id=\"lookup\" uri=\"direct:dead-letter\"/>",
                        "<to id=\"lookup\" uri=\"direct:dead-letter\"/>", "\"lookup\" is used a second time"),
                slip("an error handling that is not there", AGGREGATE, "    description: One payment, one transaction\n",
                        "    description: One payment, one transaction\n    routeConfigurationId: set-asid\n", "set-asid",
                        "there is no routeConfiguration"),

                // beans
                slip("an unknown bean", ENRICH, "<bean ref=\"placements\" method=\"place(", "<bean ref=\"placement\" method=\"place(",
                        "<bean ref=\"placement\"", "no bean \"placement\"", "Did you mean \"placements\"?"),
                slip("an unknown bean in an option", SPLIT, "\"#wholePayment\"", "\"#wholePaymnet\"", "#wholePaymnet",
                        "Did you mean \"wholePayment\"?"),
                slip("an unknown method", DELIVER, "method: awaitTurn", "method: awaitTrun", "awaitTrun",
                        "the bean \"deliveries\" has no method \"awaitTrun\"", "Did you mean \"awaitTurn\"?"),
                slip("a method with a value too few", AGGREGATE, "${variable.payment}, ${body}, ",
                        "${variable.payment}, ", "ref: ledger", "takes 5 values, here are 4"),
                slip("an exception that is none", DELIVER, "[java.lang.Exception]", "[java.lang.Excepton]", "Excepton",
                        "Did you mean \"java.lang.Exception\"?"),

                // expressions, headers and properties
                slip("an unknown function", DELIVER, "{name: call, simple: \"${body}\"}",
                        "{name: call, simple: \"${bdoy}\"}", "${bdoy}", "bdoy", "Did you mean \"body\"?"),
                slip("an expression that is not closed", SPLIT, "\"${variable.page.rows}\"", "\"${variable.page.rows\"",
                        "page.rows", "simple language"),
                slip("an operator that is none", ENRICH, "<simple>${body} != null</simple>", "<simple>${body} =! null</simple>", "=!",
                        "simple language"),
                slip("a misspelt variable", DELIVER, "${variable.delivery.unfinished}",
                        "${variable.delivry.unfinished}", "delivry", "no step sets the variable \"delivry\"",
                        "Did you mean \"delivery\"?"),
                slip("a misspelt header", ENRICH, "${header.CamelFileName}", "${header.CamelFilName}", "CamelFilName",
                        "no step sets the header \"CamelFilName\"", "Did you mean \"CamelFileName\"?"),
                slip("a misspelt parameter of the lookup", ENRICH, "bill_txn_id = :#billTxnId", "bill_txn_id = :#billTxnID", "!<to id=\"lookup\"",
                        "nothing gives the statement its parameter \":#billTxnID\"", "Did you mean \"billTxnId\"?"),
                slip("a parameter of the lookup that no invoice has", ENRICH, "bill_txn_id = :#billTxnId", "bill_txn_id = :#vendor", "!<to id=\"lookup\"",
                        "nothing gives the statement its parameter \":#vendor\""),
                slip("a variable that a seam needs, under another name", SPLIT, "{name: row,",
                        "{name: rwo,", "- to: direct:row", "\"direct:row\" reads",
                        "\"row\"", "sets \"rwo\""),

                // XML
                slip("an XML tag that is not closed", ENRICH, "    </split>\n    <to uri=\"direct:dead-letter\"/>\n  </route>", "    <to uri=\"direct:dead-letter\"/>\n  </route>",
                        "</route>", "not XML", "<split>"),
                slip("a misspelt XML element", ENRICH, "<convertBodyTo ", "<convertBodyTO ", "<convertBodyTO", "Did you mean \"convertBodyTo\"?"),
                slip("a wrong XML attribute", ENRICH, "timeout=\"0\"", "timeut=\"0\"", "timeut", "not an attribute of <pollEnrich>",
                        "Did you mean \"timeout\"?"),
                slip("an XML attribute that lacks", ENRICH, "<from uri=\"direct:place\"/>", "<from/>", "<from/>", "lacks the attribute \"uri\""),

                // steps whose loss would move money wrongly
                slip("headers no longer removed before Procore is called", DELIVER, "        - removeHeaders: {pattern: \"*\"}\n", "", "!uri: direct:procore\n      steps", "removeHeaders"),
                slip("the login and its rule against repeated writes left out", DELIVER,
                        "                    httpClientConfigurer: \"#procoreLogin\"\n", "", "!uri: direct:procore\n      steps",
                        "httpClientConfigurer", "retry writes"),
                slip("an answer that is not recorded", DELIVER,
                        "              - bean: {ref: deliveries, method: \"take(${variable.delivery}, ${body})\"}\n", "",
                        "!uri: direct:deliver\n      steps", "deliveries.take", "sent again"),
                slip("what is gathered is never written", SPLIT, "        - to: direct:record\n        - bean", "        - bean", "!uri: direct:split\n", "gathered and never reach the ledger"),
                slip("a payment without all of its bills", SPLIT, "            aggregationStrategy: \"#wholePayment\"\n"
                        + "            stopOnException: true\n", "            aggregationStrategy: \"#wholePayment\"\n",
                        "!uri: direct:payment\n      steps", "stopOnException"),
                slip("calls to Procore that an error handler repeats", DELIVER, "    description: One call to Procore\n",
                        "    description: One call to Procore\n    errorHandler:\n      defaultErrorHandler:\n"
                        + "        redeliveryPolicy:\n          maximumRedeliveries: 3\n", "uri: direct:procore\n      steps",
                        "noErrorHandler", "a second time"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_named_with_file_line_and_what_was_expected(Mistake mistake) throws IOException {
        Path file = routes.resolve(mistake.file());
        String text = Files.readString(file);
        assertThat(text.split(java.util.regex.Pattern.quote(mistake.right()), -1)).as("the text is there once").hasSize(2);
        String changed = text.replace(mistake.right(), mistake.wrong());
        Files.writeString(file, changed);

        String printed = check();

        assertThat(printed).as("a secret that is in the file").doesNotContain("hunter2x");
        assertThat(printed.lines().filter(line -> mistake.said().stream().allMatch(line::contains))).as(printed)
                .anyMatch(line -> line.startsWith("WRONG  routes/" + file(mistake, line) + ", line "
                        + line(mistake, changed, text.indexOf(mistake.right()), line) + ": "));
    }

    private static String file(Mistake mistake, String line) {
        return mistake.what().equals("a renamed seam") ? SPLIT : mistake.file();
    }

    private int line(Mistake mistake, String changed, int slip, String printed) {
        String marker = mistake.marker().replaceFirst("^!", "");
        String text = changed;
        int at;
        if (mistake.what().equals("a renamed seam")) {
            text = read(SPLIT);
            at = text.indexOf(marker);
        } else if (mistake.marker().startsWith("!")) {
            // The marker is before the slip, or is the last of its kind.
            at = changed.lastIndexOf(marker, slip);
            at = at < 0 ? changed.lastIndexOf(marker) : at;
        } else {
            at = changed.indexOf(marker, Math.max(0, changed.lastIndexOf('\n', slip)));
        }
        assertThat(at).as("the marker is there").isNotNegative();
        return (int) text.substring(0, at).chars().filter(letter -> letter == '\n').count() + 1;
    }

    private String read(String file) {
        try {
            return Files.readString(routes.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String check() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            assertThat(new Check(RIG.folder, Map.of(), RIG.properties(), routes, stream).run()).isEqualTo(2);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_missing_file_is_named_where_it_is_called() throws IOException {
        Files.delete(routes.resolve(AGGREGATE));
        assertThat(check()).contains("WRONG  routes/20-split.yaml, line ", "no route takes from \"direct:aggregate\"",
                "It comes in routes/40-aggregate.yaml");
    }

    @Test
    void an_empty_file_is_named() throws IOException {
        Files.writeString(routes.resolve(AGGREGATE), "# nothing yet\n");
        assertThat(check()).contains("WRONG  routes/40-aggregate.yaml, line 1: the file is empty");
    }

    @Test
    void a_file_that_is_not_utf_8_is_named_with_the_line_of_the_letter() throws IOException {
        byte[] latin = ("# Gutschrift f\u00fcr Bauherrn\n" + read(AGGREGATE)).getBytes(StandardCharsets.ISO_8859_1);
        Files.write(routes.resolve(AGGREGATE), latin);
        assertThat(check()).contains("WRONG  routes/40-aggregate.yaml, line 1: a letter here is not UTF-8");
    }

    @Test
    void a_copy_left_in_the_folder_is_named() throws IOException {
        Files.copy(routes.resolve(AGGREGATE), routes.resolve("40-aggregate-old.yaml"));
        assertThat(check()).contains("a second route takes from \"direct:aggregate\"");
    }

    @Test
    void all_mistakes_are_named_at_once() throws IOException {
        Files.writeString(routes.resolve(DELIVER), read(DELIVER).replace("- loop:", "- lopp:").replace("awaitTurn", "awaitTrun"));
        Files.writeString(routes.resolve(ENRICH), read(ENRICH).replace("?outputType", "?outputTyp"));
        assertThat(check().lines().filter(line -> line.startsWith("WRONG"))).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "once"})
    void a_command_that_would_move_payments_does_not_start_and_says_what_check_says(String command) throws IOException {
        Files.writeString(routes.resolve(DELIVER), read(DELIVER).replace("- loop:", "- lopp:").replace("awaitTurn", "awaitTrun"));
        Files.writeString(routes.resolve(ENRICH), read(ENRICH).replace("?outputType", "?outputTyp"));
        List<String> checked = check().lines().filter(line -> line.startsWith("WRONG")).map(line -> line.substring("WRONG  ".length()))
                .toList();
        Path home = Files.createTempDirectory(RIG.folder, "home");
        Files.move(routes, home.resolve("routes"));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int exitCode = assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            try (PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
                return new Application(home, Map.of(), RIG.properties(), stream, stream).execute(command);
            }
        });

        assertThat(exitCode).isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8).lines().map(String::strip)).containsAll(checked)
                .contains("Nothing was started or sent.");
        assertThat(checked).hasSize(3);
        assertThat(RIG.procore.requests()).isEmpty();
        assertThat(RIG.quickBooks.requests()).isEmpty();
    }

    @Test
    void routes_that_are_right_give_no_finding() {
        assertThat(Installation.flawsOf(RIG.settings(), routes)).isEmpty();
    }

    @Test
    void changes_that_are_right_give_no_finding() throws IOException {
        Files.writeString(routes.resolve(DELIVER), read(DELIVER)
                .replace("              - bean: {ref: deliveries, method: \"take", """
                                      - log:
                                          id: row-log
                                          message: "Procore answered ${body}"
                                      - wireTap:
                                          id: row-copy
                                          uri: file:target/answers
                                          parameters:
                                            fileName: "${date:now:yyyyMMdd}.txt"
                                            fileExist: Append
                        """ + "              - bean: {ref: deliveries, method: \"take"));
        Files.writeString(routes.resolve(POLL), read(POLL).replace("{{poll.schedule}}", "0 0 6-20 ? * MON-FRI"));
        Files.writeString(routes.resolve(SPLIT), read(SPLIT).replace("{steps: [{to: direct:payment}]}",
                "{steps: [{to: direct:only-our-account}]}"));
        Files.writeString(routes.resolve(ENRICH), read(ENRICH).replace("    <doTry>", """
                    <to id="enrich-number" uri="sql:select :#billNumber as billNo, :#${body.applied.txnId} as id?outputType=SelectOne"/>
                    <to id="enrich-alias" uri="sql:select :#billNo as txn_id?outputType=SelectOne"/>
                    <setBody><simple>${variable.invoice}</simple></setBody>
                    <doTry>"""));
        Files.writeString(routes.resolve("70-own.yaml"), """
                - beans:
                    - name: started
                      type: java.util.Date
                - route:
                    id: only-our-account
                    from:
                      uri: direct:only-our-account
                      steps:
                        - setHeader:
                            name: account
                            simple: "${variable.row.xml}"
                        - filter:
                            simple: "${header.account} contains 'Checking'"
                            steps:
                              - to: direct:payment
                - route:
                    id: nightly
                    from:
                      uri: quartz:own/nightly
                      parameters:
                        cron: "0 0 2 * * ?"
                      steps:
                        - toD: "https://example.com/hook?page=1&when=${date:now:yyyy}"
                        - log: "{{my.greeting:hello}} ${header.Content-Type}"
                """);

        assertThat(Installation.flawsOf(RIG.settings(), routes)).isEmpty();
    }

    /** Variables, endpoints of beans, policies and templates, as Camel's own words have them. */
    private static final String CAMELS_OWN_WORDS = """
            - routeConfiguration:
                id: own-aside
                onException:
                  - onException:
                      exception: [java.lang.Exception]
                      continued:
                        constant: "true"
                      steps:
                        - to: direct:own-kept
            - routeTemplate:
                id: own-reading
                parameters:
                  - name: seam
                  - name: limit
                    defaultValue: "5"
                from:
                  uri: "direct:{{seam}}"
                  steps:
                    - to: {uri: "bean:companyFiles?method=named('{{seam}}')", variableReceive: files}
                    - split:
                        simple: "${variable.files}"
                        stopOnException: true
                        steps: [{toD: "direct:own-${body.name}"}]
                    - to: "log:read?groupSize={{limit}}"
            - templatedRoute:
                routeId: own-one
                routeTemplateRef: own-reading
                parameters:
                  - {name: seam, value: own-first}
            - templatedRoute:
                routeId: own-two
                routeTemplateRef: own-reading
                parameters:
                  - {name: seam, value: own-second}
                  - {name: limit, value: "7"}
            - route:
                id: own-row
                routeConfigurationId: own-aside
                from:
                  uri: direct:own-row
                  steps:
                    - setVariable: {name: due, simple: "${body}"}
                    - to: {uri: "bean:deliveries?method=begin(${variable.due})", variableReceive: delivery}
                    - loop:
                        doWhile: true
                        simple: "${variable.delivery.unfinished}"
                        steps: [{to: "bean:deliveries?method=take(${variable.delivery}, ${body})"}]
            - route:
                id: own-tried
                errorHandler: {deadLetterChannel: {deadLetterUri: direct:own-kept, deadLetterHandleNewException: false}}
                from: {uri: direct:own-tried, steps: [{to: direct:own-row}, {to: direct:own-first}, {to: direct:own-second}]}
            - route:
                id: own-kept
                from: {uri: direct:own-kept, steps: [{log: "${exception.message}"}]}
            """;

    static List<Mistake> mistakesInCamelsOwnWords() {
        return List.of(
                slip("a misspelt variable", "", "${variable.delivery.unfinished}", "${variable.delivry.unfinished}", "",
                        "no step sets the variable \"delivry\"", "Did you mean \"delivery\"?"),
                slip("a result under another name", "", "variableReceive: files", "variableReceive: fiels", "${variable.files}",
                        "no step sets the variable \"files\"", "Did you mean \"fiels\"?"),
                slip("an unknown bean in an address", "", "bean:companyFiles", "bean:companyFlies", "", "no bean \"companyFlies\"",
                        "Did you mean \"companyFiles\"?"),
                slip("an unknown method in an address", "", "method=begin", "method=begn", "",
                        "the bean \"deliveries\" has no method \"begn\"", "Did you mean \"begin\"?"),
                slip("a value too few in an address", "", "take(${variable.delivery}, ${body})", "take(${variable.delivery})", "",
                        "takes 2 values, here are 1"),
                slip("an unknown template", "", "routeId: own-one\n    routeTemplateRef: own-reading",
                        "routeId: own-one\n    routeTemplateRef: own-raeding", "own-raeding", "no routeTemplate \"own-raeding\"",
                        "Did you mean \"own-reading\"?"),
                slip("a template's value under another name", "", "log:read?groupSize={{limit}}", "log:read?groupSize={{limt}}", "",
                        "{{limt}} is not a setting"),
                slip("a value of a template that its option does not take", "", "defaultValue: \"5\"", "defaultValue: \"five\"",
                        "log:read", "\"five\" is not a value of \"groupSize\". Expected a whole number"),
                slip("a dead letter channel to nowhere", "", "deadLetterUri: direct:own-kept", "deadLetterUri: direct:own-kpet", "",
                        "no route takes from \"direct:own-kpet\"", "Did you mean \"direct:own-kept\"?"),
                slip("a policy that calls nothing", "", "            - to: direct:own-kept", "            - to: direct:own-kpet",
                        "direct:own-kpet", "no route takes from \"direct:own-kpet\""),
                slip("a policy that is not there", "", "routeConfigurationId: own-aside", "routeConfigurationId: own-asid", "",
                        "there is no routeConfiguration \"own-asid\"", "Did you mean \"own-aside\"?"));
    }

    @ParameterizedTest
    @MethodSource("mistakesInCamelsOwnWords")
    void a_mistake_in_camels_own_words_is_named_too(Mistake mistake) throws IOException {
        assertThat(CAMELS_OWN_WORDS.split(java.util.regex.Pattern.quote(mistake.right()), -1)).as("the text is there once").hasSize(2);
        String changed = CAMELS_OWN_WORDS.replace(mistake.right(), mistake.wrong());
        Files.writeString(routes.resolve("70-own.yaml"), changed);
        int at = changed.indexOf(mistake.marker().isEmpty() ? mistake.wrong() : mistake.marker());
        long line = changed.substring(0, at).lines().count();

        String printed = check();

        assertThat(printed.lines().filter(said -> mistake.said().stream().allMatch(said::contains))).as(printed)
                .anyMatch(said -> said.startsWith("WRONG  routes/70-own.yaml, line " + line + ": "));
    }

    @Test
    void camels_own_words_give_no_finding() throws IOException {
        Files.writeString(routes.resolve("70-own.yaml"), CAMELS_OWN_WORDS);
        assertThat(Installation.flawsOf(RIG.settings(), routes)).isEmpty();
    }

    @Test
    void what_a_stage_needs_may_be_written_in_camels_own_words() throws IOException {
        String failures = read("00-failures.yaml");
        assertThat(Installation.flawsOf(RIG.settings(), routes)).as("the policy of all routes is that of the calls to Procore").isEmpty();
        Files.writeString(routes.resolve("00-failures.yaml"), failures.replace("errorHandler: {noErrorHandler: {}}",
                "errorHandler: {defaultErrorHandler: {redeliveryPolicy: {maximumRedeliveries: 3}}}"));
        assertThat(check()).contains("an error handler could send a write a second time");
    }
}
