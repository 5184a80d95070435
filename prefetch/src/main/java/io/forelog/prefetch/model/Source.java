package io.forelog.prefetch.model;

/** Where a guess comes from; each can be switched off in the configuration. */
public enum Source {
    /** Runs of neighbouring keys, up or down. */
    STREAM,
    /** The keys that followed the reader's last one, two or three keys. */
    READER_MARKOV,
    /** The keys that followed in the mixed order of all readers. */
    GLOBAL_MARKOV,
    /** The keys that followed the reader's keys after as many reads as a fetch takes. */
    DELAYED_MARKOV,
    /** The keys that are read within a window of each other. */
    CO_ACCESS,
    /** What is likely to follow the likely next key. */
    LOOK_AHEAD
}
