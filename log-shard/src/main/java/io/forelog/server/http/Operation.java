package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.vertx.core.http.HttpServerRequest;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the API's document asks of one call's query and JSON body. Immutable; costs a call without a query nothing.
 *
 * @param query by name
 * @param body of a JSON body, or null where there is none or its own reader knows better
 */
record Operation(Map<String, Parameter> query, @Nullable JsonSchema body) {

    /** @param schema null if any bytes will do */
    record Parameter(boolean required, @Nullable JsonSchema schema) {}

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);

    Operation {
        query = Map.copyOf(query);
    }

    static @Nullable JsonSchema schema(JsonNode schema) {
        return schema.isMissingNode() || schema.isEmpty() ? null : SCHEMAS.getSchema(schema);
    }

    /** @throws ProblemException if a parameter is unknown, doubled, missing, or not as it must be */
    void check(HttpServerRequest request) {
        var text = request.query();
        if (text == null && query.isEmpty()) {
            return;
        }
        var given = new HashSet<String>();
        for (var name : Query.names(text)) {
            var parameter = query.get(name);
            if (parameter == null) {
                throw ProblemException.badRequest("'" + name + "' is no parameter of this call; "
                        + (query.isEmpty() ? "it has none" : new TreeSet<>(query.keySet()) + " are"));
            }
            if (!given.add(name)) {
                throw ProblemException.badRequest("'" + name + "' is there more than once");
            }
            var raw = Query.raw(text, name);
            if (parameter.schema() != null && raw != null) {
                require(name, parameter.schema(), value(Percent.decodeText(raw)));
            }
        }
        query.forEach((name, parameter) -> {
            if (parameter.required() && !given.contains(name)) {
                throw ProblemException.badRequest("this call needs ?" + name + "=");
            }
        });
    }

    /** A text of digits is a number wherever one is asked for; where a text is asked for, see {@link #require}. */
    private static JsonNode value(String text) {
        return text.matches("-?[0-9]{1,30}") ? BigIntegerNode.valueOf(new BigInteger(text)) : TextNode.valueOf(text);
    }

    private static void require(String name, JsonSchema schema, JsonNode value) {
        var found = schema.validate(value);
        if (!found.isEmpty() && value.isNumber()) {
            var asText = schema.validate(TextNode.valueOf(value.asText()));
            found = asText.isEmpty() ? asText : found;
        }
        if (!found.isEmpty()) {
            throw ProblemException.badRequest(
                    name + found.iterator().next().getMessage().replaceFirst("^\\$", ""));
        }
    }

    /** @throws ProblemException if a JSON body is not as it must be; the detail says where */
    void check(JsonNode document) {
        if (body != null) {
            var found = body.validate(document);
            if (!found.isEmpty()) {
                throw ProblemException.badRequest("the body is not as it must be: "
                        + found.iterator().next().getMessage());
            }
        }
    }
}
