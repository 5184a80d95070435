package io.forelog.simulation.cluster;

import io.forelog.record.LogRecord;
import java.util.List;

/**
 * What a shard holds in the end.
 *
 * @param start offset of the first record; retention let go of what was below
 * @param records from there on
 */
record Kept(long start, List<LogRecord> records) {

    static final Kept NOTHING = new Kept(0, List.of());

    Kept {
        records = List.copyOf(records);
    }

    long end() {
        return start + records.size();
    }

    LogRecord at(long offset) {
        return records.get((int) (offset - start));
    }
}
