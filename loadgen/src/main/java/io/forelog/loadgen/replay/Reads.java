package io.forelog.loadgen.replay;

import io.forelog.loadgen.load.Pacer;
import io.forelog.loadgen.trace.Trace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which read of a trace comes next. Reads begin in the trace's order, but for those whose client is still
 * reading, which wait for it; so many are under way at a time, of different clients. At most {@value #WAITING_MAX}
 * reads wait, so that no client runs far ahead of the trace.
 *
 * <p>Confined to its context.
 */
final class Reads {

    private static final int WAITING_MAX = 1_000;
    private static final long MILLIS = 1_000_000;

    private final Trace trace;
    private final ReplaySettings settings;
    private final Read read;
    private final int count;
    private final Map<Long, ArrayDeque<Integer>> busy = new HashMap<>();
    private final Promise<Void> done = Promise.promise();
    private final Pacer pacer;
    private long fromNanos;
    private int next;
    private int waiting;
    private int inFlight;

    /** One read. */
    @FunctionalInterface
    interface Read {

        /**
         * Starts it; the future completes when it is over and never fails.
         *
         * @param index in the trace
         * @param intendedNanos when it was meant to start
         */
        Future<Void> start(int index, long intendedNanos);
    }

    Reads(Context context, Trace trace, ReplaySettings settings, Read read) {
        this.trace = trace;
        this.settings = settings;
        this.read = read;
        this.count = Math.min(trace.size(), settings.readsMax());
        this.pacer = new Pacer(context, this::advance);
    }

    /** Returns how many reads there will be. */
    int count() {
        return count;
    }

    /** Returns how many reads were begun, or wait for their client. */
    int reached() {
        return next;
    }

    Future<Void> run() {
        fromNanos = System.nanoTime();
        pacer.wakeAt(fromNanos);
        return done.future();
    }

    private void advance() {
        long now = System.nanoTime();
        while (next < count && inFlight < settings.clients() && waiting < WAITING_MAX) {
            long due = dueNanos(next, now);
            if (due - now > 0) {
                pacer.wakeAt(due);
                return;
            }
            begin(next++);
        }
        if (next == count && inFlight == 0) {
            pacer.close();
            done.tryComplete();
        }
    }

    private void begin(int index) {
        if (!settings.ordered()) {
            start(index, index, dueNanos(index, System.nanoTime()));
            return;
        }
        long client = trace.clients()[index];
        var queue = busy.get(client);
        if (queue == null) {
            busy.put(client, new ArrayDeque<>(2));
            start(index, client, dueNanos(index, System.nanoTime()));
        } else {
            queue.add(index);
            waiting++;
        }
    }

    private void start(int index, long client, long intendedNanos) {
        inFlight++;
        read.start(index, intendedNanos).onComplete(over -> {
            inFlight--;
            startNextOf(client);
            advance();
        });
    }

    private void startNextOf(long client) {
        var queue = busy.get(client);
        if (queue == null) {
            return;
        }
        var waited = queue.poll();
        if (waited == null) {
            busy.remove(client);
        } else {
            waiting--;
            // It was due earlier, but a reader cannot ask for the next before it has the last: it begins to wait now.
            start(waited, client, System.nanoTime());
        }
    }

    /** Without a pace, a read is due when its turn comes. */
    private long dueNanos(int index, long now) {
        if (settings.rate() > 0) {
            return fromNanos + (long) (index * 1e9 / settings.rate());
        }
        if (settings.speed() == 0) {
            return now;
        }
        return fromNanos + (long) ((trace.times()[index] - trace.times()[0]) * MILLIS / settings.speed());
    }
}
