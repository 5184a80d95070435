package io.forelog.server;

import io.forelog.metadata.store.RaftMetadataStore;
import io.forelog.replication.CopyAhead;
import io.forelog.replication.PlanChecks;
import io.forelog.replication.Replication;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.server.control.ControlLog;
import io.forelog.server.control.ControlPlane;
import io.forelog.server.control.HotPins;
import io.forelog.server.control.PlanDriver;
import io.forelog.server.control.ShardStatistics;
import io.forelog.server.http.ControlRecords;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.PeerDocuments;
import io.forelog.server.route.ShardTotals;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;

/** The control plane of a node, tied to what it looks at and acts on, and run now and then. */
final class ControlParts {

    /** How soon the end of a minute, or of another node's lead, is noticed. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration FIT_INTERVAL = Duration.ofMinutes(30);
    /** What a crash may cost of the statistics. */
    private static final Duration SAVE_INTERVAL = Duration.ofMinutes(10);

    private final Config config;
    private final RaftMetadataStore metadata;
    private final Function<Collection<CopyAhead>, Set<CopyAhead>> copies;
    private final Clock clock;
    private final Schedule schedule;

    /** Runs a task again and again, each time so long after it has ended, until the node closes. */
    interface Schedule {
        void every(String name, Duration interval, Runnable task);
    }

    /** @param copies takes all moves that are announced, and returns for which of them this node has a copy */
    ControlParts(
            Config config,
            RaftMetadataStore metadata,
            Function<Collection<CopyAhead>, Set<CopyAhead>> copies,
            Clock clock,
            Schedule schedule) {
        this.config = config;
        this.metadata = metadata;
        this.copies = copies;
        this.clock = clock;
        this.schedule = schedule;
    }

    private boolean leads() {
        return metadata.group().status().leading();
    }

    PlanDriver planDriver(PlanChecks checks) {
        return new PlanDriver(metadata, this::leads, config.get(Settings.PLANS_WATCH), checks::of, clock);
    }

    /** @param appends to wherever a shard's leader is */
    ControlPlane begin(
            ShardTotals totals,
            ShardStatistics statistics,
            Vitals vitals,
            PeerDocuments documents,
            HotPins pins,
            Replication appends) {
        var node = config.get(Settings.NODE_NAME);
        var control = new ControlPlane(
                node,
                metadata,
                totals,
                statistics,
                vitals::last,
                documents,
                pins::prepare,
                copies,
                StorageSettings.isArchiving(config),
                this::leads,
                clock);
        if (config.get(Settings.CONTROL_RECORDS)) {
            var log = new ControlLog(metadata, appends, clock);
            new ControlRecords(node, metadata, log, this::leads).follow(control);
            schedule.every("control-log", INTERVAL, log::flush);
        }
        schedule.every("pins", INTERVAL, pins::tick);
        if (config.get(Settings.STATISTICS_ENABLED)) {
            schedule.every("control", INTERVAL, control::tick);
            schedule.every("forecasts", FIT_INTERVAL, control::fit);
            schedule.every("statistics", SAVE_INTERVAL, control::save);
        }
        return control;
    }
}
