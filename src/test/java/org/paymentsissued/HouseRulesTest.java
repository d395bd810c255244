package org.paymentsissued;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls of the house. Each rule is broken by a class in the test sources, and must see it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HouseRulesTest {

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.paymentsissued");
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages("org.paymentsissued.broken");

    /** Bottom to top: a package may know those that its line names, and no other. */
    private static final ArchRule WALLS = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("org.paymentsissued..")
            .layer("http").definedBy("org.paymentsissued..http..")
            .layer("payment").definedBy("org.paymentsissued..payment..")
            .layer("ledger").definedBy("org.paymentsissued..ledger..")
            .layer("quickbooks").definedBy("org.paymentsissued..quickbooks..")
            .layer("procore").definedBy("org.paymentsissued..procore..")
            .layer("entrance").definedBy("org.paymentsissued..entrance..")
            .layer("webconnector").definedBy("org.paymentsissued..webconnector..")
            .layer("routecheck").definedBy("org.paymentsissued..routecheck..")
            .layer("demo").definedBy("org.paymentsissued..demo..")
            .layer("sync").definedBy("org.paymentsissued..sync..")
            .layer("watch").definedBy("org.paymentsissued..watch..")
            .layer("console").definedBy("org.paymentsissued..console..")
            .layer("setup").definedBy("org.paymentsissued..setup..")
            .layer("trial").definedBy("org.paymentsissued..trial..")
            .layer("command").definedBy("org.paymentsissued..command..")
            .layer("application").definedBy("org.paymentsissued")
            .whereLayer("http").mayNotAccessAnyLayer()
            .whereLayer("payment").mayNotAccessAnyLayer()
            .whereLayer("ledger").mayOnlyAccessLayers("payment")
            .whereLayer("quickbooks").mayOnlyAccessLayers("ledger", "payment", "http")
            .whereLayer("procore").mayOnlyAccessLayers("ledger", "payment", "http")
            .whereLayer("entrance").mayNotAccessAnyLayer()
            .whereLayer("webconnector").mayOnlyAccessLayers("entrance", "ledger", "payment")
            .whereLayer("routecheck").mayNotAccessAnyLayer()
            .whereLayer("demo").mayNotAccessAnyLayer()
            .whereLayer("sync").mayOnlyAccessLayers("webconnector", "quickbooks", "ledger", "payment")
            .whereLayer("watch").mayOnlyAccessLayers("sync", "procore", "quickbooks", "ledger", "payment")
            .whereLayer("console").mayOnlyAccessLayers("entrance", "watch", "sync", "procore", "quickbooks", "ledger", "payment")
            .whereLayer("setup").mayOnlyAccessLayers("console", "watch", "sync", "routecheck", "webconnector", "entrance", "procore",
                    "quickbooks", "ledger", "payment", "http")
            .whereLayer("trial").mayOnlyAccessLayers("setup", "demo", "procore", "ledger", "payment")
            .whereLayer("command").mayOnlyAccessLayers("trial", "console", "setup", "demo", "sync", "routecheck", "procore", "quickbooks",
                    "ledger", "payment")
            .whereLayer("application").mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture()
            .because("routes do the wiring: what was paid does not depend on where it is shown");

    private static final ArchRule VALUES_ALONE = noClasses().that().resideInAPackage("org.paymentsissued..payment..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.camel..", "java.sql..", "javax.sql..",
                    "org.springframework..", "org.flywaydb..", "org.h2..", "org.postgresql..", "com.zaxxer.hikari..")
            .because("a payment is the same wherever it comes from and wherever it is kept");

    static final Map<String, ArchRule> RULES = Map.of(
            "a package knows only the layers below it", WALLS,
            "only the ledger writes SQL", noClasses().that().resideOutsideOfPackages("org.paymentsissued..ledger..")
                    .should().dependOnClassesThat().resideInAnyPackage("org.springframework.jdbc..", "java.sql..")
                    .because("two places that write money would need one lock"),
            "values know neither Camel nor SQL", VALUES_ALONE,
            "no route is hidden in Java", noClasses().should().dependOnClassesThat()
                    .haveFullyQualifiedName("org.apache.camel.builder.RouteBuilder")
                    .because("the route files are the product's face"),
            "a password or a ticket is compared in constant time", noClasses().that()
                    .haveNameMatching("org\\.paymentsissued\\.(broken\\.)?webconnector\\.(LoginGuard|Session)")
                    .should().callMethod(String.class, "equals", Object.class)
                    .orShould().callMethod(String.class, "equalsIgnoreCase", String.class)
                    .orShould().callMethod(String.class, "contentEquals", CharSequence.class)
                    .orShould().callMethod(Objects.class, "equals", Object.class, Object.class)
                    .orShould().callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                    .because("the time that a comparison takes would tell how much of a guess is right"),
            "a ticket cannot be computed from the last one", noClasses().that()
                    .resideInAPackage("org.paymentsissued..webconnector..").should().dependOnClassesThat()
                    .haveNameMatching("java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)")
                    .because("whoever has a ticket hands in payments"),
            "money is never a floating point number", noClasses().that()
                    .resideInAnyPackage("org.paymentsissued..payment..", "org.paymentsissued..ledger..",
                            "org.paymentsissued..procore..", "org.paymentsissued..quickbooks..", "org.paymentsissued..sync..")
                    .should().dependOnClassesThat().haveFullyQualifiedName("java.lang.Double")
                    .because("a cent must stay a cent"));

    static final java.util.Set<String> NAMES = RULES.keySet();

    @ParameterizedTest
    @FieldSource("NAMES")
    void the_product_keeps_the_rule(String name) {
        RULES.get(name).check(PRODUCT);
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void the_rule_sees_a_class_that_breaks_it(String name) {
        Assertions.assertThat(RULES.get(name).evaluate(BROKEN).hasViolation()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LoginGuard", "Session"})
    void passwords_and_tickets_are_compared_by_the_library_s_own_constant_time_comparison(String simpleName) {
        classes().that().haveFullyQualifiedName("org.paymentsissued.webconnector." + simpleName)
                .should().callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class).check(PRODUCT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KnowsOthers", "SeesQuickBooks", "SeesProcore", "JudgesRoutes", "SeesTheLedger", "SeesQuickBooksToo"})
    void the_walls_are_seen_to_be_broken_by_each_class_that_breaks_one(String simpleName) {
        Assertions.assertThat(WALLS.evaluate(BROKEN).getFailureReport().toString()).contains("." + simpleName + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"KnowsCamel", "KnowsSql"})
    void a_value_that_knows_camel_or_sql_is_seen(String simpleName) {
        Assertions.assertThat(VALUES_ALONE.evaluate(BROKEN).getFailureReport().toString()).contains("." + simpleName + ".");
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.paymentsissued.(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void the_product_was_found() {
        Assertions.assertThat(PRODUCT).hasSizeGreaterThan(50);
    }
}
