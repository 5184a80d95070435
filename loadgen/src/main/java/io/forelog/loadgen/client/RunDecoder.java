package io.forelog.loadgen.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.forelog.record.RecordAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a run of records out of {@code application/x-ndjson}. */
final class RunDecoder {

    private static final JsonFactory JSON = new JsonFactory();

    private RunDecoder() {}

    /** @throws MalformedAnswerException if a line is not a record; the message names it */
    static List<StoredRecord> ndjson(byte[] lines) {
        var records = new ArrayList<StoredRecord>();
        try (var parser = JSON.createParser(lines)) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                records.add(storedRecord(parser, lines));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedAnswerException(
                    "record " + (records.size() + 1) + " of a run is malformed: " + e.getMessage(), e);
        }
        return records;
    }

    private static StoredRecord storedRecord(JsonParser parser, byte[] lines) throws IOException {
        int shard = -1;
        long offset = -1;
        String key = null;
        byte[] value = null;
        Map<String, String> headers = Map.of();
        long timestamp = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "shard" -> shard = parser.getIntValue();
                case "offset" -> offset = parser.getLongValue();
                case "key" -> key = text(parser);
                case "valueBase64" -> value = parser.getBinaryValue();
                case "value" -> value = verbatim(parser, lines);
                case "headers" -> headers = headers(parser);
                case "timestamp" -> timestamp = parser.getLongValue();
                default -> parser.skipChildren();
            }
        }
        if (value == null) {
            throw new IllegalArgumentException("neither value nor valueBase64 at " + shard + ":" + offset);
        }
        return new StoredRecord(new RecordAddress(shard, offset), key, value, headers, timestamp);
    }

    private static Map<String, String> headers(JsonParser parser) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            headers.put(name, parser.getText());
        }
        return headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(headers);
    }

    private static @Nullable String text(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getText();
    }

    /** Returns the bytes of a JSON value as they stand, since writing it anew could change a number's digits. */
    private static byte[] verbatim(JsonParser parser, byte[] lines) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(lines, from, (int) parser.currentLocation().getByteOffset());
    }
}
