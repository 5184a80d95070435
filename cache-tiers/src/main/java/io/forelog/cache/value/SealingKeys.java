package io.forelog.cache.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
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
    private static final int PROOF_BYTES = 16;
    private static final Pattern LINE = Pattern.compile("(\\d{1,9}) +([0-9a-fA-F]{64})");

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

    /**
     * Reads keys from lines of a number, a space and 64 hexadecimal digits; the first is the current one. Empty lines
     * and those that begin with # are passed over.
     *
     * @throws IllegalArgumentException if that is not what {@code text} is; the message names the line, not its content
     */
    public static SealingKeys parse(String text) {
        var keys = new LinkedHashMap<Integer, SecretKey>();
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            var parts = LINE.matcher(line.strip());
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "line " + number + " is not a number, a space and 64 hexadecimal digits");
            }
            var key = new SecretKeySpec(HexFormat.of().parseHex(parts.group(2)), "AES");
            if (keys.putIfAbsent(Integer.parseInt(parts.group(1)), key) != null) {
                throw new IllegalArgumentException("line " + number + " gives key " + parts.group(1) + " again");
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it holds no key");
        }
        return new SealingKeys(keys.firstEntry().getKey(), keys);
    }

    /**
     * Returns the key that follows from a secret of the cluster, by HKDF with SHA-256 (RFC 5869). Its id follows from
     * the secret too, so that what was sealed under another secret is told apart.
     */
    public static SealingKeys derived(String cluster, String secret) {
        var derived = ByteBuffer.wrap(derive(cluster, secret, "forelog shared caches", KEY_BYTES + Integer.BYTES));
        var key = new byte[KEY_BYTES];
        derived.get(key);
        return of(derived.getInt(), key);
    }

    /**
     * Returns 32 hexadecimal digits that only those can tell who know the cluster's secret, and that tell nothing of it
     * or of the keys that follow from it.
     */
    public static String proof(String cluster, String secret) {
        return HexFormat.of().formatHex(derive(cluster, secret, "forelog regional members", PROOF_BYTES));
    }

    private static byte[] derive(String cluster, String secret, String purpose, int length) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret.getBytes(StandardCharsets.UTF_8))
                            .addSalt(cluster.getBytes(StandardCharsets.UTF_8))
                            .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot do HKDF with SHA-256", e);
        }
    }

    @Nullable
    SecretKey key(int id) {
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
