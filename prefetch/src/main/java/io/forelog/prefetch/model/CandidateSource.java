package io.forelog.prefetch.model;

/**
 * Learns from each read in turn, and guesses what will be read after it. A class, since each read calls all sources
 * twice, and which method of an interface is meant takes longer to find out.
 */
abstract class CandidateSource {

    /** Learns from a read; called before {@link #guess} for the same read. */
    abstract void observe(Read read);

    /** Adds guesses of what follows the read; their cells are {@code firstCell + 0..cells-1}. */
    abstract void guess(Read read, Guesses guesses);

    /** Returns how many cells this source sorts its guesses into. */
    abstract int cells();

    /** Returns the memory that it takes besides the tables that it shares with others. */
    abstract long bytes();
}
