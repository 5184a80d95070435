package io.forelog.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that knows which library writes the log. */
public final class Logging {

    public static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

    private Logging() {}

    /** Writes each line as a JSON object from now on. */
    static void asJson() {
        var root = context().getLogger(Logger.ROOT_LOGGER_NAME);
        root.iteratorForAppenders().forEachRemaining(appender -> {
            if (appender instanceof OutputStreamAppender<ILoggingEvent> writing) {
                var encoder = new JsonEncoder();
                encoder.setContext(context());
                encoder.start();
                writing.setEncoder(encoder);
            }
        });
    }

    /** Returns the level of each logger that has one of its own. */
    public static Map<String, String> levels() {
        var levels = new HashMap<String, String>();
        for (var logger : context().getLoggerList()) {
            if (logger.getLevel() != null) {
                levels.put(logger.getName(), logger.getLevel().toString());
            }
        }
        return levels;
    }

    /** @param level one of {@link #LEVELS}, or null for what the logger above has */
    public static void level(String logger, @Nullable String level) {
        boolean isRoot = logger.equalsIgnoreCase(Logger.ROOT_LOGGER_NAME);
        if (level != null || !isRoot) {
            context().getLogger(logger).setLevel(level == null ? null : Level.toLevel(level));
        }
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
