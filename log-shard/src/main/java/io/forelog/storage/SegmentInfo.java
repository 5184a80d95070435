package io.forelog.storage;

import java.util.Optional;

/**
 * What is known of a segment without reading it.
 *
 * @param base offset of its first record
 * @param end offset after its last
 * @param state what became of it
 * @param batchBytes size of all its batches together
 * @param maxTimestamp its newest timestamp, in milliseconds
 * @param sha256 digest of all batches, one after another, in hexadecimal; empty while it is open. Where two
 *     replicas have a segment of the same offsets, they have the same digest
 */
public record SegmentInfo(
        long base, long end, SegmentState state, long batchBytes, long maxTimestamp, Optional<String> sha256) {}
