package io.forelog.loadgen.load;

/** When each of the last million records was meant to be appended, for who sees it arrive at the tail. */
final class IntendedStarts {

    private static final int RECORDS = 1 << 20;

    private final long[] nanos;

    /** @param kept whether anyone will ask; if not, nothing is kept */
    IntendedStarts(boolean kept) {
        nanos = new long[kept ? RECORDS : 0];
    }

    void put(int firstNumber, int count, long intendedNanos) {
        for (int i = 0; i < count && nanos.length > 0; i++) {
            nanos[(firstNumber + i) & (RECORDS - 1)] = intendedNanos;
        }
    }

    /** Returns when it was meant to start, given that it is among the last million. */
    long of(int number) {
        return nanos[number & (RECORDS - 1)];
    }
}
