package io.forelog.storage;

import io.forelog.error.DiskFullException;
import io.forelog.storage.ShardLog.ProducerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals the rolled segments of one shard, in order, behind the appends. At most {@value #WAITING_MAX} wait, since
 * each keeps its index on the heap: then the next roll seals one itself.
 *
 * <p>Safe for use by any thread.
 */
final class SegmentSeals {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentSeals.class);
    private static final int WAITING_MAX = 4;

    private final ShardFiles files;
    private final Executor background;
    private final Deque<Rolled> waiting = new ArrayDeque<>();
    /** How many of those, from the first on, Chronicle has left for good: its mark of the end is written. */
    private int ready;
    private boolean isScheduled;

    private record Rolled(Segment segment, int cycle, List<ProducerState> producers) {}

    SegmentSeals(ShardFiles files, Executor background) {
        this.files = files;
        this.background = background;
    }

    /** Takes a rolled segment; it is sealed once {@link #start} was called after an append to the next one. */
    synchronized void add(Segment segment, int cycle, List<ProducerState> producers) {
        waiting.add(new Rolled(segment, cycle, producers));
    }

    /** Lets what waits be sealed in the background: an append has gone to the segment behind. */
    synchronized void start() {
        ready = waiting.size();
        if (!waiting.isEmpty() && !isScheduled) {
            isScheduled = true;
            background.execute(this::sealWaiting);
        }
    }

    private void sealWaiting() {
        try {
            while (sealNext(false)) {
                // Until none is ready.
            }
        } catch (DiskFullException e) {
            LOG.warn("{} keeps a segment unsealed: {}", files.directory(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} could not seal a segment; it stays as it is until the next start", files.directory(), e);
        } finally {
            synchronized (this) {
                isScheduled = false;
            }
        }
    }

    /**
     * Makes sure that another segment can be added.
     *
     * @throws DiskFullException if the disk has no room for the index of one that waits
     */
    synchronized void makeRoom() {
        while (waiting.size() >= WAITING_MAX && sealNext(false)) {
            // Until there is room.
        }
    }

    /** Seals all that waits, once nothing is appended any more. */
    synchronized void finish() {
        while (sealNext(true)) {
            // Until none waits.
        }
    }

    private synchronized boolean sealNext(boolean evenIfNotReady) {
        var rolled = waiting.peek();
        if (rolled == null || ready == 0 && !evenIfNotReady) {
            return false;
        }
        try {
            SegmentSealer.seal(files, rolled.segment(), rolled.cycle(), false, rolled.producers());
        } catch (IOException e) {
            throw new UncheckedIOException("sealing the segment of offset " + rolled.segment().base() + " failed", e);
        }
        waiting.remove();
        ready = Math.max(0, ready - 1);
        return true;
    }
}
