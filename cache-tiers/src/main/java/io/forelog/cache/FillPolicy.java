package io.forelog.cache;

/**
 * Into which tiers the records of a log are copied, and when.
 *
 * @param critical whether the global tier takes every record of the log, not only those hot in several regions
 * @param readThrough whether a record that was read from its shard is copied into the shared tiers; false for a log
 *     that is only ever read once, whose records would push out better ones
 * @param writeThrough whether a record is copied into the shared tiers when it commits, whatever the append's
 *     acknowledgement
 */
public record FillPolicy(boolean critical, boolean readThrough, boolean writeThrough) {

    /** Filled by reads only. */
    public static final FillPolicy DEFAULT = new FillPolicy(false, true, false);

    /** As {@link #DEFAULT}, and admitted to the global tier. */
    public static final FillPolicy CRITICAL = new FillPolicy(true, true, false);
}
