package io.forelog.loadgen.load;

import io.forelog.record.RecordAddress;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Who watches a load. Called on the run's context or the thread that runs the load; must not block for long. */
public interface LoadListener {

    /** Something else begins: {@code filling}, {@code warming up}, {@code measuring}, {@code verifying}. */
    default void phase(String name) {}

    /**
     * How far the present phase is, a few times a second.
     *
     * @param done of {@code total}, milliseconds of a run or records of a verification
     */
    default void progress(long done, long total, String figures) {}

    /** All latencies of one kind in the last second, in nanoseconds; valid during the call. */
    default void interval(OperationKind kind, Histogram latencies) {}

    /** One append is acknowledged: the addresses of its records. */
    default void appended(List<RecordAddress> addresses) {}

    /** Returns a listener that tells all of these, in order. */
    static LoadListener all(List<LoadListener> listeners) {
        return new LoadListener() {
            @Override
            public void phase(String name) {
                listeners.forEach(listener -> listener.phase(name));
            }

            @Override
            public void progress(long done, long total, String figures) {
                listeners.forEach(listener -> listener.progress(done, total, figures));
            }

            @Override
            public void interval(OperationKind kind, Histogram latencies) {
                listeners.forEach(listener -> listener.interval(kind, latencies));
            }

            @Override
            public void appended(List<RecordAddress> addresses) {
                listeners.forEach(listener -> listener.appended(addresses));
            }
        };
    }
}
