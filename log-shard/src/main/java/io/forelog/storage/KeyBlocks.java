package io.forelog.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Which records of the open segment have a key with a given 32-bit hash: hash chains in blocks of records. A
 * block's chains link 16-bit numbers within the block, so that an entry costs 8 bytes (hash 4, link 2, head 2).
 * Blocks double in size up to {@value #BLOCK_MAX} records, so at most as much again is allocated ahead, and
 * nothing is ever rehashed under a reader.
 *
 * <p>One thread adds; any thread may look up meanwhile.
 */
final class KeyBlocks {

    private static final int BLOCK_MIN = 256;
    private static final int BLOCK_MAX = 1 << 15;
    private static final VarHandle HEAD = MethodHandles.arrayElementVarHandle(char[].class);

    private volatile Block[] blocks = {};

    /** Records {@code first} to {@code first + capacity}, exclusive; links are one more than a number, 0 is none. */
    private record Block(int first, int[] hashes, char[] links, char[] heads) {

        static Block of(int first, int capacity) {
            return new Block(first, new int[capacity], new char[capacity], new char[capacity]);
        }

        int end() {
            return first + hashes.length;
        }

        void add(int record, int hash) {
            int at = record - first;
            int bucket = hash & (heads.length - 1);
            hashes[at] = hash;
            links[at] = (char) HEAD.getAcquire(heads, bucket);
            HEAD.setRelease(heads, bucket, (char) (at + 1));
        }

        /** Returns the number in this block after {@code link} in its chain with that hash, or -1. */
        int follow(int link, int hash) {
            int at = link - 1;
            while (at >= 0 && hashes[at] != hash) {
                at = links[at] - 1;
            }
            return at;
        }

        int newest(int hash) {
            return follow((char) HEAD.getAcquire(heads, hash & (heads.length - 1)), hash);
        }
    }

    /** Adds a record; numbers ascend, and may leave out those without a key. */
    void add(int record, int hash) {
        var last = blocks.length == 0 ? null : blocks[blocks.length - 1];
        while (last == null || record >= last.end()) {
            int first = last == null ? 0 : last.end();
            int capacity = Math.clamp(Integer.highestOneBit(Math.max(first, 1)), BLOCK_MIN, BLOCK_MAX);
            last = Block.of(first, capacity);
            var more = Arrays.copyOf(blocks, blocks.length + 1);
            more[blocks.length] = last;
            blocks = more;
        }
        last.add(record, hash);
    }

    /** Returns the newest record below {@code below} with that hash, or -1. */
    int newest(int hash, int below) {
        var all = blocks;
        for (int i = all.length - 1; i >= 0; i--) {
            var block = all[i];
            if (block.first >= below) {
                continue;
            }
            int at = block.newest(hash);
            while (at >= 0 && block.first + at >= below) {
                at = block.follow(block.links[at], hash);
            }
            if (at >= 0) {
                return block.first + at;
            }
        }
        return -1;
    }

    /** Returns up to {@code max} records in [from, below) with that hash, from the newest or from the oldest on. */
    int[] candidates(int hash, int from, int below, int max, boolean newestFirst) {
        var all = blocks;
        int[] found = {};
        for (int i = 0; i < all.length && found.length < max; i++) {
            var block = all[newestFirst ? all.length - 1 - i : i];
            if (block.first < below && block.end() > from) {
                found = append(found, chain(block, hash, from, below, newestFirst), max);
            }
        }
        return found;
    }

    private static int[] chain(Block block, int hash, int from, int below, boolean newestFirst) {
        int[] found = new int[16];
        int count = 0;
        for (int at = block.newest(hash);
                at >= 0 && block.first + at >= from;
                at = block.follow(block.links[at], hash)) {
            if (block.first + at < below) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, count * 2);
                }
                found[count++] = block.first + at;
            }
        }
        int[] all = Arrays.copyOf(found, count);
        if (!newestFirst) {
            for (int i = 0; i < count / 2; i++) {
                int swap = all[i];
                all[i] = all[count - 1 - i];
                all[count - 1 - i] = swap;
            }
        }
        return all;
    }

    private static int[] append(int[] found, int[] more, int max) {
        int count = Math.min(max, found.length + more.length);
        int[] both = Arrays.copyOf(found, count);
        System.arraycopy(more, 0, both, found.length, count - found.length);
        return both;
    }

    /** Gives every entry to {@code sink}, in no order: the hash in the upper half, the record in the lower. */
    void forEach(LongConsumer sink) {
        for (var block : blocks) {
            for (int bucket = 0; bucket < block.heads.length; bucket++) {
                int at = (char) HEAD.getAcquire(block.heads, bucket) - 1;
                for (; at >= 0; at = block.links[at] - 1) {
                    sink.accept((long) block.hashes[at] << 32 | (block.first + at));
                }
            }
        }
    }
}
