package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run of records as NDJSON, or as one JSON document with what comes next. Not for use by several threads.
 */
final class RunWriter {

    /**
     * What a caller accepts. The form of the greatest weight wins; among equals the one that is named first goes before
     * those that only a range such as {@code application/*} covers, and of these NDJSON.
     */
    enum Form {
        NDJSON("application/x-ndjson"),
        JSON("application/json"),
        BATCH("application/vnd.forelog.batch");

        private static final String ANY = "*/*";
        private static final String ANY_APPLICATION = "application/*";

        private final String mediaType;

        Form(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }

        static Form accepted(@Nullable String accept) {
            var form = accepted(accept, List.of(values()));
            return form == null ? NDJSON : form;
        }

        /**
         * Returns what is accepted of a run that is not whole stored batches.
         *
         * @throws ProblemException if nothing but batches is
         */
        static Form acceptedOfRecords(@Nullable String accept) {
            var form = accepted(accept, List.of(NDJSON, JSON));
            if (form == null && accepted(accept) == BATCH) {
                throw new ProblemException(Problem.of(
                        406,
                        "not-acceptable",
                        "There is no such form of this answer",
                        "records of several batches come as " + NDJSON.mediaType + " or " + JSON.mediaType + ", not as "
                                + BATCH.mediaType));
            }
            return form == null ? NDJSON : form;
        }

        /** Returns which of the offered forms is accepted, or null if none is. */
        private static @Nullable Form accepted(@Nullable String accept, List<Form> offered) {
            if (accept == null) {
                return null;
            }
            var weights = new LinkedHashMap<String, Double>();
            for (var range : accept.toLowerCase(Locale.ROOT).split(",")) {
                var parts = range.strip().split("\\s*;\\s*", -1);
                weights.merge(parts[0], Quality.of(parts), Math::max);
            }
            var named = weights.keySet().stream()
                    .flatMap(type -> offered.stream().filter(form -> form.mediaType.equals(type)));
            Form best = null;
            double bestWeight = 0;
            for (var form : (Iterable<Form>) Stream.concat(named, offered.stream())::iterator) {
                double weight = form.weight(weights);
                if (weight > bestWeight) {
                    best = form;
                    bestWeight = weight;
                }
            }
            return best;
        }

        /** RFC 9110, 12.5.1: the most specific range that covers a type tells its weight. */
        private double weight(Map<String, Double> weights) {
            return Stream.of(mediaType, ANY_APPLICATION, ANY)
                    .filter(weights::containsKey)
                    .findFirst()
                    .map(weights::get)
                    .orElse(0.0);
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
