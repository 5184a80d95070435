package io.forelog.prefetch.model;

/** Learns from each read in turn, and guesses what will be read after it. */
interface CandidateSource {

    /** Learns from a read; called before {@link #guess} for the same read. */
    void observe(Read read);

    /** Adds guesses of what follows the read. */
    void guess(Read read, Guesses guesses);

    /** Returns how many confidence cells this source uses; its guesses carry {@code firstCell + 0..cells-1}. */
    int cells();

    /** Returns the memory that it takes. */
    long bytes();
}
