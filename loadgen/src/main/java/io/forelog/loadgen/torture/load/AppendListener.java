package io.forelog.loadgen.torture.load;

import io.forelog.record.RecordAddress;
import java.util.List;

/** Is told of each request to append that was acknowledged, by any thread. */
public interface AppendListener {

    /**
     * Takes note of one.
     *
     * @param addresses of its records
     * @param sentNanos when it was sent for the first time, by {@link System#nanoTime}
     */
    void appended(List<RecordAddress> addresses, long sentNanos);
}
