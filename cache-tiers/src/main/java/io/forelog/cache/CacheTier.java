package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A cache outside the heap of one node, of values as bytes. It may lose anything at any time and must never return
 * bytes that were not put under the address; whoever reads them checks them all the same.
 *
 * <p>Safe for use by any thread; no call blocks. A call may fail, or take for ever: deadlines, retries and what to do
 * without the tier are the caller's, so a tier retries nothing. Stages may complete on a thread of the tier's library.
 */
public interface CacheTier extends AutoCloseable {

    /** Begins to start in the background and returns at once. */
    void start();

    TierState state();

    /** Returns why the tier is not ready, or why it was last not; null if it always was. */
    @Nullable
    String lastFailure();

    /** Completes with the value, or null if the tier has none. */
    CompletionStage<byte @Nullable []> get(GlobalAddress address);

    /** Completes with the values there are; in one round trip to each server asked. */
    CompletionStage<Map<GlobalAddress, byte[]>> getAll(Collection<GlobalAddress> addresses);

    /** Completes once the tier has the value. */
    CompletionStage<?> put(GlobalAddress address, byte[] value);

    /** Completes once the tier has all the values; some may be there if it fails. */
    CompletionStage<?> putAll(Map<GlobalAddress, byte[]> values);

    /** Drops an entry that turned out to be of no use. */
    CompletionStage<?> remove(GlobalAddress address);

    CompletionStage<TierUsage> usage();

    /**
     * Changes the bound of what the tier holds; completes once it applies.
     *
     * @throws UnsupportedOperationException if this tier's bound is not this node's to set
     */
    CompletionStage<?> resize(long bytesMax);

    /** Leaves or closes what the tier uses; returns within a few seconds. */
    @Override
    void close();
}
