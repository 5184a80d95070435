package io.forelog.loadgen.client;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Paths of the API, with what callers choose percent-encoded. */
final class Paths {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Paths() {}

    static String log(String log) {
        return "/v1/logs/" + encode(log);
    }

    static String shard(String log, int shard) {
        return log(log) + "/shards/" + shard;
    }

    /** Percent-encodes all but the unreserved characters of RFC 3986, section 2.3. */
    static String encode(String text) {
        if (text.chars().allMatch(Paths::unreserved)) {
            return text;
        }
        var encoded = new StringBuilder(text.length() * 2);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (unreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static boolean unreserved(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
    }
}
