package io.forelog.raft.wal;

/**
 * Where the live entries of a log are: index → (file, position, payload length, term, kind), 21 bytes each, dense, in a
 * circular array that doubles. Confined to the log's monitor.
 */
final class EntryIndex {

    private long[] files = new long[1024];
    private int[] positions = new int[1024];
    private int[] lengths = new int[1024];
    private int[] terms = new int[1024];
    private byte[] kinds = new byte[1024];
    private long first = 1;
    private long end = 1;

    /**
     * Place of an entry: the sequence of its file, its record's position there, its payload's length, its term and
     * kind.
     */
    record Location(long file, int position, int payloadBytes, int term, byte kind) {}

    long first() {
        return first;
    }

    /** Returns the index after the last entry. */
    long end() {
        return end;
    }

    boolean contains(long index) {
        return index >= first && index < end;
    }

    void add(Location location) {
        if (end - first == files.length) {
            grow();
        }
        var slot = slot(end);
        files[slot] = location.file();
        positions[slot] = location.position();
        lengths[slot] = location.payloadBytes();
        terms[slot] = location.term();
        kinds[slot] = location.kind();
        end++;
    }

    Location get(long index) {
        var slot = slot(checked(index));
        return new Location(files[slot], positions[slot], lengths[slot], terms[slot], kinds[slot]);
    }

    int term(long index) {
        return terms[slot(checked(index))];
    }

    void truncateFrom(long index) {
        end = Math.max(first, Math.min(end, index));
    }

    void truncateBelow(long index) {
        first = Math.max(first, Math.min(end, index));
    }

    void reset(long nextIndex) {
        first = nextIndex;
        end = nextIndex;
    }

    private long checked(long index) {
        if (!contains(index)) {
            throw new IndexOutOfBoundsException("entry " + index + " of " + first + " until " + end);
        }
        return index;
    }

    private int slot(long index) {
        return (int) (index & (files.length - 1));
    }

    private void grow() {
        var oldFiles = files;
        var oldPositions = positions;
        var oldLengths = lengths;
        var oldTerms = terms;
        var oldKinds = kinds;
        files = new long[oldFiles.length * 2];
        positions = new int[files.length];
        lengths = new int[files.length];
        terms = new int[files.length];
        kinds = new byte[files.length];
        for (var index = first; index < end; index++) {
            var from = (int) (index & (oldFiles.length - 1));
            var to = slot(index);
            files[to] = oldFiles[from];
            positions[to] = oldPositions[from];
            lengths[to] = oldLengths[from];
            terms[to] = oldTerms[from];
            kinds[to] = oldKinds[from];
        }
    }
}
