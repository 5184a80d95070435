package io.forelog.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** API keys as text: {@code flk_ID_SECRET}. */
public final class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 6;
    private static final Pattern FORM = Pattern.compile("flk_([0-9a-z]{1,32})_([A-Za-z0-9_-]{43})");

    /** A key in two parts. */
    public record Secret(String id, String secret) {

        /** Returns the key as its holder sends it. */
        public String text() {
            return "flk_" + id + "_" + secret;
        }

        /** Returns what is kept of it. */
        public String hash() {
            return Secrets.hash(secret);
        }

        /** Says nothing of the secret: a log line is no place for it. */
        @Override
        public String toString() {
            return "flk_" + id + "_…";
        }
    }

    private Secrets() {}

    public static Secret create() {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return create(HexFormat.of().formatHex(id));
    }

    static Secret create(String id) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return new Secret(id, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Returns the key that {@code text} is, or null if it has not the form of one. */
    static @Nullable Secret parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() ? new Secret(matcher.group(1), matcher.group(2)) : null;
    }

    static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Compares in a time that does not tell how much agrees. */
    static boolean same(String hash, String other) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
