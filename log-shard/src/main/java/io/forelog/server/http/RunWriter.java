package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run of records as NDJSON, or as one JSON document with what comes next. Not for use by several threads.
 */
final class RunWriter {

    /** What a caller accepts; of those it names the weightiest and first wins, NDJSON if it names none. */
    enum Form {
        NDJSON("application/x-ndjson"),
        JSON("application/json"),
        BATCH("application/vnd.forelog.batch");

        private final String mediaType;

        Form(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }

        static Form accepted(@Nullable String accept) {
            if (accept == null) {
                return NDJSON;
            }
            var best = NDJSON;
            double bestQuality = 0;
            for (var range : accept.split(",")) {
                var parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
                for (var form : values()) {
                    if (parts[0].equals(form.mediaType) && quality(parts) > bestQuality) {
                        best = form;
                        bestQuality = quality(parts);
                    }
                }
            }
            return best;
        }

        /** RFC 9110, 12.4.2; a weight that is none counts as 1. */
        private static double quality(String[] parts) {
            for (var part : parts) {
                if (part.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                    return Double.parseDouble(part.substring(2));
                }
            }
            return 1;
        }
    }

    private final Form form;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final JsonGenerator json;
    private int count;

    RunWriter(Form form) {
        this.form = form;
        try {
            json = RecordWriter.generator(bytes);
            if (form == Form.JSON) {
                json.writeStartObject();
                json.writeArrayFieldStart("records");
            } else {
                json.setRootValueSeparator(null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(RecordAddress address, LogRecord record) {
        try {
            RecordWriter.write(address, record, json);
            if (form == Form.NDJSON) {
                json.writeRaw('\n');
            }
            count++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns how many bytes are written, but for those of the last record or two. */
    int bytes() {
        return bytes.size();
    }

    int count() {
        return count;
    }

    /**
     * Ends the run.
     *
     * @param next where to go on from, as a number or a text; null if there is no more
     */
    Buffer end(@Nullable Object next) {
        try {
            if (form == Form.JSON) {
                json.writeEndArray();
                json.writePOJOField("next", next);
                json.writeEndObject();
            }
            json.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
