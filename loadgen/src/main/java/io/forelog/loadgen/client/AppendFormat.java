package io.forelog.loadgen.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The forms in which records can be sent. */
public enum AppendFormat {
    /** The value as the body, the key in the address; one record a request, without headers. */
    RAW("application/octet-stream"),
    /** {@code {"records":[…]}}. */
    JSON("application/json"),
    /** One JSON object a line. */
    NDJSON("application/x-ndjson"),
    /** One record batch, uncompressed, as the server stores it; without JSON on the way. */
    BATCH("application/vnd.forelog.batch");

    private final String contentType;

    AppendFormat(String contentType) {
        this.contentType = contentType;
    }

    /** Returns the form that is cheapest for so many records a request. */
    public static AppendFormat suiting(int records) {
        return records == 1 ? RAW : BATCH;
    }

    String contentType() {
        return contentType;
    }

    /** Returns the form that is cheapest for these records and carries all of them. */
    public static AppendFormat suiting(List<NewRecord> records) {
        return records.size() == 1 && RAW.takes(records) ? RAW : BATCH;
    }

    /** Returns whether all of these records can be sent in one request. */
    boolean takes(List<NewRecord> records) {
        return records.size() <= recordsMax()
                && (this != RAW || records.stream().allMatch(each -> each.headers().isEmpty()));
    }

    /** Returns how many records one request may hold. */
    public int recordsMax() {
        return this == RAW ? 1 : Integer.MAX_VALUE;
    }

    Buffer encode(List<NewRecord> records) {
        return switch (this) {
            case RAW -> Buffer.buffer(records.getFirst().value());
            case JSON ->
                Buffer.buffer("{\"records\":[")
                        .appendBuffer(objects(records, ','))
                        .appendString("]}");
            case NDJSON -> objects(records, '\n');
            case BATCH -> batch(records);
        };
    }

    private static Buffer objects(List<NewRecord> records, char separator) {
        var body = Buffer.buffer(records.size() * (64 + records.getFirst().value().length * 4 / 3));
        for (int i = 0; i < records.size(); i++) {
            if (i > 0) {
                body.appendByte((byte) separator);
            }
            appendObject(body, records.get(i));
        }
        return body;
    }

    private static Buffer batch(List<NewRecord> records) {
        var batch = new RecordBatchBuilder(Compression.NONE);
        long now = System.currentTimeMillis();
        for (var newRecord : records) {
            byte[] key = newRecord.key() == null ? null : newRecord.key().getBytes(StandardCharsets.UTF_8);
            batch.add(new LogRecord(key, newRecord.value(), headers(newRecord), now));
        }
        var bytes = batch.build().buffer();
        var body = new byte[bytes.remaining()];
        bytes.get(bytes.position(), body);
        return Buffer.buffer(body);
    }

    private static List<LogRecord.Header> headers(NewRecord newRecord) {
        return newRecord.headers().entrySet().stream()
                .map(header -> new LogRecord.Header(header.getKey(), header.getValue()))
                .toList();
    }

    private static void appendObject(Buffer body, NewRecord newRecord) {
        body.appendByte((byte) '{');
        if (newRecord.key() != null) {
            body.appendString("\"key\":").appendString(quoted(newRecord.key())).appendByte((byte) ',');
        }
        if (!newRecord.headers().isEmpty()) {
            var headers = Json.MAPPER.createObjectNode();
            newRecord.headers().forEach(headers::put);
            body.appendString("\"headers\":").appendBuffer(Json.encode(headers)).appendByte((byte) ',');
        }
        // Base64 is the only JSON form that gives back every byte as it was.
        body.appendString("\"valueBase64\":\"")
                .appendBytes(Base64.getEncoder().encode(newRecord.value()))
                .appendString("\"}");
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
