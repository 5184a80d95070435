package io.forelog.loadgen.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Values that know which record they belong to: its number, then letters that hardly compress. */
final class Payload {

    static final int NUMBER_BYTES = Long.BYTES;

    private static final long SEED = 42;

    private final byte[] letters;

    Payload(int bytes) {
        letters = new byte[bytes];
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < bytes; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
    }

    int length() {
        return letters.length;
    }

    /** Returns a new array, for clients keep what they are given. */
    byte[] of(long number) {
        var value = letters.clone();
        ByteBuffer.wrap(value).putLong(number);
        return value;
    }

    /** @throws IllegalStateException if {@code value} is not that of this record */
    void check(long number, byte[] value) {
        if (value.length != letters.length || ByteBuffer.wrap(value).getLong() != number) {
            throw new IllegalStateException(
                    "record " + number + " of " + letters.length + " bytes came back as " + value.length + " bytes"
                            + (value.length < NUMBER_BYTES
                                    ? ""
                                    : " of record " + ByteBuffer.wrap(value).getLong()));
        }
    }
}
