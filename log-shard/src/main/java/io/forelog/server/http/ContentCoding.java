package io.forelog.server.http;

import com.github.luben.zstd.Zstd;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How an answer of many records is compressed on its way. Single values go as they stand: their bytes are the record,
 * and their {@code ETag} and ranges are of those bytes.
 *
 * <p>{@link #encode} takes milliseconds for a megabyte: not for an event loop.
 */
enum ContentCoding {
    IDENTITY("identity"),
    ZSTD("zstd"),
    GZIP("gzip"),
    DEFLATE("deflate");

    /** Less than this gains nothing: it fits into one packet as it is. */
    static final int BYTES_MIN = 1024;

    private static final int ZSTD_LEVEL = 1;
    private static final List<ContentCoding> PREFERRED = List.of(ZSTD, GZIP, DEFLATE, IDENTITY);

    private final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }

    /**
     * Returns the coding with the greatest weight that {@code Accept-Encoding} gives; among equals the one that takes
     * the least of time and bytes. {@code IDENTITY} where it says nothing, or allows nothing that is known here.
     */
    static ContentCoding accepted(@Nullable String acceptEncoding) {
        if (acceptEncoding == null || acceptEncoding.isBlank()) {
            return IDENTITY;
        }
        var best = IDENTITY;
        double bestWeight = 0;
        for (var coding : PREFERRED) {
            double weight = weight(acceptEncoding, coding);
            if (weight > bestWeight) {
                best = coding;
                bestWeight = weight;
            }
        }
        return best;
    }

    private static double weight(String acceptEncoding, ContentCoding coding) {
        double other = coding == IDENTITY ? 1e-4 : 0;
        for (var element : acceptEncoding.split(",")) {
            var parts = element.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
            if (parts[0].equals(coding.token) || parts[0].equals("x-gzip") && coding == GZIP) {
                return Quality.of(parts);
            }
            if (parts[0].equals("*") && coding != IDENTITY) {
                other = Quality.of(parts);
            }
        }
        return other;
    }

    /** An answer's bytes and how they are coded. */
    record Encoded(Buffer content, ContentCoding coding) {}

    /** Codes {@code content}, unless it is small. */
    Encoded encode(Buffer content) {
        if (this == IDENTITY || content.length() < BYTES_MIN) {
            return new Encoded(content, IDENTITY);
        }
        return new Encoded(Buffer.buffer(compress(content.getBytes())), this);
    }

    private byte[] compress(byte[] plain) {
        if (this == ZSTD) {
            return Zstd.compress(plain, ZSTD_LEVEL);
        }
        var packed = new ByteArrayOutputStream(plain.length / 4);
        try (var out = this == GZIP
                ? new FastGzip(packed)
                : new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_SPEED))) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
