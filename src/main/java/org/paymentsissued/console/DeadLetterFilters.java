package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.paymentsissued.ledger.DeadLetterFilter;
import org.paymentsissued.ledger.DeadLetterSearch.Sort;

/** The filter of a list of dead letters, as an address, a form or a script gives it. */
final class DeadLetterFilters {

    static final List<String> STATUSES = List.of("open", "retried", "resolved", "discarded", "all");
    static final List<String> STAGES =
            List.of("poll", "split", "enrich", "aggregate", "deliver", "lookup", "safety", "twin", "go-live", "yours");
    static final List<String> SORTS = Stream.of(Sort.values()).map(sort -> sort.name().toLowerCase(Locale.ROOT)).toList();
    /** All that an address keeps, in its order. */
    private static final List<String> NAMES = List.of("status", "stage", "cause", "vendor", "from", "to", "min", "max", "q", "sort");

    private DeadLetterFilters() {
    }

    /** The filter of a list: open ones if it names no status. */
    static DeadLetterFilter of(ConsoleCall call) {
        return of(call::parameter, choice("status", call::parameter, STATUSES));
    }

    /** What an action on many means: open ones only, and only those that were open when the page was shown. */
    static DeadLetterFilter ofAction(ConsoleCall call) {
        UnaryOperator<String> value = name -> call.parameter(name).isEmpty() ? call.field(name) : call.parameter(name);
        return of(value, "open").openBy(parsed("shown", value, Instant::parse, "a time such as 2026-03-25T14:00:00Z"));
    }

    private static DeadLetterFilter of(UnaryOperator<String> value, String status) {
        return new DeadLetterFilter(status.isEmpty() ? "open" : status.equals("all") ? "" : status, choice("stage", value, STAGES),
                value.apply("q"), value.apply("cause"), value.apply("vendor"),
                parsed("from", value, LocalDate::parse, "a date such as 2026-03-25"),
                parsed("to", value, LocalDate::parse, "a date such as 2026-03-25"),
                parsed("min", value, DeadLetterFilters::amount, "an amount such as 1500.00"),
                parsed("max", value, DeadLetterFilters::amount, "an amount such as 1500.00"), Optional.empty());
    }

    private static BigDecimal amount(String text) {
        String plain = text.replaceAll("[,$\\s]", "");
        if (!plain.matches("\\d{1,14}(\\.\\d{1,2})?")) {
            throw new NumberFormatException(text);
        }
        return new BigDecimal(plain);
    }

    static Sort sort(ConsoleCall call) {
        String sort = call.request().choice("sort", SORTS);
        return sort.isEmpty() ? Sort.LATEST : Sort.valueOf(sort.toUpperCase(Locale.ROOT));
    }

    private static String choice(String name, UnaryOperator<String> value, List<String> words) {
        return WebRequest.choice(name, value.apply(name), words);
    }

    private static <T> Optional<T> parsed(String name, UnaryOperator<String> value, Function<String, T> parse, String example) {
        String text = value.apply(name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(parse.apply(text));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new WebRequest.Refusal(400, name + " = \"" + text + "\" is not " + example + ".");
        }
    }

    /** The filter as it is in the address, name by name; what is changed comes last. */
    static String address(String path, ConsoleCall call, String... changed) {
        Map<String, String> values = new LinkedHashMap<>();
        NAMES.forEach(name -> values.put(name, call.request().isWrite() ? call.field(name) : call.parameter(name)));
        for (int i = 0; i < changed.length; i += 2) {
            values.put(changed[i], changed[i + 1]);
        }
        return Views.address(path, pairs(values));
    }

    static String[] pairs(ConsoleCall call) {
        Map<String, String> values = new LinkedHashMap<>();
        NAMES.forEach(name -> values.put(name, call.parameter(name)));
        return pairs(values);
    }

    private static String[] pairs(Map<String, String> values) {
        List<String> pairs = new ArrayList<>();
        values.forEach((name, value) -> {
            if (!name.equals("status") || !value.equals("open")) {
                pairs.add(name);
                pairs.add(value);
            }
        });
        return pairs.toArray(String[]::new);
    }

    /** What the filter form shows, and what its actions carry with them. */
    static Map<String, Object> model(ConsoleCall call) {
        Map<String, Object> model = new LinkedHashMap<>();
        NAMES.forEach(name -> model.put(name, call.parameter(name)));
        String status = call.parameter("status").isEmpty() ? "open" : call.parameter("status");
        model.put("statuses", Layout.options(STATUSES, status));
        model.put("stages", Layout.options(STAGES, call.parameter("stage")));
        model.put("sorts", Layout.options(SORTS, call.parameter("sort")));
        model.put("carried", NAMES.stream().filter(name -> !call.parameter(name).isEmpty())
                .map(name -> Layout.fields("name", name, "value", call.parameter(name))).toList());
        model.put("filtered", Stream.of("stage", "vendor", "from", "to", "min", "max").anyMatch(name -> !call.parameter(name).isEmpty()));
        return model;
    }
}
