package io.forelog.cache;

import io.forelog.record.LogRecord;

/**
 * A record and how it came here.
 *
 * @param by who had the record; for a read that joined a fetch, who answered that fetch
 */
public record Answer(LogRecord record, AnsweredBy by, Detail detail) {

    /** What else is worth knowing of a read. */
    public enum Detail {
        NONE,

        /** The first hit of a record that was fetched before anyone asked. */
        PREFETCHED,

        /** The read waited for a fetch of the record that was already under way. */
        JOINED
    }
}
