package io.forelog.loadgen.rehearse;

import io.forelog.forecast.OutlookModel;
import io.forelog.manager.LoadCurve;
import io.forelog.manager.ShardId;
import io.forelog.manager.ShardView;
import io.forelog.metadata.KeyRange;
import java.util.List;

/** A shard of the rehearsed cluster. */
final class VirtualShard {

    private static final int HISTORY_MINUTES_MAX = 14 * 24 * 60;
    private static final int OUTLOOK_MINUTES = 60;
    private static final int RECENT_MINUTES = 60;
    private static final int SLICES = 64;
    private static final int CURVE_MINUTES = 3;

    final ShardId id;
    final KeyRange range;
    final OutlookModel model = new OutlookModel();
    int node;
    double bytes;
    int changedAt;
    boolean busy;
    double load;

    /** A shard born at {@code minute}: the load of its range was recorded before, as part of its parents'. */
    VirtualShard(ShardId id, KeyRange range, int node, double bytes, RecordedLoad recorded, int minute) {
        this.id = id;
        this.range = range;
        this.node = node;
        this.bytes = bytes;
        changedAt = minute;
        for (int m = Math.max(0, minute - HISTORY_MINUTES_MAX); m < minute; m++) {
            model.observe(recorded.requests(range, m));
        }
    }

    void observe(RecordedLoad recorded, int minute, long recordBytes) {
        load = recorded.requests(range, minute);
        bytes += recorded.writes(range, minute) * 60 * recordBytes;
        model.observe(load);
    }

    ShardView view(RecordedLoad recorded, int minute, double limit, boolean foresees) {
        boolean dividing = load > 0.5 * limit;
        var curve = dividing
                ? new LoadCurve(
                        range,
                        recorded.slices(range, Math.max(0, minute - CURVE_MINUTES + 1), minute, SLICES),
                        List.of())
                : LoadCurve.even(range);
        return new ShardView(
                id,
                range,
                name(node),
                (long) bytes,
                model.history().latest(RECENT_MINUTES),
                model.outlook(foresees ? OUTLOOK_MINUTES : 1),
                curve,
                minute - changedAt,
                busy);
    }

    static String name(int node) {
        return "n" + node;
    }

    static int node(String name) {
        return Integer.parseInt(name.substring(1));
    }
}
