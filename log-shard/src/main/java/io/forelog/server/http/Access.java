package io.forelog.server.http;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/**
 * What a caller must be allowed for a call: of the log that the path or {@code ?log=} names, or of all logs where
 * neither does. A call that nothing is said of needs the most.
 */
enum Access {
    /** For everyone: whether the node lives, the dashboard's and the documentation's files. */
    OPEN,
    /** For everyone who is known; the answer shows only what that caller may read. */
    KNOWN,
    READ,
    APPEND,
    ADMIN;

    private static final Set<String> OPEN_PATHS = Set.of(
            "/",
            "/health/live",
            "/health/ready",
            "/openapi.json",
            "/api",
            "/api/{file}",
            "/dashboard/{file}",
            "/webjars/{library}/{version}/dist/{file}",
            "/webjars/{library}/{version}/{file}");
    private static final Set<String> SECRET_PREFIXES = Set.of("/v1/keys", "/v1/loggers");

    static Access of(HttpMethod method, String path) {
        if (path.startsWith(InternalApi.PREFIX)) {
            // Of other nodes, which show what the cluster shares instead.
            return OPEN;
        }
        if (SECRET_PREFIXES.stream().anyMatch(path::startsWith)) {
            return ADMIN;
        }
        if (method == HttpMethod.GET) {
            return OPEN_PATHS.contains(path) ? OPEN : path.equals("/v1/logs") ? KNOWN : READ;
        }
        if (method == HttpMethod.POST && path.endsWith("/records")) {
            return APPEND;
        }
        // A reader says how far it is, and names what it wants in a body: it changes no record.
        boolean reads = path.equals("/v1/logs/{log}/read") || path.equals("/v1/logs/{log}/cursors/{name}");
        return reads ? READ : ADMIN;
    }
}
