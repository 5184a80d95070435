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
                var parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
                for (var form : values()) {
                    if (parts[0].equals(form.mediaType) && Quality.of(parts) > bestQuality) {
                        best = form;
                        bestQuality = Quality.of(parts);
                    }
                }
            }
            return best;
        }

        /**
         * Returns what is accepted of a run that is not whole stored batches.
         *
         * @throws ProblemException if nothing but batches is
         */
        static Form acceptedOfRecords(@Nullable String accept) {
            var form = accepted(accept);
            if (form == BATCH) {
                throw new ProblemException(Problem.of(
                        406,
                        "not-acceptable",
                        "There is no such form of this answer",
                        "records of several batches come as " + NDJSON.mediaType + " or " + JSON.mediaType + ", not as "
                                + BATCH.mediaType));
            }
            return form;
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
