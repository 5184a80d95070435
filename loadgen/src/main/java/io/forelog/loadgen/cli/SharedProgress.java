package io.forelog.loadgen.cli;

import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.load.Workload;

/** One bar for several loads: how far the first of them is, and the figures of each for two seconds in turn. */
final class SharedProgress {

    private static final long TURN_NANOS = 2_000_000_000L;

    private final LoadListener bar;
    private final int loads;

    SharedProgress(LoadListener bar, int loads) {
        this.bar = bar;
        this.loads = loads;
    }

    /** Returns what the load with this number, from 0, tells. */
    LoadListener of(int number, Workload workload) {
        if (loads == 1) {
            return bar;
        }
        return new LoadListener() {
            @Override
            public void phase(String name) {
                if (number == 0 || name.equals("filling")) {
                    bar.phase(name);
                }
            }

            @Override
            public void progress(long done, long total, String figures) {
                boolean hasTurn = System.nanoTime() / TURN_NANOS % loads == number;
                if (hasTurn || figures.isEmpty() && number == 0) {
                    bar.progress(done, total, figures.isEmpty() ? "" : workload + " " + figures);
                }
            }
        };
    }
}
