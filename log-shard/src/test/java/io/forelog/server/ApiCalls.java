package io.forelog.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The calls of the API, as its own document lists them. */
final class ApiCalls {

    /** What a test puts into paths. */
    private static final Map<String, String> VALUES = Map.of(
            "log", "mine", "shard", "0", "offset", "0", "key", "k", "name", "reader", "node", "node-1", "id", "none");

    /** A call with everything that it needs; its path has the log {@code mine} where it has one. */
    record ApiCall(String method, String template, String path, String permission, String body) {

        boolean isOfALog() {
            return template.startsWith("/v1/logs/{log}") || path.contains("log=mine");
        }

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    private ApiCalls() {}

    static List<ApiCall> of(JsonNode document) {
        var calls = new ArrayList<ApiCall>();
        for (var path : document.get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (operation.getValue().has("x-permission")) {
                    calls.add(call(operation.getKey(), path.getKey(), operation.getValue()));
                }
            }
        }
        // Last, for the others need the log.
        calls.sort((one, other) ->
                Boolean.compare(one.method().equals("DELETE"), other.method().equals("DELETE")));
        return calls;
    }

    private static ApiCall call(String method, String template, JsonNode operation) {
        var path = template;
        for (var value : VALUES.entrySet()) {
            path = path.replace("{" + value.getKey() + "}", value.getValue());
        }
        if (template.endsWith("/co-access")) {
            path += "?log=mine&key=k";
        }
        if (template.endsWith("/route")) {
            path += "?key=k";
        }
        if (template.matches(".*/(split|merge|move|archive|pin)")) {
            path += "?dryRun=true";
        }
        return new ApiCall(
                method.toUpperCase(Locale.ROOT),
                template,
                path,
                operation.get("x-permission").textValue(),
                body(template, method));
    }

    private static String body(String template, String method) {
        return switch (template) {
            case "/v1/logs/{log}/read" -> "{\"addresses\":[\"0:0\"]}";
            case "/v1/caches" -> "{\"local\":67108864}";
            case "/v1/policy" -> "{\"mode\":\"manual\"}";
            case "/v1/logs/{log}/shards/{shard}/merge" -> "{\"with\":1}";
            case "/v1/logs/{log}/shards/{shard}/move" -> "{\"to\":\"none\"}";
            case "/v1/logs/{log}/shards/{shard}/pin" -> "{\"key\":\"k\"}";
            case "/v1/prefetch" -> "{\"enabled\":true}";
            case "/v1/keys" -> "{\"name\":\"new\",\"permissions\":[\"read:mine\"]}";
            case "/v1/logs/{log}/records", "/v1/logs/{log}/shards/{shard}/records" -> "{\"key\":\"k\",\"value\":1}";
            case "/v1/logs/{log}" -> method.equals("put") ? "{\"shards\":1}" : "{}";
            default -> "{}";
        };
    }
}
