package io.forelog.loadgen.simulate;

/** Plain LRU without prefetch: what coverage is measured against. */
final class LruReference {

    private LruReference() {}

    /**
     * Returns how many reads a cache of {@code capacity} entries misses.
     *
     * @param numbers of the keys that are read, from 0, as {@link io.forelog.loadgen.trace.Trace#numbers} tells them
     * @param distinct how many different ones there are
     */
    static long misses(int[] numbers, int distinct, int capacity) {
        // A ring through its head, from the key read last to the one that leaves next; a key that is not in it is its
        // own neighbour.
        int head = distinct;
        var newer = new int[distinct + 1];
        var older = new int[distinct + 1];
        for (int number = 0; number <= distinct; number++) {
            newer[number] = number;
            older[number] = number;
        }
        long misses = 0;
        for (int number : numbers) {
            if (newer[number] == number) {
                if (++misses > capacity) {
                    unlink(newer[head], newer, older);
                }
            } else {
                unlink(number, newer, older);
            }
            older[number] = older[head];
            newer[number] = head;
            newer[older[head]] = number;
            older[head] = number;
        }
        return misses;
    }

    private static void unlink(int number, int[] newer, int[] older) {
        newer[older[number]] = newer[number];
        older[newer[number]] = older[number];
        newer[number] = number;
        older[number] = number;
    }
}
