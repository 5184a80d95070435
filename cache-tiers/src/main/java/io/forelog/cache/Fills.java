package io.forelog.cache;

import io.forelog.cache.WriteThrough.Result;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Copies records into the shared tiers: what was read from further away, and what was just committed. */
final class Fills {

    private static final long HEAT_PERIOD_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final List<GuardedTier> tiers;
    private final LongFunction<FillPolicy> policies;
    private final Values values;
    private final PathTime time;
    private final GlobalAdmission admission = new GlobalAdmission(HEAT_PERIOD_NANOS);

    Fills(List<GuardedTier> tiers, LongFunction<FillPolicy> policies, Values values, PathTime time) {
        this.tiers = tiers;
        this.policies = policies;
        this.values = values;
        this.time = time;
    }

    /** Copies records into those tiers, nearer than {@code by}, that their logs' policies name. Does not wait. */
    void wereRead(Map<GlobalAddress, LogRecord> records, AnsweredBy by) {
        var encoded = new HashMap<GlobalAddress, byte[]>();
        for (var tier : tiers) {
            if (tier.by().compareTo(by) >= 0) {
                continue;
            }
            var batch = HashMap.<GlobalAddress, byte[]>newHashMap(records.size());
            records.forEach((address, record) -> {
                var policy = policies.apply(address.log());
                if (policy.readThrough() && admits(tier, policy)) {
                    batch.put(address, encoded.computeIfAbsent(address, unseen -> values.encode(address, record)));
                }
            });
            if (!batch.isEmpty()) {
                tier.put(batch);
            }
        }
    }

    /** Notes that a replica on this node was read from {@code region}; fills the global tier once several do. */
    void servedTo(String region, GlobalAddress address, LogRecord record) {
        if (!admission.read(address, region, time.nanoTime())) {
            return;
        }
        var policy = policies.apply(address.log());
        var global = tier(AnsweredBy.GLOBAL);
        // A critical log's records are there already, by whoever read or appended them.
        if (global != null && policy.readThrough() && !policy.critical()) {
            global.put(Map.of(address, values.encode(address, record)));
        }
    }

    CompletableFuture<WriteThrough> committed(Map<GlobalAddress, LogRecord> records, FillPolicy policy) {
        var encoded = HashMap.<GlobalAddress, byte[]>newHashMap(records.size());
        records.forEach((address, record) -> encoded.put(address, values.encode(address, record)));
        var results = new EnumMap<AnsweredBy, CompletableFuture<Result>>(AnsweredBy.class);
        for (var tier : tiers) {
            results.put(
                    tier.by(),
                    admits(tier, policy)
                            ? tier.putInTime(encoded)
                            : CompletableFuture.completedFuture(Result.NOT_ADMITTED));
        }
        return CompletableFuture.allOf(results.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    var byTier = new EnumMap<AnsweredBy, Result>(AnsweredBy.class);
                    results.forEach((by, result) -> byTier.put(by, result.join()));
                    return new WriteThrough(byTier);
                });
    }

    private static boolean admits(GuardedTier tier, FillPolicy policy) {
        return tier.by() != AnsweredBy.GLOBAL || policy.critical();
    }

    private @Nullable GuardedTier tier(AnsweredBy by) {
        for (var tier : tiers) {
            if (tier.by() == by) {
                return tier;
            }
        }
        return null;
    }
}
