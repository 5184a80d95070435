package io.forelog.record;

/** Protocol Buffers' zigzag varints, as records use them, into a growing byte array. */
final class Varints {

    private Varints() {}

    static int size(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    /** Writes {@code value} at {@code at} and returns where the next byte goes. */
    static int write(byte[] target, int at, long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }
}
