package io.forelog.record;

import java.util.Locale;

/** How the records of a batch are compressed; the number is the one in the batch's attributes. */
public enum Compression {
    NONE(0),
    GZIP(1),
    SNAPPY(2),
    LZ4(3),
    ZSTD(4);

    private final int id;

    Compression(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /** @throws IllegalArgumentException if no compression has this number */
    public static Compression of(int id) {
        for (var compression : values()) {
            if (compression.id == id) {
                return compression;
            }
        }
        throw new IllegalArgumentException("no compression has the number " + id);
    }

    /** @throws IllegalArgumentException if {@code name} is not a compression's; the message lists them */
    public static Compression parse(String name) {
        for (var compression : values()) {
            if (compression.toString().equals(name)) {
                return compression;
            }
        }
        throw new IllegalArgumentException("compression is none, gzip, snappy, lz4 or zstd, not '" + name + "'");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
