package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import io.forelog.error.RecordTooLargeException;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Record batches as a caller sent them, held to what the contract says of records: what came as JSON was held to it
 * while it was parsed.
 */
final class BatchChecks {

    private static final JsonFactory JSON = new JsonFactory();
    private static final long NO_PRODUCER = -1;

    private final int valueBytesMax;
    private final int recordsMax;

    BatchChecks(int valueBytesMax, int recordsMax) {
        this.valueBytesMax = valueBytesMax;
        this.recordsMax = recordsMax;
    }

    /** Returns the batches of a body, at least one record in them, all verified. */
    List<RecordBatch> parse(byte[] body) {
        try {
            var batches = RecordBatch.parseAll(ByteBuffer.wrap(body));
            int count = 0;
            for (var batch : batches) {
                if (batch.producerId() != NO_PRODUCER) {
                    throw ProblemException.badRequest("a batch's producer id is -1, not " + batch.producerId()
                            + "; the producer headers tell who appends");
                }
                count += batch.count();
            }
            if (count == 0) {
                throw ProblemException.badRequest("there is no record in the body");
            }
            if (count > recordsMax) {
                throw new ProblemException(Problem.of(
                        413,
                        "request-too-large",
                        "The request is too large",
                        "an append has at most " + recordsMax + " records, not " + count));
            }
            batches.forEach(batch -> batch.verifyKept((index, timestamp, record) -> requireFits(timestamp, record)));
            return batches;
        } catch (CorruptBatchException e) {
            throw ProblemException.badRequest("the body is not record batches: " + e.getMessage());
        }
    }

    private void requireFits(long timestamp, RecordView record) {
        if (record.valueLength() > valueBytesMax) {
            throw new RecordTooLargeException(
                    "a value of this log has at most " + valueBytesMax + " bytes, not " + record.valueLength());
        }
        if (record.keyLength() > RecordReader.KEY_BYTES_MAX) {
            throw new RecordTooLargeException(
                    "a key has at most " + RecordReader.KEY_BYTES_MAX + " bytes, not " + record.keyLength());
        }
        if (timestamp < 0) {
            throw ProblemException.badRequest("a timestamp is not below 0, as " + timestamp);
        }
        if (record.headerCount() > RecordReader.HEADERS_MAX + 1) {
            throw tooManyHeaders(record.headerCount());
        }
        if (record.headerCount() > 0) {
            requireHeadersFit(record.copy());
        }
    }

    private static void requireHeadersFit(LogRecord record) {
        RecordReader.requireHeadersFit(record.headers());
        // Where a value's type stands among them, it is not one that the caller set.
        long own = record.headers().stream()
                .filter(header -> !header.name().equals(LogRecord.CONTENT_TYPE))
                .count();
        if (own > RecordReader.HEADERS_MAX) {
            throw tooManyHeaders(own);
        }
        for (var header : record.headers()) {
            if (header.name().equals(LogRecord.CONTENT_TYPE)) {
                requireContentType(header.value(), record.value());
            } else if (header.name().isEmpty() || header.name().startsWith(":")) {
                throw ProblemException.badRequest(
                        "a header's name is not empty and does not begin with ':', as '" + header.name() + "'");
            }
        }
    }

    private static ProblemException tooManyHeaders(long count) {
        return ProblemException.badRequest(
                "a record has at most " + RecordReader.HEADERS_MAX + " headers, not " + count);
    }

    private static void requireContentType(String type, byte[] value) {
        if (!type.matches("[\\x21-\\x7e]+/[\\x20-\\x7e]+")) {
            throw ProblemException.badRequest(LogRecord.CONTENT_TYPE + " is TYPE/SUBTYPE in ASCII, not '" + type + "'");
        }
        if (type.equals(RecordReader.JSON)) {
            // It is put into answers as it stands: what is not JSON would spoil the whole answer.
            try (var parser = JSON.createParser(value)) {
                if (parser.nextToken() == null) {
                    throw ProblemException.badRequest("a value said to be JSON is empty");
                }
                parser.skipChildren();
                if (parser.nextToken() != null) {
                    throw ProblemException.badRequest("a value said to be JSON is more than one");
                }
            } catch (IOException e) {
                throw ProblemException.badRequest("a value said to be JSON is not: " + e.getMessage());
            }
        }
    }
}
