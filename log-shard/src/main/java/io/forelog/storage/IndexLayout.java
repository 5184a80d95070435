package io.forelog.storage;

/**
 * Where the parts of a segment's index file are. Little-endian; the header's fields first, then each part at a
 * multiple of eight.
 *
 * <p>Header and body have a CRC32C each: a damaged index is noticed and built anew from the segment.
 *
 * @param batches how many batches
 * @param total how many records
 * @param keys how many records with a key
 * @param bucketBits the keys' directory has two to the power of it buckets
 * @param producers how many producers
 */
record IndexLayout(int batches, int total, int keys, int bucketBits, int producers) {

    static final long MAGIC = 0x315844494c464f46L;
    static final int VERSION = 1;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 8;
    static final int AT_FLAGS = 12;
    static final int AT_BASE = 16;
    static final int AT_END = 24;
    static final int AT_DATA_END = 32;
    static final int AT_BATCHES = 40;
    static final int AT_KEYS = 44;
    static final int AT_BUCKET_BITS = 48;
    static final int AT_PRODUCERS = 52;
    static final int AT_MAX_TIMESTAMP = 56;
    static final int AT_BATCH_BYTES = 64;
    static final int AT_CYCLE = 72;
    static final int AT_FIRST_CRC = 76;
    static final int AT_DIGEST = 80;
    static final int DIGEST_BYTES = 32;
    static final int AT_FILE_CRC = 112;
    static final int AT_BODY_CRC = 116;
    static final int AT_HEADER_CRC = 120;
    /** Where begins what the body's CRC covers: right behind the header's, so that no byte is left out. */
    static final int BODY = AT_HEADER_CRC + Integer.BYTES;

    static final int HEADER_BYTES = 128;

    /** More followed in the segment's file that could not be read. */
    static final int FLAG_DAMAGED = 1;
    /** Positions count the bytes of the batches alone: the segment's file is in the archive. */
    static final int FLAG_ARCHIVED = 2;

    static final int PRODUCER_BYTES = 32;

    private static final int KEYS_PER_BUCKET = 8;

    static IndexLayout of(int batches, int total, int keys, int producers) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(keys / KEYS_PER_BUCKET);
        return new IndexLayout(batches, total, keys, Math.clamp(bits, 1, 24), producers);
    }

    int firstRecords() {
        return HEADER_BYTES;
    }

    int positions() {
        return firstRecords() + even(batches) * Integer.BYTES;
    }

    int times() {
        return positions() + even(batches) * Integer.BYTES;
    }

    int marks() {
        return times() + TimeGroups.groups(batches) * Long.BYTES;
    }

    int markCount() {
        return (total + SegmentIndex.RECORDS_PER_MARK - 1) / SegmentIndex.RECORDS_PER_MARK;
    }

    int directory() {
        return marks() + even(markCount()) * Integer.BYTES;
    }

    int hashes() {
        return directory() + ((1 << bucketBits) + 2) * Integer.BYTES;
    }

    int records() {
        return hashes() + even(keys) * Integer.BYTES;
    }

    int bloom() {
        return records() + even(keys) * Integer.BYTES;
    }

    int bloomBlocks() {
        return BloomFilter.blocks(keys);
    }

    int producersAt() {
        return bloom() + bloomBlocks() * BloomFilter.BLOCK_BYTES;
    }

    int sizeBytes() {
        return producersAt() + producers * PRODUCER_BYTES;
    }

    int bucketOf(int hash) {
        return (hash ^ Integer.MIN_VALUE) >>> (Integer.SIZE - bucketBits);
    }

    private static int even(int count) {
        return (count + 1) & ~1;
    }
}
