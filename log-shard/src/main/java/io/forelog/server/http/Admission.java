package io.forelog.server.http;

import io.forelog.error.OverloadedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What callers may have under way on a node at a time: requests, and bytes of bodies and answers in memory. Beyond it a
 * call is refused at once, so that what is taken is still served.
 *
 * <p>Safe for use by any thread.
 */
final class Admission {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int requestsMax;
    private final long bytesMax;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Admission(int requestsMax, long bytesMax) {
        this.requestsMax = requestsMax;
        this.bytesMax = bytesMax;
    }

    /** @throws OverloadedException if there are too many; else {@link #leave} must follow */
    void enter() {
        if (requests.incrementAndGet() > requestsMax) {
            requests.decrementAndGet();
            throw new OverloadedException(
                    "the node has " + requestsMax + " requests under way, no more are taken", RETRY_AFTER);
        }
    }

    void leave() {
        requests.decrementAndGet();
    }

    /** Returns whether so many more bytes may be held; if so {@link #release} must follow. */
    boolean reserve(long more) {
        if (bytes.addAndGet(more) > bytesMax) {
            bytes.addAndGet(-more);
            return false;
        }
        return true;
    }

    void release(long fewer) {
        bytes.addAndGet(-fewer);
    }

    OverloadedException full() {
        return new OverloadedException(
                "bodies and answers take " + bytes.get() + " of " + bytesMax + " bytes of memory", RETRY_AFTER);
    }

    int requests() {
        return requests.get();
    }

    long bytes() {
        return bytes.get();
    }
}
