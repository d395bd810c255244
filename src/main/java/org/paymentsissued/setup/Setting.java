package org.paymentsissued.setup;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.paymentsissued.payment.HostTime;
import org.quartz.CronExpression;

/**
 * One key of {@code application.properties}: what a value must look like. Meaning, unit and default are in that file.
 *
 * @param key      name, as in the file
 * @param form     what its text must be
 * @param required whether a value must be given, because no default can be right
 * @param example  a valid value, shown when the given one is wrong
 */
public record Setting(String key, Form form, boolean required, String example) {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})\\s*(?i)(KB|MB|GB)");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(ms|s|m|h)");

    /** The environment variable that overrides this setting. */
    public String environmentVariable() {
        return key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** What is wrong with a value, as the end of a sentence; empty when it is right. */
    Optional<String> flawOf(String value) {
        if (value.isEmpty()) {
            return required ? Optional.of("is missing") : emptyFlaw();
        }
        return form.flawOf(value);
    }

    private Optional<String> emptyFlaw() {
        return form instanceof Text || form instanceof Secret || form instanceof Prefix || form instanceof Names || form instanceof Ids
                || form instanceof WebConnectorAddress || form instanceof HostNames || form instanceof LocalTime
                ? Optional.empty() : Optional.of("is empty");
    }

    /** @return bytes */
    static long size(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(value);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).toUpperCase(java.util.Locale.ROOT)) {
            case "KB" -> number * 1_000;
            case "MB" -> number * 1_000_000;
            default -> number * 1_000_000_000;
        };
    }

    static Duration duration(String value) {
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(value);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** The kinds of values a setting can have. */
    sealed interface Form {
        Optional<String> flawOf(String value);
    }

    public record Text() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return Optional.empty();
        }
    }

    /** Text that is never shown. */
    record Secret() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return Optional.empty();
        }
    }

    record Prefix() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return value.matches("[A-Za-z0-9_-]{1,20}") ? Optional.empty()
                    : Optional.of("may only contain up to 20 letters, digits, - and _");
        }
    }

    /** What QuickBooks' Web Connector accepts as AppURL (its codes 1001 and 1010). */
    record WebConnectorAddress() implements Form {
        private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[.*");

        @Override
        public Optional<String> flawOf(String value) {
            URI uri;
            try {
                uri = URI.create(value);
            } catch (IllegalArgumentException e) {
                return Optional.of("is not a web address");
            }
            boolean local = "http".equals(uri.getScheme()) && "localhost".equals(uri.getHost());
            if (!local && !"https".equals(uri.getScheme()) || uri.getHost() == null) {
                return Optional.of("is neither https nor http on localhost, the only two the Web Connector accepts");
            }
            if (IP_ADDRESS.matcher(uri.getHost()).matches()) {
                return Optional.of("names an IP address, which the Web Connector refuses; use a host name");
            }
            return uri.getPath().endsWith("/qbwc") ? Optional.empty() : Optional.of("does not end in /qbwc");
        }
    }

    /** Names, separated by commas. */
    record HostNames() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return Names.split(value).stream().allMatch(name -> name.matches("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}"))
                    ? Optional.empty() : Optional.of("may only contain host names or addresses, without ports, separated by commas");
        }
    }

    record Names() implements Form {
        static List<String> split(String value) {
            return value.isBlank() ? List.of() : java.util.Arrays.stream(value.split(",")).map(String::strip).toList();
        }

        @Override
        public Optional<String> flawOf(String value) {
            List<String> names = split(value);
            if (names.stream().anyMatch(name -> !name.matches("[A-Za-z0-9_-]{1,40}"))) {
                return Optional.of("may only contain names of letters, digits, - and _, separated by commas");
            }
            return names.stream().distinct().count() == names.size() ? Optional.empty()
                    : Optional.of("names a company file twice");
        }
    }

    /** Procore ids, separated by commas. */
    record Ids() implements Form {
        static Set<Long> split(String value) {
            return Names.split(value).stream().map(Long::valueOf).collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public Optional<String> flawOf(String value) {
            return Names.split(value).stream().allMatch(id -> id.matches("[1-9]\\d{0,17}")) ? Optional.empty()
                    : Optional.of("may only contain Procore ids, separated by commas");
        }
    }

    record Choice(List<String> values) implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return values.contains(value) ? Optional.empty() : Optional.of("is not one of " + String.join(", ", values));
        }
    }

    record WholeNumber(long least, long most) implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            try {
                long number = Long.parseLong(value);
                return number >= least && number <= most ? Optional.empty()
                        : Optional.of("is not between " + least + " and " + most);
            } catch (NumberFormatException e) {
                return Optional.of("is not a whole number");
            }
        }
    }

    record Time(Duration least) implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            Matcher matcher = DURATION.matcher(value);
            if (!matcher.matches()) {
                return Optional.of("is not a duration");
            }
            return duration(value).compareTo(least) >= 0 ? Optional.empty() : Optional.of("is too short");
        }
    }

    /** Of an answer that is held in memory. */
    record Size() implements Form {
        private static final long MOST = 1_000_000_000;

        @Override
        public Optional<String> flawOf(String value) {
            if (!SIZE.matcher(value).matches()) {
                return Optional.of("is not a size in KB, MB or GB");
            }
            return size(value) > 0 && size(value) <= MOST ? Optional.empty() : Optional.of("is not between 1KB and 1GB");
        }
    }

    record Cron() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return CronExpression.isValidExpression(value) ? Optional.empty()
                    : Optional.of("is not a Quartz cron (second minute hour day-of-month month day-of-week)");
        }
    }

    record LocalTime() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return HostTime.parse(value).isPresent() ? Optional.empty() : Optional.of("is not a local date, or date and time");
        }
    }

    record Version() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return value.matches("[A-Z]{0,2}\\d{1,2}\\.\\d") ? Optional.empty() : Optional.of("is not a qbXML version");
        }
    }

    record WebAddress() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            try {
                URI uri = URI.create(value);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                if (!web || uri.getHost() == null) {
                    return Optional.of("is not an http or https address");
                }
                return uri.getUserInfo() == null ? Optional.empty()
                        : Optional.of("must not contain a login; separate settings exist for that");
            } catch (IllegalArgumentException e) {
                return Optional.of("is not an http or https address");
            }
        }
    }

    record DatabaseAddress() implements Form {
        @Override
        public Optional<String> flawOf(String value) {
            return value.startsWith("jdbc:h2:") || value.startsWith("jdbc:postgresql:") ? Optional.empty()
                    : Optional.of("is neither an H2 nor a PostgreSQL JDBC address");
        }
    }
}
