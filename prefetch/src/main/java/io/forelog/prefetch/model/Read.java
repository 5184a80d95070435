package io.forelog.prefetch.model;

/** The read that is being learnt from, in the model's numbers. Reused from read to read. */
final class Read {

    long reader;
    long key;
    /** Number of the key. */
    int id;
    /** Numbers of the keys that this reader read before, or {@link KeyTable#NONE}. */
    int before1;
    int before2;
    int before3;
    /** Numbers of the keys that any reader read before. */
    int global1;
    int global2;
    /** Keys of this reader so far before that a guess made then would have been in time: see MarkovSource. */
    int delayed1;
    int delayed2;
    int delayed3;
    int delay;
    /** Ordinal of the read. */
    long tick;
    /** How many of the reader's reads a fetch takes: guesses nearer than that come too late. */
    int stepsLate;
    /** How many reads of all readers a fetch takes. */
    double latencyTicks;
}
