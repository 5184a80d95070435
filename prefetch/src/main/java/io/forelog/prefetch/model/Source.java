package io.forelog.prefetch.model;

/** Where a guess comes from; each can be switched off in the configuration. */
public enum Source {
    /** Runs of neighbouring keys, up or down. */
    STREAM,
    /** The keys that followed the reader's last one, two or three keys. */
    MARKOV,
    /** The keys that followed them as many of the reader's reads later as a fetch takes. */
    DELAYED_MARKOV,
    /** What is likely to follow the likely next keys, as many steps ahead as a fetch takes. */
    LOOK_AHEAD,
    /** The keys that are read within a window of each other. */
    CO_ACCESS,
    /** The keys that were read at this time of the last day. */
    HOUR_OF_DAY
}
