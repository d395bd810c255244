package org.paymentsissued;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The walls of the house. Each rule is broken by a class in the test sources, and must see it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HouseRulesTest {

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.paymentsissued");
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages("org.paymentsissued.broken");

    static final Map<String, ArchRule> RULES = Map.of(
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
                    .because("routes call the rooms, and the rooms do not look at who calls"),
            "money is never a floating point number", noClasses().that()
                    .resideInAnyPackage("org.paymentsissued..ledger..", "org.paymentsissued..procore..",
                            "org.paymentsissued..quickbooks..")
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

    @Test
    void the_product_was_found() {
        Assertions.assertThat(PRODUCT).hasSizeGreaterThan(50);
    }
}
