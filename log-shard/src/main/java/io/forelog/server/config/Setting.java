package io.forelog.server.config;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One thing that a node can be told.
 *
 * @param key dotted, as in the file and after {@code --set}
 * @param type how a reference page names its form
 * @param initial the default, as text
 * @param parser from text; throws IllegalArgumentException with what is expected
 * @param doc what it does, and what goes wrong when it is too high or too low
 */
public record Setting<T>(String key, String type, String initial, Function<String, T> parser, String doc) {

    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(|B|KiB|MiB|GiB|TiB)");

    /** Returns the name of the environment variable: {@code http.port} is {@code FORELOG_HTTP_PORT}. */
    public String environmentName() {
        return "FORELOG_"
                + key.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if {@code text} is not a value; the message names the setting */
    public T parse(String text) {
        try {
            return parser.apply(text.strip());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    static Setting<String> text(String key, String initial, String doc) {
        return new Setting<>(key, "text", initial, text -> text, doc);
    }

    static Setting<String> address(String key, String initial, String doc) {
        return new Setting<>(key, "HOST:PORT", initial, Setting::parseAddress, doc);
    }

    static Setting<List<String>> list(String key, String initial, String doc) {
        return new Setting<>(
                key,
                "list, by commas",
                initial,
                text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList(),
                doc);
    }

    static Setting<Boolean> flag(String key, boolean initial, String doc) {
        return new Setting<>(key, "true or false", Boolean.toString(initial), Setting::parseFlag, doc);
    }

    static Setting<Integer> count(String key, int initial, int min, int max, String doc) {
        return new Setting<>(
                key, min + " to " + max, Integer.toString(initial), text -> parseCount(text, min, max), doc);
    }

    static Setting<Long> size(String key, String initial, String doc) {
        return new Setting<>(key, "bytes, or with KiB, MiB, GiB", initial, Setting::parseSize, doc);
    }

    static Setting<Duration> duration(String key, String initial, String doc) {
        return new Setting<>(key, "ISO 8601 duration", initial, Setting::parseDuration, doc);
    }

    static <E extends Enum<E>> Setting<E> choice(String key, E initial, Class<E> type, String doc) {
        return choice(key, initial, type, Setting::nameOf, doc);
    }

    /** @param name of a choice that has another one than its constant */
    static <E extends Enum<E>> Setting<E> choice(
            String key, E initial, Class<E> type, Function<E, String> name, String doc) {
        var names = Arrays.stream(type.getEnumConstants()).map(name).toList();
        return new Setting<>(
                key,
                String.join(" or ", names),
                name.apply(initial),
                text -> {
                    int at = names.indexOf(text);
                    if (at < 0) {
                        throw new IllegalArgumentException("one of " + names + ", not '" + text + "'");
                    }
                    return type.getEnumConstants()[at];
                },
                doc);
    }

    /** Any of an enumeration's constants, all of them by default. */
    static <E extends Enum<E>> Setting<Set<E>> choices(String key, Class<E> type, String doc) {
        var one = choice(key, type.getEnumConstants()[0], type, doc);
        var all = String.join(
                ",",
                Arrays.stream(type.getEnumConstants()).map(Setting::nameOf).toList());
        return new Setting<>(
                key,
                "list, by commas, of " + all.replace(",", ", "),
                all,
                text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .map(one.parser())
                        .collect(Collectors.toUnmodifiableSet()),
                doc);
    }

    static Setting<URI> uri(String key, String initial, String doc) {
        return new Setting<>(key, "address", initial, URI::create, doc);
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean parseFlag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false, not '" + text + "'");
        };
    }

    private static int parseCount(String text, int min, int max) {
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a whole number from " + min + " to " + max + ", not '" + text + "'", e);
        }
        throw new IllegalArgumentException("a whole number from " + min + " to " + max + ", not " + text);
    }

    private static String parseAddress(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("HOST:PORT, not '" + text + "'");
        }
        parseCount(text.substring(colon + 1), 0, 65535);
        return text;
    }

    private static long parseSize(String text) {
        var matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a size such as 67108864 or 64MiB, not '" + text + "'");
        }
        int shift =
                switch (matcher.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case "TiB" -> 40;
                    default -> 0;
                };
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
    }

    private static Duration parseDuration(String text) {
        try {
            var duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException("a duration such as PT0.05S or P7D, not '" + text + "'", e);
        }
        throw new IllegalArgumentException("a duration of zero or more, not " + text);
    }
}
