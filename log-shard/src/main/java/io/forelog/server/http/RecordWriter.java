package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Records as answers: one as a body with headers, several as JSON or NDJSON. */
final class RecordWriter {

    private static final CharSequence RECORD_KEY = HttpHeaders.createOptimized("Record-Key");
    private static final CharSequence RECORD_TIMESTAMP = HttpHeaders.createOptimized("Record-Timestamp");
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private RecordWriter() {}

    static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /** Writes a record as one JSON object. */
    static void write(RecordAddress address, LogRecord record, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeNumberField("shard", address.shard());
        out.writeNumberField("offset", address.offset());
        if (record.key() != null) {
            var text = text(record.key());
            if (text == null) {
                out.writeBinaryField("keyBase64", record.key());
            } else {
                out.writeStringField("key", text);
            }
        }
        out.writeNumberField("timestamp", record.timestamp());
        out.writeObjectFieldStart("headers");
        String contentType = null;
        for (var header : record.headers()) {
            if (header.name().equals(LogRecord.CONTENT_TYPE)) {
                contentType = header.value();
            } else if (!header.name().startsWith(":")) {
                out.writeStringField(header.name(), header.value());
            }
        }
        out.writeEndObject();
        if (RecordReader.JSON.equals(contentType)) {
            out.writeFieldName("value");
            out.writeRawValue(oneLine(new String(record.value(), StandardCharsets.UTF_8)));
        } else {
            out.writeBinaryField("valueBase64", record.value());
            if (contentType != null) {
                out.writeStringField("contentType", contentType);
            }
        }
        out.writeEndObject();
    }

    /** In JSON a bare line end is white space: as another it ends no line of NDJSON and no event. */
    private static String oneLine(String json) {
        return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
                ? json
                : json.replace('\n', ' ').replace('\r', ' ');
    }

    /** Puts what is known of a single record into the headers of its answer. */
    static void putHeaders(LogRecord record, MultiMap headers) {
        var contentType = record.contentType();
        headers.set(HttpHeaders.CONTENT_TYPE, contentType == null ? RecordReader.BYTES : contentType);
        if (record.key() != null) {
            headers.set(RECORD_KEY, Percent.encode(record.key()));
        }
        headers.set(RECORD_TIMESTAMP, Long.toString(record.timestamp()));
        for (var header : record.headers()) {
            if (!header.name().startsWith(":")) {
                headers.add(
                        "Record-Header-" + Percent.encodeName(header.name()),
                        Percent.encode(header.value().getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    /** Returns the text of which {@code bytes} are the UTF-8, or null if they are not. */
    static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
