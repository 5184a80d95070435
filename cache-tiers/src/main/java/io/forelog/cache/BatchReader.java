package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.Map;

/** Whoever waits for a read of many records. Called by any thread; does not block. */
public interface BatchReader extends ReplicaTimes {

    /** Tells what became of some of them; of one that is told twice the first word counts. */
    void told(Map<GlobalAddress, Outcome<LogRecord>> outcomes);

    /** Returns whether the record is still waited for, so that it is worth asking yet another replica. */
    boolean wants(GlobalAddress address);
}
