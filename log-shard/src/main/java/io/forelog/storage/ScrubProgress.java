package io.forelog.storage;

/**
 * How far the scrubber is.
 *
 * @param passes how often it has been through all segments
 * @param segmentsDone of the present pass
 * @param segmentsTotal of the present pass
 * @param bytesRead since the start
 * @param damagedSegments findings since the start
 */
public record ScrubProgress(long passes, long segmentsDone, long segmentsTotal, long bytesRead, long damagedSegments) {

    ScrubProgress read(long bytes) {
        return new ScrubProgress(passes, segmentsDone, segmentsTotal, bytesRead + bytes, damagedSegments);
    }

    ScrubProgress segment() {
        return new ScrubProgress(passes, segmentsDone + 1, segmentsTotal, bytesRead, damagedSegments);
    }

    ScrubProgress damaged() {
        return new ScrubProgress(passes, segmentsDone, segmentsTotal, bytesRead, damagedSegments + 1);
    }
}
