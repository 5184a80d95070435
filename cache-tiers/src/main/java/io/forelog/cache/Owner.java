package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The shards, as the end of the path of a read: whoever has a replica of the record's shard.
 *
 * <p>Called by any thread, also by those of the tiers' libraries; no method may block.
 */
public interface Owner {

    /** Returns whether this node holds a replica of the shard, so that {@link #read} stays in the process. */
    boolean isLocal(GlobalAddress address);

    /**
     * Reads one committed record. Fails with a {@link io.forelog.error.ForelogException}, among them
     * {@link io.forelog.error.NoSuchRecordException} and {@link io.forelog.error.RecordExpiredException}.
     *
     * @param times is told of each replica that is asked
     */
    CompletionStage<LogRecord> read(GlobalAddress address, ReplicaTimes times);

    /**
     * Reads many, in one call to each node that is asked, and tells {@code reader} of each record as it comes. Asks
     * nobody else for what the reader no longer wants.
     *
     * @return completes once every address was told; one that was not is treated as a defect of the owner
     */
    CompletionStage<?> readAll(Collection<GlobalAddress> addresses, BatchReader reader);

    /**
     * Returns where {@link #read} asks first for a record that is not here, such as the node's name: reads of one place
     * take about as long as each other.
     */
    default String place(GlobalAddress address) {
        return "";
    }

    /**
     * Reads one record from another replica than the one that {@link #read} asks first, for a read that is late; null
     * if there is no other.
     *
     * @param times is told of that replica
     */
    default @Nullable CompletionStage<LogRecord> readElsewhere(GlobalAddress address, ReplicaTimes times) {
        return null;
    }

    /** Returns where {@link #readElsewhere} asks, or null if there is no other replica. */
    default @Nullable String placeElsewhere(GlobalAddress address) {
        return null;
    }

    /**
     * Reads many, in one call, from one {@link #placeElsewhere}, for reads that are late.
     *
     * @return completes once {@code reader} was told of all that this place has, whatever it is; what it lacks is not
     *     looked for any further
     */
    default CompletionStage<?> readAllAt(String place, Collection<GlobalAddress> addresses, BatchReader reader) {
        throw new UnsupportedOperationException("there is no other replica, at '" + place + "' or elsewhere");
    }
}
