package io.forelog.server.security;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much each caller may ask of a node: a token bucket for requests and one for bytes, each holding a second's worth.
 * Bytes are known only afterwards, so that bucket may go below empty; the caller waits until it is filled again.
 *
 * <p>Safe for use by any thread. Remembers the {@value #CALLERS_MAX} most recent callers; one that is forgotten starts
 * with full buckets.
 */
public final class Quotas {

    private static final int CALLERS_MAX = 10_000;

    private static final class Bucket {
        private double requests;
        private double bytes;
        private long filledNanos;
    }

    private final long requestsPerSecond;
    private final long bytesPerSecond;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > CALLERS_MAX;
        }
    };

    /** What is given to callers that have no quota of their own; 0 for any. */
    public Quotas(long requestsPerSecond, long bytesPerSecond) {
        this.requestsPerSecond = requestsPerSecond;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Returns whether there is any bound on what this caller may ask. */
    public boolean limits(Principal principal) {
        return limit(principal.requestsPerSecond(), requestsPerSecond) != Long.MAX_VALUE
                || limit(principal.bytesPerSecond(), bytesPerSecond) != Long.MAX_VALUE;
    }

    /**
     * Takes one request.
     *
     * @param caller whose buckets are taken from
     * @return 0, or how many nanoseconds later the request would be taken
     */
    public long take(Principal principal, String caller, long nowNanos) {
        long requests = limit(principal.requestsPerSecond(), requestsPerSecond);
        long bytes = limit(principal.bytesPerSecond(), bytesPerSecond);
        if (requests == Long.MAX_VALUE && bytes == Long.MAX_VALUE) {
            return 0;
        }
        synchronized (buckets) {
            var bucket = filled(caller, requests, bytes, nowNanos);
            if (bucket.requests < 1) {
                return (long) ((1 - bucket.requests) / requests * 1e9) + 1;
            }
            if (bucket.bytes < 0) {
                return (long) (-bucket.bytes / bytes * 1e9) + 1;
            }
            bucket.requests--;
            return 0;
        }
    }

    /** Counts bytes that were sent or received. */
    public void used(Principal principal, String caller, long bytes, long nowNanos) {
        long perSecond = limit(principal.bytesPerSecond(), bytesPerSecond);
        if (perSecond == Long.MAX_VALUE) {
            return;
        }
        synchronized (buckets) {
            filled(caller, limit(principal.requestsPerSecond(), requestsPerSecond), perSecond, nowNanos).bytes -= bytes;
        }
    }

    private Bucket filled(String caller, long requests, long bytes, long nowNanos) {
        var bucket = buckets.get(caller);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.requests = requests;
            bucket.bytes = bytes;
            bucket.filledNanos = nowNanos;
            buckets.put(caller, bucket);
        }
        double seconds = (nowNanos - bucket.filledNanos) / 1e9;
        bucket.filledNanos = nowNanos;
        bucket.requests = Math.min(requests, bucket.requests + seconds * requests);
        bucket.bytes = Math.min(bytes, bucket.bytes + seconds * bytes);
        return bucket;
    }

    private static long limit(long own, long everyones) {
        long limit = own > 0 ? own : everyones;
        return limit > 0 ? limit : Long.MAX_VALUE;
    }
}
