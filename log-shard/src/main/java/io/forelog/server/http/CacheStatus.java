package io.forelog.server.http;

import io.forelog.cache.Answer;

/** Who answered a read, as RFC 9211 says it. */
final class CacheStatus {

    private CacheStatus() {}

    static String of(Answer answer) {
        return switch (answer.detail()) {
            case PREFETCHED -> "forelog-local; hit; detail=prefetched";
            case JOINED -> "forelog-local; hit; detail=joined";
            case NONE ->
                switch (answer.by()) {
                    case LOCAL -> "forelog-local; hit";
                    case REGIONAL -> "forelog-regional; hit";
                    case GLOBAL -> "forelog-global; hit";
                    case SHARD -> "forelog; fwd=miss";
                };
        };
    }
}
