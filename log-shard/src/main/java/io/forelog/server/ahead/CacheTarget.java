package io.forelog.server.ahead;

import io.forelog.cache.PrefetchResult;
import io.forelog.cache.ReadPath;
import io.forelog.cache.local.LocalCache;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.RecordExpiredException;
import io.forelog.prefetch.FetchOutcome;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchTarget;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fills the local and the regional cache with what the prefetcher guesses. */
public final class CacheTarget implements PrefetchTarget {

    /** What a record is taken to weigh until some are cached. */
    private static final long RECORD_BYTES = 512;

    private final LocalCache<GlobalAddress, LogRecord> local;
    private final ReadPath reads;

    public CacheTarget(LocalCache<GlobalAddress, LogRecord> local, ReadPath reads) {
        this.local = local;
        this.reads = reads;
    }

    @Override
    public boolean present(long key) {
        return local.contains(ModelKey.address(key));
    }

    @Override
    public boolean expected(long key) {
        return local.touch(ModelKey.address(key));
    }

    @Override
    public void fetch(long key, Consumer<FetchOutcome> done) {
        reads.prefetch(ModelKey.address(key)).whenComplete((result, failure) -> done.accept(outcome(result, failure)));
    }

    private static FetchOutcome outcome(@Nullable PrefetchResult result, @Nullable Throwable failure) {
        if (result != null) {
            return result == PrefetchResult.FETCHED ? FetchOutcome.FETCHED : FetchOutcome.PRESENT;
        }
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case NoSuchRecordException e -> FetchOutcome.ABSENT;
            case NoSuchShardException e -> FetchOutcome.ABSENT;
            case RecordExpiredException e -> FetchOutcome.ABSENT;
            case null, default -> FetchOutcome.FAILED;
        };
    }

    @Override
    public long capacityEntries() {
        var now = local.statistics();
        long each = now.entries() == 0 ? RECORD_BYTES : Math.max(1, now.bytes() / now.entries());
        return Math.max(1, now.bytesMax() / each);
    }
}
