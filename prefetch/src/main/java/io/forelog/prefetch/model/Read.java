package io.forelog.prefetch.model;

/** The read that is being learnt from, in the model's numbers. Reused from read to read. */
final class Read {

    /** What the reader is known by. */
    int reader;

    long key;
    /** What the calendar says: milliseconds since some midnight. */
    long millis;
    /** Number of the key. */
    int id;
    /** How long ago the key was read before, as {@link AccessModel#age} tells it. */
    int age;
    /** Numbers of the keys that this reader read before, or {@link KeyTable#NONE}. */
    int before1;

    int before2;
    int before3;
    /** How many of the reader's reads a fetch takes: guesses nearer than that come too late. */
    int late;
    /** The three keys of this reader from which a guess of this read would have been in time; unset if late is 0. */
    int delayed1;

    int delayed2;
    int delayed3;
    /** How many reads of all readers a fetch takes. */
    double lateTicks;
    /** Ordinal of the read. */
    long tick;
}
