package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What is wrong with a call, as RFC 9457 says it.
 *
 * @param slug the last part of the type's address
 * @param detail with the numbers needed to act
 * @param retryable whether the same call may succeed later
 * @param headers to send along
 * @param members further members of the document
 */
public record Problem(
        int status,
        String slug,
        String title,
        String detail,
        boolean retryable,
        Map<String, String> headers,
        ObjectNode members) {

    public static Problem of(int status, String slug, String title, String detail) {
        return new Problem(status, slug, title, detail, false, Map.of(), JsonNodeFactory.instance.objectNode());
    }

    public static Problem badRequest(String detail) {
        return of(400, "bad-request", "The request is malformed", detail);
    }

    Problem asRetryable() {
        return new Problem(status, slug, title, detail, true, headers, members);
    }

    Problem withHeader(String name, String value) {
        return new Problem(status, slug, title, detail, retryable, Map.of(name, value), members);
    }

    Problem with(String member, JsonNode value) {
        var more = members.deepCopy();
        more.set(member, value);
        return new Problem(status, slug, title, detail, retryable, headers, more);
    }

    /** Returns the document. */
    ObjectNode toJson(String instance) {
        var document = JsonNodeFactory.instance.objectNode();
        document.put("type", "/problems/" + slug)
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("instance", instance)
                .put("retryable", retryable);
        document.setAll(members);
        return document;
    }
}
