package io.forelog.storage;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Frames that were fetched from the archive, the least recently used put out beyond a bound in bytes. Two readers
 * that miss the same frame at once both fetch it.
 *
 * <p>Safe for use by any thread.
 */
final class FrameCache {

    private final long bytesMax;
    private final Map<Key, ByteBuffer> frames = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    FrameCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** A frame of an object; objects never change. */
    record Key(String object, int frame) {}

    ByteBuffer get(Key key, Supplier<ByteBuffer> fetch) {
        synchronized (this) {
            var known = frames.get(key);
            if (known != null) {
                return known;
            }
        }
        var fetched = fetch.get();
        put(key, fetched);
        return fetched;
    }

    private synchronized void put(Key key, ByteBuffer frame) {
        var before = frames.put(key, frame);
        bytes += frame.capacity() - (before == null ? 0 : before.capacity());
        var oldest = frames.values().iterator();
        while (bytes > bytesMax && oldest.hasNext()) {
            bytes -= oldest.next().capacity();
            oldest.remove();
        }
    }
}
