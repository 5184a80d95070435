package io.forelog.replication;

/** Is told for how long cutovers stop appends, and what they wait for meanwhile. Must not block. */
public interface PauseListener {

    /** What a cutover waits for, one after another; not each has all. */
    enum Part {
        /** The last entry of the shards that end is committed. Measured where they are led. */
        END,
        /** What these remember is known where their successors are led. */
        LEARN,
        /** So are the records that were not copied before. */
        COPY,
        /** The first entry of the successors is committed. */
        OPEN,
        /** The map names them, as far as their leader knows. */
        NAME
    }

    /** Nobody took a shard's appends for so long. */
    void paused(long nanos);

    /** So long a part of a cutover took. */
    void took(Part part, long nanos);
}
