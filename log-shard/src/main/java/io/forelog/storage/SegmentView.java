package io.forelog.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A segment's index and the bytes that its positions are of: taken together, so that a reader never mixes those from
 * before with those from after archiving.
 *
 * @param file that the bytes are of
 * @param mapping of the index file, or null for one on the heap
 */
record SegmentView(
        Path file, SegmentIndex index, SegmentData data, @Nullable Mapping mapping) {

    /** Returns whether nothing is mapped any more; false while a CRC is being computed in it. */
    boolean close() {
        boolean done = mapping == null || mapping.close();
        return data.close() && done;
    }
}
