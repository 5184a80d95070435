package io.forelog.loadgen.load;

/** Records that a load may read. */
interface ReadTargets {

    /** Returns how many there are. */
    int size();

    /** Returns the record of this rank, 0 being meant as the most popular; {@code rank} is below {@link #size}. */
    Target target(int rank);

    /**
     * A record to be read.
     *
     * @param number its number among this run's, by which its value is known; -1 if another run appended it
     */
    record Target(int shard, long offset, int number) {}
}
