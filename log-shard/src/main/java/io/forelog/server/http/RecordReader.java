package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.forelog.error.RecordTooLargeException;
import io.forelog.metadata.LogSettings;
import io.forelog.record.LogRecord;
import io.forelog.record.LogRecord.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON or NDJSON, taken apart. All or nothing: one malformed record refuses the request.
 *
 * <p>A value is kept as the text that was sent, less the white space between its tokens: a number is not
 * rounded, a string not escaped anew.
 */
final class RecordReader {

    static final int KEY_BYTES_MAX = 1024;
    static final int HEADERS_MAX = 32;
    static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int NESTING_MAX = 100_000;
    static final String JSON = "application/json";
    static final String BYTES = "application/octet-stream";

    private static final List<Header> JSON_HEADERS = List.of(new Header(LogRecord.CONTENT_TYPE, JSON));
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A value is any JSON: it is not turned into numbers or trees here, so its size is the only bound.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(LogSettings.VALUE_BYTES_MAX)
                    .maxNestingDepth(NESTING_MAX)
                    .build())
            .build();

    private final int valueBytesMax;
    private final int recordsMax;
    private final long now;

    /** @param now the timestamp of records that bring none, in milliseconds */
    RecordReader(int valueBytesMax, int recordsMax, long now) {
        this.valueBytesMax = valueBytesMax;
        this.recordsMax = recordsMax;
        this.now = now;
    }

    /** Reads one record, or an object with {@code records}. */
    List<LogRecord> json(byte[] body) {
        requireUtf8(body);
        try (var parser = FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.badRequest("the body is a record {\"value\":…} or {\"records\":[…]}");
            }
            var records = new ArrayList<LogRecord>();
            if (startsRecords(body)) {
                readRecords(parser, body, records);
            } else {
                records.add(readRecord(parser, body));
            }
            if (parser.nextToken() != null) {
                throw ProblemException.badRequest("something follows the JSON object");
            }
            return requireSome(records);
        } catch (JsonProcessingException e) {
            throw ProblemException.badRequest("the body is not JSON: " + e.getOriginalMessage() + at(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one record a line; empty lines are passed over. A mistake names its line, from 1. */
    List<LogRecord> ndjson(byte[] body) {
        requireUtf8(body);
        var records = new ArrayList<LogRecord>();
        int line = 0;
        for (int from = 0; from < body.length; ) {
            line++;
            int end = from;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            if (!isBlank(body, from, end)) {
                if (records.size() == recordsMax) {
                    throw tooMany();
                }
                records.add(line(Arrays.copyOfRange(body, from, end), line));
            }
            from = end + 1;
        }
        return requireSome(records);
    }

    /** Makes a record of a body as it stands. */
    LogRecord raw(byte @Nullable [] key, byte[] value, String contentType) {
        return record(key, value, List.of(new Header(LogRecord.CONTENT_TYPE, contentType)), now);
    }

    private LogRecord line(byte[] text, int line) {
        try (var parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.badRequest("line " + line + ": a record is a JSON object {\"value\":…}");
            }
            var record = readRecord(parser, text);
            if (parser.nextToken() != null) {
                throw ProblemException.badRequest("line " + line + ": something follows the record");
            }
            return record;
        } catch (JsonProcessingException e) {
            throw ProblemException.badRequest("line " + line + " is not JSON: " + e.getOriginalMessage());
        } catch (ProblemException e) {
            var detail = e.problem().detail();
            throw detail.startsWith("line ") ? e : ProblemException.badRequest("line " + line + ": " + detail);
        } catch (RecordTooLargeException e) {
            throw new RecordTooLargeException("line " + line + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether the object's first member is {@code records}: no record has one of that name. */
    private static boolean startsRecords(byte[] body) throws IOException {
        try (var ahead = FACTORY.createParser(body)) {
            ahead.nextToken();
            return "records".equals(ahead.nextFieldName());
        }
    }

    private void readRecords(JsonParser parser, byte[] body, List<LogRecord> into) throws IOException {
        parser.nextToken();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw ProblemException.badRequest("'records' is an array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw ProblemException.badRequest("record " + into.size() + " is not a JSON object");
            }
            if (into.size() == recordsMax) {
                throw tooMany();
            }
            into.add(readRecord(parser, body));
        }
        if (parser.nextToken() != JsonToken.END_OBJECT) {
            throw ProblemException.badRequest("'" + parser.currentName() + "' stands beside 'records'");
        }
    }

    private LogRecord readRecord(JsonParser parser, byte[] source) throws IOException {
        byte[] key = null;
        byte[] value = null;
        boolean isJson = false;
        List<Header> headers = List.of();
        long timestamp = now;
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            var token = parser.nextToken();
            switch (name) {
                case "key" -> {
                    requireOneKey(key);
                    key = token == JsonToken.VALUE_NULL ? null : utf8(text(parser, name), name);
                }
                case "keyBase64" -> {
                    requireOneKey(key);
                    key = base64(parser, name);
                }
                case "value" -> {
                    requireOneValue(value);
                    value = compact(parser, source);
                    isJson = true;
                }
                case "valueBase64" -> {
                    requireOneValue(value);
                    value = base64(parser, name);
                }
                case "headers" -> headers = token == JsonToken.VALUE_NULL ? headers : readHeaders(parser);
                case "timestamp" -> timestamp = token == JsonToken.VALUE_NULL ? timestamp : readTimestamp(parser);
                default ->
                    throw ProblemException.badRequest("'" + name
                            + "' is not part of a record: key, value or valueBase64, headers, timestamp are");
            }
        }
        if (value == null) {
            throw ProblemException.badRequest("a record has a value or a valueBase64");
        }
        return record(key, value, isJson ? withJson(headers) : headers, timestamp);
    }

    private LogRecord record(byte @Nullable [] key, byte[] value, List<Header> headers, long timestamp) {
        if (key != null && key.length > KEY_BYTES_MAX) {
            throw new RecordTooLargeException("a key has at most " + KEY_BYTES_MAX + " bytes, not " + key.length);
        }
        if (value.length > valueBytesMax) {
            throw new RecordTooLargeException(
                    "a value of this log has at most " + valueBytesMax + " bytes, not " + value.length);
        }
        requireHeadersFit(headers);
        return new LogRecord(key, value, headers, timestamp);
    }

    /** Headers come back as headers of an answer, which clients take no more than so much of. */
    static void requireHeadersFit(List<Header> headers) {
        int bytes = 0;
        for (var header : headers) {
            bytes += header.name().length() + header.value().length();
        }
        if (bytes > HEADER_BYTES_MAX) {
            throw new RecordTooLargeException(
                    "the headers of a record have at most " + HEADER_BYTES_MAX + " characters, not " + bytes);
        }
    }

    private static List<Header> withJson(List<Header> headers) {
        if (headers.isEmpty()) {
            return JSON_HEADERS;
        }
        var all = new ArrayList<Header>(headers.size() + 1);
        all.addAll(JSON_HEADERS);
        all.addAll(headers);
        return all;
    }

    private static List<Header> readHeaders(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw ProblemException.badRequest("'headers' is an object of texts");
        }
        var headers = new ArrayList<Header>();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            if (name.isEmpty() || name.startsWith(":")) {
                throw ProblemException.badRequest(
                        "a header's name is not empty and does not begin with ':', as '" + name + "'");
            }
            var value = text(parser, "header " + name);
            utf8(name + value, "header " + name);
            headers.add(new Header(name, value));
        }
        if (headers.size() > HEADERS_MAX) {
            throw ProblemException.badRequest(
                    "a record has at most " + HEADERS_MAX + " headers, not " + headers.size());
        }
        return headers;
    }

    private static long readTimestamp(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
            throw ProblemException.badRequest("'timestamp' is in milliseconds since 1970, a whole number");
        }
        return parser.getLongValue();
    }

    private static String text(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw ProblemException.badRequest("'" + name + "' is a text");
        }
        return parser.getText();
    }

    private static byte[] base64(JsonParser parser, String name) throws IOException {
        try {
            return Base64.getDecoder().decode(text(parser, name));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("'" + name + "' is not Base64: " + e.getMessage());
        }
    }

    private static void requireOneKey(byte @Nullable [] key) {
        if (key != null) {
            throw ProblemException.badRequest("a record has a key or a keyBase64, not both");
        }
    }

    /** Half of a surrogate pair, which JSON can write, is no text: two keys must not become one on the way. */
    private static byte[] utf8(String text, String name) {
        try {
            var bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(bytes.array(), bytes.limit());
        } catch (CharacterCodingException e) {
            throw ProblemException.badRequest("'" + name + "' holds half of a surrogate pair, which is no text");
        }
    }

    static void requireUtf8(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw ProblemException.badRequest("the body is not UTF-8");
        }
        // UTF-16 and UTF-32 of JSON that is ASCII pass for UTF-8 with zeros, which JSON never holds.
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw ProblemException.badRequest("the body is not UTF-8 but UTF-16 or UTF-32");
            }
        }
    }

    private static void requireOneValue(byte @Nullable [] value) {
        if (value != null) {
            throw ProblemException.badRequest("a record has a value or a valueBase64, not both");
        }
    }

    /** Reads the value that the parser stands on, to its end, and returns its text without white space. */
    private static byte[] compact(JsonParser parser, byte[] source) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        int end = (int) parser.currentLocation().getByteOffset();
        byte[] text = new byte[end - from];
        int length = 0;
        boolean quoted = false;
        for (int i = from; i < end; i++) {
            byte b = source[i];
            if (!quoted && isSpace(b)) {
                continue;
            }
            text[length++] = b;
            if (quoted && b == '\\') {
                text[length++] = source[++i];
            } else if (b == '"') {
                quoted = !quoted;
            }
        }
        return length == text.length ? text : Arrays.copyOf(text, length);
    }

    private List<LogRecord> requireSome(List<LogRecord> records) {
        if (records.isEmpty()) {
            throw ProblemException.badRequest("there is no record in the body");
        }
        return records;
    }

    private ProblemException tooMany() {
        return new ProblemException(Problem.of(
                413,
                "request-too-large",
                "The request is too large",
                "an append has at most " + recordsMax + " records"));
    }

    private static boolean isBlank(byte[] body, int from, int end) {
        for (int i = from; i < end; i++) {
            if (!isSpace(body[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    private static String at(JsonProcessingException e) {
        var location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
