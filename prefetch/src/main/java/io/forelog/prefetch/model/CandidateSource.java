package io.forelog.prefetch.model;

/** Learns from each read in turn, and guesses what will be read after it. */
interface CandidateSource {

    /** Learns from a read; called before {@link #guess} for the same read. */
    void observe(Read read);

    /** Adds guesses of what follows the read; their cells are {@code firstCell + 0..cells-1}. */
    void guess(Read read, Guesses guesses);

    /** Returns how many cells this source sorts its guesses into. */
    int cells();

    /** Returns the memory that it takes besides the tables that it shares with others. */
    long bytes();
}
