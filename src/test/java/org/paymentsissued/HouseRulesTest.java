package org.paymentsissued;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static final Map<String, ArchRule> OF_ROUTE_FILES = Map.of(
            "the judgement of route files knows no other room", noClasses().that()
                    .resideInAPackage("org.paymentsissued..routes..").should().dependOnClassesThat()
                    .resideInAnyPackage("org.paymentsissued", "org.paymentsissued.ledger..", "org.paymentsissued.procore..",
                            "org.paymentsissued.quickbooks..", "org.paymentsissued.operations..",
                            "org.paymentsissued.webconnector..", "org.paymentsissued.demo..")
                    .because("it is told what beans and settings there are, so that it judges those of an engineer alike"),
            "no other room knows route files", noClasses().that().resideInAnyPackage("org.paymentsissued..ledger..",
                    "org.paymentsissued..procore..", "org.paymentsissued..quickbooks..", "org.paymentsissued..operations..",
                    "org.paymentsissued..webconnector..", "org.paymentsissued..demo..")
                    .should().dependOnClassesThat().resideInAnyPackage("org.paymentsissued.routes..")
                    .because("routes call the rooms, and the rooms do not look at who calls"));

    private static final Map<String, ArchRule> OF_ROOMS = Map.of(
            "quickbooks never sees procore", noClasses().that().resideInAPackage("org.paymentsissued..quickbooks..")
                    .should().dependOnClassesThat().resideInAnyPackage("org.paymentsissued..procore..")
                    .because("what was paid does not depend on where it is shown; routes do the wiring"),
            "procore never sees quickbooks", noClasses().that().resideInAPackage("org.paymentsissued..procore..")
                    .should().dependOnClassesThat().resideInAnyPackage("org.paymentsissued..quickbooks..")
                    .because("delivery looks at the ledger alone"),
            "the web connector knows the ledger alone", noClasses().that()
                    .resideInAPackage("org.paymentsissued..webconnector..").should().dependOnClassesThat()
                    .resideInAnyPackage("org.paymentsissued..quickbooks..", "org.paymentsissued..procore..",
                            "org.paymentsissued..operations..", "org.paymentsissued..demo..")
                    .because("it carries qbXML to and fro and does not know what stands in it"),
            "the ledger knows no other room", noClasses().that().resideInAPackage("org.paymentsissued..ledger..")
                    .should().dependOnClassesThat().resideInAnyPackage("org.paymentsissued..quickbooks..",
                            "org.paymentsissued..procore..", "org.paymentsissued..operations..", "org.paymentsissued..demo..")
                    .because("everything else stands on it"),
            "only the ledger writes SQL", noClasses().that().resideOutsideOfPackages("org.paymentsissued..ledger..")
                    .should().dependOnClassesThat().resideInAnyPackage("org.springframework.jdbc..", "java.sql..")
                    .because("two places that write money would need one lock"),
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
                    .resideInAnyPackage("org.paymentsissued..ledger..", "org.paymentsissued..procore..",
                            "org.paymentsissued..quickbooks..")
                    .should().dependOnClassesThat().haveFullyQualifiedName("java.lang.Double")
                    .because("a cent must stay a cent"));

    static final Map<String, ArchRule> RULES = Stream.of(OF_ROOMS, OF_ROUTE_FILES).flatMap(rules -> rules.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

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

    @Test
    void the_product_was_found() {
        Assertions.assertThat(PRODUCT).hasSizeGreaterThan(50);
    }
}
