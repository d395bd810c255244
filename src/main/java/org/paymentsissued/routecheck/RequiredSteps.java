package org.paymentsissued.routecheck;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Steps without which money would move wrongly, or a payment be lost without a word. Each must be reached from the seam it
 * belongs to; in which route of its own an engineer puts it is left open.
 */
final class RequiredSteps {

    /**
     * One of them.
     *
     * @param seam    from where it must be reached
     * @param step    as it is written, for the sentence
     * @param because what would happen without it
     * @param kept    whether the parts reached from the seam, in order, hold it
     */
    private record Required(String seam, String step, String because, Predicate<List<Part>> kept) { }

    private static final List<Required> ALL = List.of(
            call("direct:sync", "syncs.begin", "two syncs could run beside each other"),
            call("direct:sync", "syncs.end", "the sync would count as running for ever"),
            call("direct:sync", "deliveries.beginRun", "the limit of removals would not be counted for a sync"),
            to("direct:sync", "direct:place", "waiting payments would never become due"),
            to("direct:sync", "direct:deliver", "nothing would be delivered"),
            call("direct:converse", "readings.requireAllRead", "a reading that broke off would count as whole"),
            to("direct:converse", "direct:split", "what QuickBooks answers would be thrown away"),
            call("direct:ask-gateway", "gateway.check", "an error page would be read as an answer of QuickBooks"),
            call("direct:backfill", "syncs.begin", "two syncs could run beside each other"),
            call("direct:backfill", "syncs.end", "the sync would count as running for ever"),
            call("direct:split", "readings.open", "rows would be taken from an answer that QuickBooks marked as failed"),
            call("direct:split", "readings.taken", "the next page would never be asked for"),
            to("direct:split", "direct:payment", "payments would be read and thrown away"),
            to("direct:split", "direct:deletion", "payments deleted in QuickBooks would stay in Procore"),
            to("direct:split", "direct:dead-letter", "a row that cannot be taken would be lost without a word"),
            new Required("direct:split", "doTry around what is called for a row", "one row that fails would hold up all behind it",
                    RequiredSteps::rowsAreTried),
            new Required("direct:split", "to: {uri: direct:record} after the rows",
                    "payments would be gathered and never reach the ledger", RequiredSteps::whatIsGatheredIsRecorded),
            option("direct:split", "split", "stopOnException", "true", "a page could count as read though its rows are not in the ledger"),
            call("direct:payment", "readings.requireReadable", "a row that is not whole would be recorded"),
            call("direct:payment", "billPayments.read", "the payment would not be read"),
            option("direct:payment", "split", "aggregationStrategy", "#wholePayment", "the bills of a payment would get lost"),
            option("direct:payment", "split", "stopOnException", "true", "a payment could be recorded without one of its bills"),
            to("direct:payment", "direct:enrich", "bills would not find their commitment"),
            to("direct:payment", "direct:aggregate", "payments would not reach the ledger"),
            call("direct:deletion", "readings.requireReadable", "a row that is not whole would be recorded"),
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
                    + " HTTP client would retry writes by itself", parts -> hasOption(parts, "httpClientConfigurer", "#procoreLogin")),
            new Required("direct:procore", "throwExceptionOnFailure: false", "a refusal by Procore would be taken for no answer",
                    parts -> hasOption(parts, "throwExceptionOnFailure", "false")),
            new Required("direct:procore", "setHeader: {name: Idempotency-Token}", "a repeated write could be recorded twice",
                    parts -> setsHeader(parts, "Idempotency-Token")),
            new Required("direct:procore", "setHeaders: {name: Procore-Company-Id}", "Procore refuses calls without it",
                    parts -> setsHeader(parts, "Procore-Company-Id")),
            call("direct:procore", "procoreAnswers.read", "answers would not be understood"),
            call("direct:procore", "procoreAnswers.missing", "an answer that never came would look like a failure of ours"),
            call("direct:dead-letter", "setAside.payment", "a payment that cannot go on would be lost without a word"));

    private final Placeholders placeholders;

    RequiredSteps(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    private record Begun(RouteFile file, Part route, int line) { }

    void check(List<RouteFile> files, Consumer<RouteFlaw> flaws) {
        Map<String, Begun> consumers = new LinkedHashMap<>();
        for (RouteFile file : files) {
            file.routes().forEach(route -> Address.in(route, placeholders).filter(address -> address.step().equals("from"))
                    .findFirst().ifPresent(from -> consumers.put(from.path(), new Begun(file, route, from.line()))));
        }
        for (Required required : ALL) {
            Begun start = consumers.get(required.seam());
            if (start != null && !required.kept().test(reached(required.seam(), consumers))) {
                flaws.accept(new RouteFlaw(start.file().name(), start.line(), "the route at \"" + required.seam()
                        + "\" lacks a step: " + required.because() + ". Expected " + required.step() + "."
                        + Seam.of(required.seam()).map(seam -> " The shipped routes/" + seam.file() + " has it.").orElse("")));
            }
        }
    }

    /** What is reached from a seam without leaving the exchange, in order; the calls' own parts among it. */
    private List<Part> reached(String seam, Map<String, Begun> consumers) {
        List<Part> parts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(seam));
        while (!open.isEmpty()) {
            String at = open.poll();
            if (seen.add(at) && consumers.containsKey(at)) {
                Part route = consumers.get(at).route();
                parts.add(route);
                Address.in(route, placeholders).filter(Address::isSeam).filter(address -> !address.step().equals("from"))
                        .forEach(address -> open.add(address.path()));
            }
        }
        return parts;
    }

    private static Required call(String seam, String bean, String because) {
        String[] names = bean.split("\\.");
        return new Required(seam, "a call of the bean's method " + bean, because, parts -> parts.stream().flatMap(Part::all)
                .anyMatch(part -> part.text("ref").equals(names[0]) && part.text("method").split("\\(")[0].equals(names[1])));
    }

    private static Required to(String seam, String called, String because) {
        return new Required(seam, "to: {uri: " + called + "}", because, parts -> parts.stream().flatMap(Part::all)
                .anyMatch(part -> !part.name().equals("from") && (part.text("uri").equals(called)
                        || part.name().equals("to") && part.text().equals(called))));
    }

    private static Required option(String seam, String step, String option, String value, String because) {
        return new Required(seam, step + " with " + option + ": " + value, because, parts -> parts.get(0).all(step)
                .anyMatch(part -> part.text(option).equals(value)));
    }

    private static boolean hasOption(List<Part> parts, String name, String value) {
        return parts.stream().flatMap(part -> part.all(name)).anyMatch(part -> part.text().equals(value))
                || parts.stream().flatMap(Part::all).anyMatch(part -> part.text().contains(name + "=" + value));
    }

    private static boolean setsHeader(List<Part> parts, String name) {
        return parts.stream().flatMap(Part::all).anyMatch(part -> part.text("name").equals(name));
    }

    private static boolean headersAreRemoved(List<Part> parts) {
        for (Part part : parts.stream().flatMap(Part::all).toList()) {
            if (part.name().equals("removeHeaders") && part.text("pattern").equals("*")) {
                return true;
            }
            if (part.name().equals("setHeaders") || part.has("httpClientConfigurer")) {
                return false;
            }
        }
        return false;
    }

    private static boolean rowsAreTried(List<Part> parts) {
        return parts.get(0).all("split").flatMap(split -> split.all("doTry")).flatMap(Part::all)
                .anyMatch(part -> part.text("uri").startsWith("direct:"));
    }

    /** A route that gathers nothing, such as one from before there were batches, need not record it either. */
    private static boolean whatIsGatheredIsRecorded(List<Part> parts) {
        Part split = parts.get(0);
        List<Part> ofTheRows = split.all("split").flatMap(Part::all).toList();
        int lastOfTheRows = ofTheRows.stream().mapToInt(Part::line).max().orElse(0);
        return split.all("setProperty").noneMatch(part -> part.text("name").equals("batch"))
                || split.all().anyMatch(part -> part.line() > lastOfTheRows && part.text("uri").equals("direct:record"));
    }

    private static boolean nothingIsRetried(List<Part> parts) {
        return parts.get(0).part("errorHandler").map(handler -> handler.has("noErrorHandler")).orElse(false);
    }
}
