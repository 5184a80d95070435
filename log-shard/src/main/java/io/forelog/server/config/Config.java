package io.forelog.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one node: defaults, over them the file, over it the environment, over that the flags. Immutable.
 * Every value was parsed when this was made, so that a mistake is told at the start and not at first use.
 */
public final class Config {

    private final Map<String, Object> values;

    private Config(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** Returns the value of a setting of {@link Settings}. */
    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        var value = values.get(setting.key());
        if (value == null) {
            throw new IllegalArgumentException("'" + setting.key() + "' is not in the catalogue of settings");
        }
        return (T) value;
    }

    /**
     * Puts the settings of a node together.
     *
     * @param file YAML, nested or with dotted keys; null for none
     * @param environment variables, of which those that begin with {@code FORELOG_} are read
     * @param flags by dotted key
     * @throws IllegalArgumentException if a setting is unknown or a value is not of its form
     * @throws IOException if the file cannot be read
     */
    public static Config of(@Nullable Path file, Map<String, String> environment, Map<String, String> flags)
            throws IOException {
        var catalogue = new LinkedHashMap<String, Setting<?>>();
        catalogue().forEach(setting -> catalogue.put(setting.key(), setting));
        var texts = new LinkedHashMap<String, String>();
        if (file != null) {
            flatten("", new YAMLMapper().readTree(file.toFile()), texts);
        }
        for (var setting : catalogue.values()) {
            var value = environment.get(setting.environmentName());
            if (value != null) {
                texts.put(setting.key(), value);
            }
        }
        texts.putAll(flags);
        var values = new TreeMap<String, Object>();
        catalogue.values().forEach(setting -> values.put(setting.key(), setting.parse(setting.initial())));
        texts.forEach((key, text) -> {
            var setting = catalogue.get(key);
            if (setting == null) {
                throw new IllegalArgumentException("unknown setting '" + key + "'" + hint(key, catalogue.keySet()));
            }
            values.put(key, setting.parse(text));
        });
        return new Config(values);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(), field.getValue(), into));
        } else if (node.isArray()) {
            var parts = new StringJoiner(",");
            node.forEach(element -> parts.add(element.asText()));
            into.put(prefix, parts.toString());
        } else if (!node.isNull() && !node.isMissingNode()) {
            into.put(prefix, node.asText());
        }
    }

    private static String hint(String key, Iterable<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (var candidate : known) {
            int distance = distance(key, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return least <= 6 ? "; did you mean '" + nearest + "'?" : "; see ./forelog node --help-settings";
    }

    /** Levenshtein's distance, one row at a time. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[to.length()];
    }

    /** Returns all settings in the order of a reference page. */
    public static List<Setting<?>> catalogue() {
        return Settings.ALL.stream().sorted(Comparator.comparing(Setting::key)).toList();
    }
}
