package io.forelog.loadgen.report;

import io.forelog.loadgen.load.LoadListener;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A live bar on standard error, one for each phase; nothing at all where nobody watches. Safe for use by any thread.
 */
public final class Progress implements LoadListener, AutoCloseable {

    private static final int UPDATE_MILLIS = 250;
    private static final int WIDTH = 110;

    private final boolean watched;
    private String phase = "";
    private @Nullable ProgressBar bar;

    /** @param watched whether standard error is a terminal */
    public Progress(boolean watched) {
        this.watched = watched;
    }

    @Override
    public synchronized void phase(String name) {
        close();
        phase = name;
    }

    @Override
    public synchronized void progress(long done, long total, String figures) {
        if (!watched) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(phase)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .hideEta()
                    .build();
        }
        bar.maxHint(total);
        bar.stepTo(done);
        bar.setExtraMessage(" " + figures);
    }

    /** Ends the present phase's bar. */
    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
