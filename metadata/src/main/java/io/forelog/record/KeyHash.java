package io.forelog.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/** Where a key lies in the 64-bit hash space: XXH64 with seed 0 of the key, or of its locality prefix. */
public final class KeyHash {

    private static final XXHash64 XXH64 = XXHashFactory.fastestJavaInstance().hash64();

    private KeyHash() {}

    /** Returns the unsigned hash of the whole of {@code key}. */
    public static long of(byte[] key) {
        return XXH64.hash(key, 0, key.length, 0);
    }

    /** Returns the same of a key that lies in {@code bytes}, without copying it. */
    public static long of(ByteBuffer bytes, int keyAt, int keyLength) {
        return XXH64.hash(bytes, keyAt, keyLength, 0);
    }

    /**
     * Returns the unsigned hash of the part of {@code key} before the first {@code delimiter}, or of the whole
     * key where there is no delimiter or the key does not hold it.
     */
    public static long of(byte[] key, @Nullable String delimiter) {
        return XXH64.hash(key, 0, prefixLength(key, delimiter), 0);
    }

    /** Returns how many leading bytes of {@code key} are its locality prefix. */
    public static int prefixLength(byte[] key, @Nullable String delimiter) {
        if (delimiter == null || delimiter.isEmpty()) {
            return key.length;
        }
        byte[] end = delimiter.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at + end.length <= key.length; at++) {
            if (startsWith(key, at, end)) {
                return at;
            }
        }
        return key.length;
    }

    private static boolean startsWith(byte[] key, int at, byte[] end) {
        for (int i = 0; i < end.length; i++) {
            if (key[at + i] != end[i]) {
                return false;
            }
        }
        return true;
    }
}
