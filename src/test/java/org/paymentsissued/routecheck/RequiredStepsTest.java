package org.paymentsissued.routecheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stage has what it needs, whichever of Camel's words say so: none hangs on a step's id, or on the route it is written in. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RequiredStepsTest {

    private static final String STAGES = """
            - routeConfiguration:
                errorHandler: {noErrorHandler: {}}
            - routeConfiguration:
                id: row-aside
                onException:
                  - onException:
                      exception: [java.lang.IllegalStateException]
                      handled: {constant: "false"}
                  - onException:
                      exception: [java.lang.Exception]
                      continued: {constant: "true"}
                      steps: [{to: direct:dead-letter}]
            - route:
                from:
                  uri: direct:split
                  steps:
                    - to: {uri: "bean:readings?method=open", variableReceive: page}
                    - split: {simple: "${variable.page.rows}", streaming: true, stopOnException: true, steps: [{to: direct:row}]}
                    - to: direct:record
                    - to: "bean:readings?method=taken"
            - route:
                routeConfigurationId: row-aside
                from:
                  uri: direct:row
                  steps:
                    - choice:
                        when: [{simple: "${body.deletion}", steps: [{to: direct:deletion}]}]
                        otherwise: {steps: [{to: direct:payment}]}
            - route:
                from:
                  uri: direct:payment
                  steps:
                    - to: "bean:readings?method=readable"
                    - to: {uri: "bean:billPayments?method=read", variableReceive: payment}
                    - split:
                        simple: "${body.invoices}"
                        aggregationStrategy: "#wholePayment"
                        stopOnException: true
                        steps: [{to: direct:enrich}]
                    - to: direct:aggregate
            - route: {from: {uri: direct:aggregate, steps: [{to: "bean:ledger?method=gather"}, {to: "bean:ledger?method=record"}]}}
            - route:
                from:
                  uri: direct:deletion
                  steps: [{to: "bean:readings?method=readable"}, {to: "bean:ledger?method=recordDeletion"}]
            - route: {from: {uri: direct:dead-letter, steps: [{to: "bean:setAside?method=payment"}]}}
            - routeTemplate:
                id: called
                parameters: [{name: seam}]
                from:
                  uri: "direct:{{seam}}"
                  steps:
                    - removeHeaders: {pattern: "*"}
                    - setHeaders:
                        headers:
                          - {name: Procore-Company-Id, simple: "${body.company}"}
                          - {name: Idempotency-Token, simple: "${body.token}"}
                    - doTry:
                        steps:
                          - to: "{{procore.url}}/rest?httpClientConfigurer=#procoreLogin&throwExceptionOnFailure=false"
                          - to: "bean:procoreAnswers?method=read"
                        doCatch: [{exception: [java.lang.Exception], steps: [{to: "bean:procoreAnswers?method=missing"}]}]
            - templatedRoute: {routeTemplateRef: called, parameters: [{name: seam, value: procore}]}
            """;

    private static List<String> flaws(String stages) {
        List<RouteFlaw> flaws = new ArrayList<>();
        List<Part> files = YamlReader.read("stages.yaml", stages, flaws::add).map(YamlReader.Read::file).stream().toList();
        RequiredSteps.check(Routes.of(files), flaws::add);
        return flaws.stream().map(RouteFlaw::sentence).toList();
    }

    @Test
    void stages_in_variables_policies_templates_and_addresses_of_beans_lack_nothing() {
        assertThat(flaws(STAGES)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
continued: {constant: "true"} | handled: {constant: "true"} | one row that fails would hold up all behind it
            - to: direct:record | - log: done | payments would be gathered and never reach the ledger
            steps: [{to: direct:dead-letter}] | steps: [{log: "${body}"}] | a row that cannot be taken would be lost silently
            routeConfigurationId: row-aside | routeConfigurationId: another | a row that cannot be taken would be lost silently
            bean:readings?method=taken | bean:readings?method=open | the next page would never be asked for
            bean:ledger?method=recordDeletion | bean:bills?method=recordDeletion | payments deleted in QuickBooks would stay in Procore
            aggregationStrategy: "#wholePayment" | streaming: true | the bills of a payment would get lost
            errorHandler: {noErrorHandler: {}} | errorHandler: {defaultErrorHandler: {}} | an error handler could send a write a second time
            - removeHeaders: {pattern: "*"} | - log: called | headers from elsewhere would go to Procore
            httpClientConfigurer=#procoreLogin& | x=y& | calls would go without login
            name: Idempotency-Token | name: Token | a repeated write could be recorded twice
            bean:procoreAnswers?method=missing | log:missing | an answer that never came would look like a failure of ours
            """)
    void the_loss_of_a_step_is_named_with_what_would_happen(String right, String wrong, String because) {
        assertThat(STAGES).contains(right);
        assertThat(flaws(STAGES.replace(right, wrong))).anySatisfy(flaw -> assertThat(flaw).contains("lacks a step: " + because));
    }

    @Test
    void every_seam_that_is_watched_is_in_the_file_that_is_named_for_it() throws IOException {
        Set<String> consumed = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                String text = Files.readString(file);
                Stream<Part> read = name.endsWith(".xml") ? XmlReader.read(name, text, flaw -> { }).stream()
                        : YamlReader.read(name, text, flaw -> { }).map(YamlReader.Read::file).stream();
                Routes.of(read.toList()).byAddress().keySet().forEach(address -> consumed.add(name + " " + address));
            }
        }
        assertThat(Seam.ALL).extracting(seam -> seam.file() + " " + seam.address()).isSubsetOf(consumed);
        assertThat(RequiredSteps.ALL).extracting(RequiredSteps.Required::seam)
                .isSubsetOf(Seam.ALL.stream().map(Seam::address).toList());
    }
}
