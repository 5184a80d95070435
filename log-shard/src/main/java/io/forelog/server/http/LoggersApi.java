package io.forelog.server.http;

import io.forelog.server.Logging;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What is logged, changed while the node runs. */
final class LoggersApi {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$.]{1,200}");

    void register(Routes routes) {
        routes.get("/v1/loggers", this::list);
        routes.put("/v1/loggers", this::change);
    }

    private void list(Call call) {
        var document = Call.JSON.createObjectNode();
        var loggers = document.putObject("loggers");
        new TreeMap<>(Logging.levels()).forEach(loggers::put);
        call.json(200, document);
    }

    /** Takes {@code {"io.forelog.access":"INFO"}}; null gives a logger back what its parent has. */
    private void change(Call call) {
        var levels = call.jsonBody();
        for (var level : levels.properties()) {
            boolean isLevel = level.getValue().isNull()
                    || Logging.LEVELS.contains(level.getValue().asText());
            if (!NAME.matcher(level.getKey()).matches() || !isLevel) {
                throw ProblemException.badRequest(
                        "send {\"LOGGER\":\"LEVEL\"}, where LEVEL is one of " + Logging.LEVELS + " or null");
            }
        }
        for (var level : levels.properties()) {
            Logging.level(
                    level.getKey(),
                    level.getValue().isNull() ? null : level.getValue().asText());
        }
        list(call);
    }
}
