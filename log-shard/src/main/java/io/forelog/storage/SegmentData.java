package io.forelog.storage;

import java.nio.ByteBuffer;

/**
 * Where the bytes of a segment's batches are read from.
 *
 * <p>Safe for use by any thread.
 */
interface SegmentData {

    /** Returns a big-endian buffer, for absolute reads, with the whole of the batch at {@code position}. */
    ByteBuffer buffer(int position);

    /** Returns the position of that buffer's first byte. */
    int begin(int position);

    /**
     * Lets go of what is held. Whoever is reading gets an {@link IllegalStateException}, never a fault.
     *
     * @return false if a native call is reading just now: then it is to be called again
     */
    boolean close();
}
