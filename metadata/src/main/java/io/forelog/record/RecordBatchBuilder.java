package io.forelog.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Gathers records into one batch. Its base offset is 0 and its leader epoch -1 until whoever appends it sets
 * them; without {@link #producer} there is none.
 *
 * <p>Confined to one thread. Used once: after {@link #build} it takes no more records.
 */
public final class RecordBatchBuilder {

    private static final int NO_PRODUCER = -1;

    private final Compression compression;
    private byte[] plain = new byte[512];
    private int size;
    private int count;
    private long baseTimestamp;
    private long maxTimestamp = Long.MIN_VALUE;
    private long producerId = NO_PRODUCER;
    private short producerEpoch = NO_PRODUCER;
    private int sequence = NO_PRODUCER;
    private boolean built;

    public RecordBatchBuilder(Compression compression) {
        this.compression = compression;
    }

    /** Returns an uncompressed batch of {@code records}. */
    public static RecordBatch of(List<LogRecord> records) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        records.forEach(builder::add);
        return builder.build();
    }

    /**
     * Adds a record after the others.
     *
     * @throws IllegalArgumentException if the batch would have more than {@link RecordBatch#PLAIN_BYTES_MAX} bytes
     *     of records; nothing was added
     */
    public RecordBatchBuilder add(LogRecord record) {
        if (built) {
            throw new IllegalStateException("the batch is built");
        }
        long base = count == 0 ? record.timestamp() : baseTimestamp;
        var names = texts(record);
        long body = bodyBytes(record, names, record.timestamp() - base);
        if (size + body + Varints.size(body) > RecordBatch.PLAIN_BYTES_MAX) {
            throw new IllegalArgumentException("a batch of " + size + " bytes has no room for a record of " + body
                    + ", its bound is " + RecordBatch.PLAIN_BYTES_MAX);
        }
        reserve((int) body + Varints.size(body));
        baseTimestamp = base;
        maxTimestamp = Math.max(maxTimestamp, record.timestamp());
        write(record, names, (int) body);
        count++;
        return this;
    }

    /**
     * Marks the batch as an idempotent producer's.
     *
     * @param id at least 0
     * @param sequence the producer's number for the first record
     */
    public RecordBatchBuilder producer(long id, short epoch, int sequence) {
        this.producerId = id;
        this.producerEpoch = epoch;
        this.sequence = sequence;
        return this;
    }

    /** Returns the size of the batch so far, before compression. */
    public int sizeBytes() {
        return BatchLayout.RECORDS + size;
    }

    public int count() {
        return count;
    }

    /** @throws IllegalStateException if no record was added */
    public RecordBatch build() {
        if (count == 0) {
            throw new IllegalStateException("a batch has at least one record");
        }
        built = true;
        byte[] records = compression == Compression.NONE ? plain : Codec.compress(compression, plain, size);
        int length = compression == Compression.NONE ? size : records.length;
        var target = ByteBuffer.allocate(BatchLayout.RECORDS + length);
        target.putInt(BatchLayout.LENGTH, target.capacity() - BatchLayout.LENGTH_COUNTS_FROM)
                .putInt(BatchLayout.LEADER_EPOCH, -1)
                .put(BatchLayout.MAGIC, BatchLayout.MAGIC_V2)
                .putShort(BatchLayout.ATTRIBUTES, (short) compression.id())
                .putInt(BatchLayout.LAST_OFFSET_DELTA, count - 1)
                .putLong(BatchLayout.BASE_TIMESTAMP, baseTimestamp)
                .putLong(BatchLayout.MAX_TIMESTAMP, maxTimestamp)
                .putLong(BatchLayout.PRODUCER_ID, producerId)
                .putShort(BatchLayout.PRODUCER_EPOCH, producerEpoch)
                .putInt(BatchLayout.BASE_SEQUENCE, sequence)
                .putInt(BatchLayout.COUNT, count)
                .put(BatchLayout.RECORDS, records, 0, length);
        var crc = new CRC32C();
        crc.update(target.array(), BatchLayout.ATTRIBUTES, target.capacity() - BatchLayout.ATTRIBUTES);
        target.putInt(BatchLayout.CRC, (int) crc.getValue());
        return RecordBatch.wrap(target);
    }

    private void write(LogRecord record, byte[][] texts, int body) {
        int at = Varints.write(plain, size, body);
        plain[at++] = 0;
        at = Varints.write(plain, at, record.timestamp() - baseTimestamp);
        at = Varints.write(plain, at, count);
        byte[] key = record.key();
        at = key == null ? Varints.write(plain, at, -1) : writeText(at, key);
        at = writeText(at, record.value());
        at = Varints.write(plain, at, record.headers().size());
        for (byte[] text : texts) {
            at = writeText(at, text);
        }
        size = at;
    }

    private int writeText(int at, byte[] text) {
        int from = Varints.write(plain, at, text.length);
        System.arraycopy(text, 0, plain, from, text.length);
        return from + text.length;
    }

    private long bodyBytes(LogRecord record, byte[][] texts, long timestampDelta) {
        byte[] key = record.key();
        long body = 1L
                + Varints.size(timestampDelta)
                + Varints.size(count)
                + (key == null ? Varints.size(-1) : textBytes(key))
                + textBytes(record.value())
                + Varints.size(record.headers().size());
        for (byte[] text : texts) {
            body += textBytes(text);
        }
        return body;
    }

    private static long textBytes(byte[] text) {
        return (long) Varints.size(text.length) + text.length;
    }

    /** Returns the headers' names and values in turn. */
    private static byte[][] texts(LogRecord record) {
        byte[][] texts = new byte[record.headers().size() * 2][];
        int at = 0;
        for (var header : record.headers()) {
            texts[at++] = header.name().getBytes(StandardCharsets.UTF_8);
            texts[at++] = header.value().getBytes(StandardCharsets.UTF_8);
        }
        return texts;
    }

    private void reserve(int more) {
        if (size + more > plain.length) {
            plain = Arrays.copyOf(plain, Math.max(size + more, plain.length * 2));
        }
    }
}
