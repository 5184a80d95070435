package io.forelog.storage;

import io.forelog.error.DiskFullException;
import io.forelog.storage.ShardLog.ProducerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
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

    /** Held while a segment is sealed, which takes long; taken before the monitor. Appends do not want it. */
    private final ReentrantLock sealing = new ReentrantLock();

    /** Guarded by this, as are the next two. */
    private final Deque<Rolled> waiting = new ArrayDeque<>();
    /** How many of those, from the first on, Chronicle has left for good: its mark of the end is written. */
    private int ready;

    private boolean isScheduled;

    /** Whether the next append has something to let be sealed: most have not. */
    private volatile boolean isDue;

    private record Rolled(Segment segment, int cycle, List<ProducerState> producers) {}

    SegmentSeals(ShardFiles files, Executor background) {
        this.files = files;
        this.background = background;
    }

    /** Takes a rolled segment; it is sealed once {@link #start} was called after an append to the next one. */
    synchronized void add(Segment segment, int cycle, List<ProducerState> producers) {
        waiting.add(new Rolled(segment, cycle, producers));
        isDue = true;
    }

    /** Lets what waits be sealed in the background: an append has gone to the segment behind. */
    void start() {
        if (isDue) {
            schedule();
        }
    }

    private synchronized void schedule() {
        isDue = false;
        ready = waiting.size();
        if (ready > 0 && !isScheduled) {
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
                // What failed, or came after the last look, is the next append's to start again.
                isDue = !waiting.isEmpty();
            }
        }
    }

    /**
     * Makes sure that another segment can be added.
     *
     * @throws DiskFullException if the disk has no room for the index of one that waits
     */
    void makeRoom() {
        while (count() >= WAITING_MAX && sealNext(false)) {
            // Until there is room.
        }
    }

    /** Seals all that waits, once nothing is appended any more. */
    void finish() {
        while (sealNext(true)) {
            // Until none waits.
        }
    }

    private synchronized int count() {
        return waiting.size();
    }

    private synchronized @Nullable Rolled next(boolean evenIfNotReady) {
        return ready == 0 && !evenIfNotReady ? null : waiting.peek();
    }

    private synchronized void sealed() {
        waiting.remove();
        ready = Math.max(0, ready - 1);
    }

    private boolean sealNext(boolean evenIfNotReady) {
        sealing.lock();
        try {
            var rolled = next(evenIfNotReady);
            if (rolled == null) {
                return false;
            }
            SegmentSealer.seal(files, rolled.segment(), rolled.cycle(), false, rolled.producers());
            sealed();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("sealing a segment of " + files.directory() + " failed", e);
        } finally {
            sealing.unlock();
        }
    }
}
