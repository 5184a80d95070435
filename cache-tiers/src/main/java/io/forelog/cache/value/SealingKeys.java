package io.forelog.cache.value;

import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a cluster, by id. To rotate: give every node the new key beside the current one, then make it current
 * everywhere, then drop the old one; what was sealed with it is a miss from then on.
 *
 * @param current the id of the key to seal with
 * @param keys every key that may still be met, the current one among them
 */
public record SealingKeys(int current, Map<Integer, SecretKey> keys) {

    private static final int KEY_BYTES = 32;

    public SealingKeys {
        keys = Map.copyOf(keys);
        if (!keys.containsKey(current)) {
            throw new IllegalArgumentException("sealing key " + current + " is current but not among " + keys.keySet());
        }
        keys.forEach((id, key) -> {
            var bytes = key.getEncoded();
            if (bytes == null || bytes.length != KEY_BYTES) {
                throw new IllegalArgumentException("sealing key " + id + " is not of 256 bits");
            }
        });
    }

    /** Returns one key of 32 bytes with its id. */
    public static SealingKeys of(int id, byte[] key) {
        return new SealingKeys(id, Map.of(id, new SecretKeySpec(key, "AES")));
    }

    @Nullable SecretKey key(int id) {
        return keys.get(id);
    }

    SecretKey currentKey() {
        return keys.get(current);
    }

    /** Tells the ids only: keys do not belong in a log. */
    @Override
    public String toString() {
        return "SealingKeys[current=" + current + ", ids=" + keys.keySet() + "]";
    }
}
