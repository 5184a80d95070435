package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The API as OpenAPI 3.1 has it, kept by hand as YAML, and what follows from it for each call: which parameters there
 * are and what a body must be. Read once at start, immutable.
 */
final class ApiDocument {

    private static final String RESOURCE = "openapi/openapi.yaml";
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    private final ObjectNode document;
    private final Map<String, Operation> operations = new HashMap<>();

    private ApiDocument(ObjectNode document) {
        this.document = document;
        var paths = document.get("paths");
        for (var path : paths.properties()) {
            for (var name : METHODS) {
                if (path.getValue().get(name) instanceof ObjectNode operation) {
                    var method = HttpMethod.valueOf(name.toUpperCase(Locale.ROOT));
                    operation.put(
                            "x-permission",
                            Access.of(method, path.getKey()).name().toLowerCase(Locale.ROOT));
                    operations.put(id(method, path.getKey()), read(path.getValue(), operation));
                }
            }
        }
    }

    static ApiDocument load() {
        try (var in = ApiDocument.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return new ApiDocument((ObjectNode) new YAMLMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Operation read(JsonNode path, ObjectNode operation) {
        Map<String, Operation.Parameter> query = new HashMap<>();
        for (var list : List.of(path.path("parameters"), operation.path("parameters"))) {
            for (var each : list) {
                var parameter = inlined(each);
                if (parameter.get("in").textValue().equals("query")) {
                    query.put(
                            parameter.get("name").textValue(),
                            new Operation.Parameter(
                                    parameter.path("required").asBoolean(),
                                    Operation.schema(parameter.path("schema"))));
                }
            }
        }
        var body = inlined(operation.path("requestBody"))
                .path("content")
                .path("application/json")
                .path("schema");
        return new Operation(query, body.isMissingNode() ? null : Operation.schema(body));
    }

    /** Returns the node with every reference replaced by what it names; no schema here holds itself. */
    private JsonNode inlined(JsonNode node) {
        if (node.has("$ref")) {
            return inlined(document.at(node.get("$ref").textValue().substring(1)));
        }
        if (node.isObject()) {
            var copy = Call.JSON.createObjectNode();
            node.properties().forEach(member -> copy.set(member.getKey(), inlined(member.getValue())));
            return copy;
        }
        if (node.isArray()) {
            var copy = Call.JSON.createArrayNode();
            node.forEach(element -> copy.add(inlined(element)));
            return copy;
        }
        return node;
    }

    /** Returns what the document says of a call, or null if it says nothing. */
    @Nullable
    Operation operation(HttpMethod method, String path) {
        return operations.get(id(method, path));
    }

    /** Returns every call as {@code METHOD /path}. */
    Set<String> calls() {
        return new TreeSet<>(operations.keySet());
    }

    Buffer json() {
        return Buffer.buffer(document.toString());
    }

    private static String id(HttpMethod method, String path) {
        return method.name() + " " + path;
    }
}
