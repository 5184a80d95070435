package io.forelog.loadgen.load;

/**
 * When each operation of an open loop is meant to start: evenly, whatever becomes of the earlier ones.
 *
 * @param fromNanos when the first is due, by {@link System#nanoTime}
 * @param perSecond above 0
 * @param count how many there are
 */
record Schedule(long fromNanos, double perSecond, long count) {

    /** Nothing, ever. */
    static final Schedule NONE = new Schedule(0, 1, 0);

    Schedule {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate is above 0, not " + perSecond);
        }
    }

    static Schedule of(Window window, double perSecond) {
        return new Schedule(window.from(), perSecond, (long) (window.length().toNanos() / 1e9 * perSecond));
    }

    long intendedNanos(long operation) {
        return fromNanos + (long) (operation * 1e9 / perSecond);
    }
}
