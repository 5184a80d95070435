package io.forelog.storage;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The damage found in one shard: the first {@value #KEPT_MAX} different findings, and how many there were.
 *
 * <p>Safe for use by any thread.
 */
final class Damages {

    private static final Logger LOG = LoggerFactory.getLogger(Damages.class);
    private static final int KEPT_MAX = 16;

    private final String shard;
    private final Set<String> kept = new LinkedHashSet<>();
    private long more;

    Damages(String shard) {
        this.shard = shard;
    }

    synchronized void found(String what) {
        if (kept.contains(what)) {
            return;
        }
        if (kept.size() < KEPT_MAX) {
            kept.add(what);
            LOG.error("{} is damaged: {}", shard, what);
        } else {
            more++;
        }
    }

    /** Returns all that was found as one text, or null. */
    synchronized @Nullable String text() {
        if (kept.isEmpty()) {
            return null;
        }
        return String.join("; ", kept) + (more > 0 ? "; and " + more + " more" : "");
    }
}
