package org.paymentsissued.routecheck;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Steps without which money would move wrongly, or a payment would be lost silently. Each must be reached from the seam it
 * belongs to; the engineer chooses the route.
 */
final class RequiredSteps {

    /**
     * One of them.
     *
     * @param seam    from where it must be reached
     * @param step    as it is written, for the sentence
     * @param because what would happen without it
     * @param kept    whether the routes reached from the seam, its own first, have it
     */
    record Required(String seam, String step, String because, BiPredicate<Routes, List<Part>> kept) {
        Required(String seam, String step, String because, Predicate<List<Part>> kept) {
            this(seam, step, because, (routes, reached) -> kept.test(reached));
        }
    }

    static final List<Required> ALL = List.of(
            call("direct:sync", "syncs.begin", "two syncs could run beside each other"),
            call("direct:sync", "syncs.end", "the sync would count as running forever"),
            call("direct:sync", "deliveries.beginRun", "the limit of removals would not be counted for a sync"),
            to("direct:sync", "direct:place", "waiting payments would never become due"),
            to("direct:sync", "direct:deliver", "nothing would be delivered"),
            call("direct:read-quickbooks-http", "readings.requireAllRead", "a reading that broke off would count as whole"),
            to("direct:read-quickbooks-http", "direct:split", "what QuickBooks answers would be thrown away"),
            call("direct:ask-gateway", "gateway.check", "an error page would be read as an answer of QuickBooks"),
            to("direct:backfill", "direct:sync", "nothing would be read"),
            call("direct:split", "readings.open", "rows would be taken from an answer that QuickBooks marked as failed"),
            call("direct:split", "readings.taken", "the next page would never be asked for"),
            to("direct:split", "direct:payment", "payments would be read and thrown away"),
            to("direct:split", "direct:deletion", "payments deleted in QuickBooks would stay in Procore"),
            to("direct:split", "direct:dead-letter", "a row that cannot be taken would be lost silently"),
            new Required("direct:split", "doTry around what is called for a row, or onException with continued for its route",
                    "one row that fails would hold up all behind it", RequiredSteps::rowsAreTried),
            new Required("direct:split", "to: {uri: direct:record} after the rows",
                    "payments would be gathered and never reach the ledger", RequiredSteps::whatIsGatheredIsRecorded),
            option("direct:split", "split", "stopOnException", "true", "a page could count as read though its rows are not in the ledger"),
            call("direct:split", "readings.readable", "a row that is not whole would be recorded"),
            call("direct:payment", "billPayments.read", "the payment would not be read"),
            option("direct:payment", "split", "aggregationStrategy", "#wholePayment", "the bills of a payment would get lost"),
            option("direct:payment", "split", "stopOnException", "true", "a payment could be recorded without one of its bills"),
            to("direct:payment", "direct:enrich", "bills would not find their commitment"),
            to("direct:payment", "direct:aggregate", "payments would not reach the ledger"),
            call("direct:deletion", "ledger.recordDeletion", "payments deleted in QuickBooks would stay in Procore"),
            call("direct:enrich", "placements.place", "bills would not find their commitment"),
            call("direct:place", "placements.move", "waiting payments would never become due"),
            call("direct:read-commitments", "commitmentFiles.take", "lookup files would be moved away unread"),
            call("direct:aggregate", "ledger.record", "payments would not reach the ledger"),
            call("direct:deliver", "deliveries.awaitTurn", "two deliveries could send the same payment"),
            call("direct:deliver", "deliveries.endTurn", "no later delivery would get its turn"),
            call("direct:deliver", "deliveries.due", "nothing would be delivered"),
            call("direct:deliver", "deliveries.begin", "a row would not be marked before its call, and could be sent twice"),
            call("direct:deliver", "deliveries.take", "Procore's answer would not be recorded, and the payment sent again"),
            call("direct:deliver", "deliveries.release", "a payment would stay claimed and never be tried again"),
            to("direct:deliver", "direct:procore", "nothing would be sent"),
            new Required("direct:procore", "removeHeaders: {pattern: \"*\"} before the call",
                    "headers from elsewhere would go to Procore, and could lead the call to another address",
                    RequiredSteps::headersAreRemoved),
            new Required("direct:procore", "errorHandler: {noErrorHandler: {}}",
                    "an error handler could send a write a second time", RequiredSteps::nothingIsRetried),
            new Required("direct:procore", "httpClientConfigurer: \"#procoreLogin\"", "calls would go without login, and the"
                    + " HTTP client would retry writes on its own", parts -> hasOption(parts, "httpClientConfigurer", "#procoreLogin")),
            new Required("direct:procore", "throwExceptionOnFailure: false", "a refusal by Procore would be mistaken for no answer",
                    parts -> hasOption(parts, "throwExceptionOnFailure", "false")),
            new Required("direct:procore", "setHeader: {name: Idempotency-Token}", "a repeated write could be recorded twice",
                    parts -> setsHeader(parts, "Idempotency-Token")),
            new Required("direct:procore", "setHeaders: {name: Procore-Company-Id}", "Procore refuses calls without it",
                    parts -> setsHeader(parts, "Procore-Company-Id")),
            call("direct:procore", "procoreAnswers.read", "answers would not be understood"),
            call("direct:procore", "procoreAnswers.missing", "an answer that never came would look like a failure of ours"),
            call("direct:dead-letter", "setAside.payment", "a payment that cannot go on would be lost silently"));

