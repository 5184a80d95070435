package io.forelog.storage;

import java.nio.ByteBuffer;

/**
 * A split block Bloom filter, as Parquet's specification has it (after Putze, Sanders and Singler, "Cache-, Hash-
 * and Space-Efficient Bloom Filters", WEA 2007): each key sets one bit in each of the eight words of one 32-byte
 * block, so that a look-up touches one cache line. With {@value #BITS_PER_KEY} bits a key about 0.5 % of absent
 * keys pass.
 */
final class BloomFilter {

    static final int BLOCK_BYTES = 32;
    private static final int BITS_PER_KEY = 12;
    private static final int WORDS = 8;
    private static final int[] SALT = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private BloomFilter() {}

    /** Returns how many blocks a filter for so many keys has. */
    static int blocks(int keys) {
        return (int) Math.max(1, ((long) keys * BITS_PER_KEY + BLOCK_BYTES * 8 - 1) / (BLOCK_BYTES * 8));
    }

    /** Puts a key's hash into the filter of {@code blocks} blocks that begins at {@code at}. */
    static void add(ByteBuffer filter, int at, int blocks, int hash) {
        long mixed = mix(hash);
        int block = block(mixed, at, blocks);
        for (int word = 0; word < WORDS; word++) {
            int place = block + word * Integer.BYTES;
            filter.putInt(place, filter.getInt(place) | bit(mixed, word));
        }
    }

    static boolean mayHold(ByteBuffer filter, int at, int blocks, int hash) {
        long mixed = mix(hash);
        int block = block(mixed, at, blocks);
        for (int word = 0; word < WORDS; word++) {
            int bit = bit(mixed, word);
            if ((filter.getInt(block + word * Integer.BYTES) & bit) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Spreads 32 bits over 64, so that block and bits depend on all of them (the finalizer of SplitMix64). */
    private static long mix(int hash) {
        long mixed = (hash & 0xffffffffL) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    private static int block(long mixed, int at, int blocks) {
        return at + (int) (((mixed >>> 32) * blocks) >>> 32) * BLOCK_BYTES;
    }

    private static int bit(long mixed, int word) {
        return 1 << (((int) mixed * SALT[word]) >>> 27);
    }
}
