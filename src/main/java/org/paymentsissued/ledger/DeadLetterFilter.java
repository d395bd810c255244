package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which dead letters are meant. Empty texts, and empty optionals, stand for any.
 *
 * @param status open, retried, resolved or discarded
 * @param text   words that all appear in it: vendor, number, amount, date, or what happened
 * @param cause  key of the cause
 * @param vendor all of the name, whatever its capitals
 * @param from   first date of the payment
 * @param to     last date of the payment
 * @param openBy only those that were open by then; for an action on what a page showed
 */
public record DeadLetterFilter(String status, String stage, String text, String cause, String vendor, Optional<LocalDate> from,
        Optional<LocalDate> to, Optional<BigDecimal> min, Optional<BigDecimal> max, Optional<Instant> openBy) {

    /** Open ones, whatever their stage. */
    public static final DeadLetterFilter OPEN = of("open");

    public static DeadLetterFilter of(String status) {
        return new DeadLetterFilter(status, "", "", "", "", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    /** Whether it leaves out any letter of its status. */
    public boolean isNarrow() {
        return !equals(of(status).openBy(openBy));
    }

    /** For people: what it asks for. */
    public String words() {
        List<String> words = new ArrayList<>();
        add(words, "stage", stage);
        add(words, "cause", cause);
        add(words, "vendor", vendor);
        from.ifPresent(day -> words.add("from " + day));
        to.ifPresent(day -> words.add("to " + day));
        min.ifPresent(amount -> words.add("at least " + amount.toPlainString()));
        max.ifPresent(amount -> words.add("at most " + amount.toPlainString()));
        add(words, "with", text);
        return String.join(", ", words);
    }

    private static void add(List<String> words, String name, String value) {
        if (!value.isEmpty()) {
            words.add(name + " " + value);
        }
    }

    public DeadLetterFilter openBy(Optional<Instant> moment) {
        return new DeadLetterFilter(status, stage, text, cause, vendor, from, to, min, max, moment);
    }

    public DeadLetterFilter stage(String name) {
        return new DeadLetterFilter(status, name, text, cause, vendor, from, to, min, max, openBy);
    }

    public DeadLetterFilter cause(String key) {
        return new DeadLetterFilter(status, stage, text, key, vendor, from, to, min, max, openBy);
    }

    /** A condition in SQL, with its parameters. */
    record Condition(String sql, Map<String, Object> parameters) { }

    Condition condition() {
        List<String> parts = new ArrayList<>(List.of("1 = 1"));
        Map<String, Object> parameters = new LinkedHashMap<>();
        add(parts, parameters, "status = :status", "status", status);
        add(parts, parameters, "stage = :stage", "stage", stage);
        add(parts, parameters, "cause_key = :cause", "cause", cause);
        add(parts, parameters, "lower(vendor) = lower(:vendor)", "vendor", vendor.strip());
        from.ifPresent(day -> add(parts, parameters, "paid_on >= :from", "from", day));
        to.ifPresent(day -> add(parts, parameters, "paid_on <= :to", "to", day));
        min.ifPresent(amount -> add(parts, parameters, "amount >= :min", "min", amount));
        max.ifPresent(amount -> add(parts, parameters, "amount <= :max", "max", amount));
        openBy.ifPresent(moment -> add(parts, parameters, "opened_at <= :openBy", "openBy", Rows.stamp(moment)));
        List<String> words = SearchText.of(text).words();
        for (int i = 0; i < words.size(); i++) {
            int number = i;
            parameters.put("word" + i, words.get(i));
            String sql = "position(:word" + i + " in search) > 0";
            Optional<BigDecimal> amount = SearchText.amount(words.get(i));
            amount.ifPresent(value -> parameters.put("amount" + number, value));
            Optional<LocalDate> day = SearchText.date(words.get(i));
            day.ifPresent(value -> parameters.put("day" + number, value));
            parts.add("(" + sql + (amount.isPresent() ? " or amount = :amount" + i : "") + (day.isPresent() ? " or paid_on = :day" + i : "")
                    + ")");
        }
        return new Condition(" where " + String.join(" and ", parts), parameters);
    }

    private static void add(List<String> parts, Map<String, Object> parameters, String sql, String name, Object value) {
        if (!"".equals(value)) {
            parts.add(sql);
            parameters.put(name, value);
        }
    }
}