    private RequiredSteps() {
    }

    static void check(Routes routes, Consumer<RouteFlaw> flaws) {
        for (Required required : ALL) {
            List<Part> reached = routes.reached(required.seam());
            if (!reached.isEmpty() && !required.kept().test(routes, reached)) {
                Part from = Address.in(reached.get(0)).filter(Address::isFrom).map(Address::place).findFirst().orElse(reached.get(0));
                flaws.accept(from.flaw("the route at \"" + required.seam() + "\" lacks a step: " + required.because() + ". Expected "
                        + required.step() + "." + Seam.of(required.seam()).map(seam -> " The original routes/" + seam.file()
                                + " has it.").orElse("")));
            }
        }
    }

    private static Stream<Part> all(List<Part> reached) {
        return reached.stream().flatMap(Part::all);
    }

    private static Required call(String seam, String method, String because) {
        return new Required(seam, "a call of the bean's method " + method, because, reached -> calls(reached, method));
    }

    private static boolean calls(List<Part> reached, String method) {
        return reached.stream().flatMap(BeanCall::in).anyMatch(call -> (call.ref() + "." + call.methodName()).equals(method));
    }

    private static Required to(String seam, String called, String because) {
        return new Required(seam, "to: {uri: " + called + "}", because, reached -> reached.stream().flatMap(Address::in)
                .anyMatch(address -> !address.isFrom() && address.path().equals(called)));
    }

    private static Required option(String seam, String step, String option, String value, String because) {
        return new Required(seam, step + " with " + option + ": " + value, because, reached -> reached.get(0).all(step)
                .anyMatch(part -> part.text(option).equals(value)));
    }

    private static boolean hasOption(List<Part> reached, String name, String value) {
        return reached.stream().flatMap(Address::in).flatMap(address -> address.options().stream())
                .anyMatch(option -> option.name().equals(name) && option.text().equals(value));
    }

    private static boolean setsHeader(List<Part> reached, String name) {
        return all(reached).anyMatch(part -> part.text("name").equals(name));
    }

    private static boolean headersAreRemoved(List<Part> reached) {
        return all(reached).takeWhile(part -> !part.name().equals("setHeaders") && !part.has("httpClientConfigurer"))
                .anyMatch(part -> part.name().equals("removeHeaders") && part.text("pattern").equals("*"));
    }

    private static boolean rowsAreTried(List<Part> reached) {
        return reached.get(0).all("split").flatMap(split -> split.all("doTry")).flatMap(Address::in).anyMatch(Address::isSeam)
                || all(reached).anyMatch(part -> part.name().equals("onException") && part.has("continued")
                        && part.all("exception").anyMatch(type -> type.text().matches("java\\.lang\\.(Exception|Throwable)")));
    }

    /** A route that gathers nothing, such as one written before batches existed, need not record it either. */
    private static boolean whatIsGatheredIsRecorded(List<Part> reached) {
        List<Part> inOrder = new ArrayList<>(reached.get(0).all().toList());
        reached.get(0).all("split").findFirst().ifPresent(rows -> {
            Part last = rows.all().reduce((one, next) -> next).orElse(rows);
            inOrder.subList(0, inOrder.lastIndexOf(last) + 1).clear();
        });
        return !calls(reached, "ledger.gather") || inOrder.stream().flatMap(Address::in)
                .anyMatch(address -> address.path().equals("direct:record"));
    }

    /** Its own error handler, or else that of the configurations that apply to it. */
    private static boolean nothingIsRetried(Routes routes, List<Part> reached) {
        List<Part> handlers = reached.get(0).part("errorHandler").map(List::of).orElseGet(() ->
                routes.configurationsOf(reached.get(0)).stream().flatMap(part -> part.part("errorHandler").stream()).toList());
        return !handlers.isEmpty() && handlers.stream().allMatch(handler -> handler.has("noErrorHandler"));
    }
}
