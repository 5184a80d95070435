package io.forelog.loadgen.client;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who answered a point read, as the {@code Cache-Status} header (RFC 9211) says. */
public enum AnsweredBy {
    /** The coordinator's own cache, by a record that an earlier read left there. */
    LOCAL,
    /** The coordinator's own cache, by a record that was fetched before anyone asked. */
    PREFETCHED,
    /** A fetch that was under way when the read came. */
    JOINED,
    /** The region's cache. */
    REGIONAL,
    /** The global cache. */
    GLOBAL,
    /** The shard itself. */
    SHARD,
    /** The answer does not say. */
    UNKNOWN;

    /** Returns whether a cache had it, or was about to. */
    public boolean isCache() {
        return this != SHARD && this != UNKNOWN;
    }

    /**
     * Reads the header: the first member that has {@code hit} answered; members before it are tiers that were asked in
     * vain.
     */
    public static AnsweredBy parse(@Nullable String cacheStatus) {
        if (cacheStatus == null) {
            return UNKNOWN;
        }
        var answered = UNKNOWN;
        for (var member : cacheStatus.split(",")) {
            var text = member.strip().toLowerCase(Locale.ROOT);
            var parameters = text.split("\\s*;\\s*");
            if (has(parameters, "hit")) {
                return tier(parameters);
            }
            if (text.contains("fwd=")) {
                answered = SHARD;
            }
        }
        return answered;
    }

    private static AnsweredBy tier(String[] parameters) {
        return switch (parameters[0]) {
            case "forelog-local" -> {
                if (has(parameters, "detail=prefetched")) {
                    yield PREFETCHED;
                }
                yield has(parameters, "detail=joined") ? JOINED : LOCAL;
            }
            case "forelog-regional" -> REGIONAL;
            case "forelog-global" -> GLOBAL;
            default -> UNKNOWN;
        };
    }

    private static boolean has(String[] parameters, String wanted) {
        for (int i = 1; i < parameters.length; i++) {
            if (parameters[i].equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the name as reports write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
