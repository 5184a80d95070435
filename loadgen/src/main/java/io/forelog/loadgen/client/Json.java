package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** JSON in and out of buffers. */
final class Json {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** @throws MalformedAnswerException if the body is not JSON */
    static JsonNode parse(HttpAnswer answer) {
        try {
            return MAPPER.readTree(answer.body().getBytes());
        } catch (IOException e) {
            throw new MalformedAnswerException("an answer with status " + answer.status() + " is not JSON", e);
        }
    }

    /** @throws MalformedAnswerException if the text is not JSON */
    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new MalformedAnswerException("not JSON: " + e.getMessage(), e);
        }
    }

    static Buffer encode(JsonNode node) {
        return Buffer.buffer(node.toString());
    }
}
