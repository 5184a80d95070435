package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.raft.MemberId;
import io.forelog.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of shards and groups that have left this node: deleted once nothing here or in the metadata has had to do
 * with them for a while, which also is when a group is known to do without this member. Until then a replica that comes
 * back finds most of its records here.
 *
 * <p>The time is counted from when this process noticed, and anew after a restart. For one thread.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Pattern HOME = Pattern.compile("g(\\d{1,9})-(\\d{1,9})");

    private final String self;
    private final Path groups;
    private final Storage storage;
    private final ShardReplicas replicas;
    private final Predicate<ShardId> mayBeNeeded;
    private final Duration grace;
    private final LongSupplier nanoTime;
    private final Map<Object, Long> noticedNanos = new HashMap<>();

    /** A directory of a group's log and checkpoints. */
    private record Home(Path path, int group, MemberId member) {}

    /**
     * @param groups where groups have their directories
     * @param mayBeNeeded whether a group that is here may look for a shard's files after a crash
     */
    Leftovers(
            String self,
            Path groups,
            Storage storage,
            ShardReplicas replicas,
            Predicate<ShardId> mayBeNeeded,
            Duration grace,
            LongSupplier nanoTime) {
        this.self = self;
        this.groups = groups;
        this.storage = storage;
        this.replicas = replicas;
        this.mayBeNeeded = mayBeNeeded;
        this.grace = grace;
        this.nanoTime = nanoTime;
    }

    /** Looks at what is on the disk, and deletes what was left over for long enough. Blocks. */
    synchronized void tick(ClusterState state) {
        try {
            var left = new HashSet<Object>();
            for (var home : homes()) {
                if (isLeft(home, state) && left.add(home) && isDue(home)) {
                    LOG.info("group {} left this node: {} is deleted", home.group(), home.path());
                    storage.deleteTree(home.path());
                }
            }
            for (var stored : storage.stored()) {
                var shard = new ShardId(stored.logIncarnation(), stored.shard());
                if (isLeft(shard, state) && left.add(shard) && isDue(shard)) {
                    replicas.unlessOpen(shard, () -> {
                        LOG.info("shard {} left this node: its files are deleted", shard);
                        storage.delete(shard.log(), shard.number());
                    });
                }
            }
            noticedNanos.keySet().retainAll(left);
        } catch (IOException | RuntimeException e) {
            LOG.warn("what shards and groups left behind could not all be deleted; tried again soon", e);
        }
    }

    private boolean isDue(Object leftover) {
        long now = nanoTime.getAsLong();
        return now - noticedNanos.computeIfAbsent(leftover, unseen -> now) >= grace.toNanos();
    }

    private List<Home> homes() throws IOException {
        var homes = new ArrayList<Home>();
        if (Files.isDirectory(groups)) {
            try (var paths = Files.newDirectoryStream(groups)) {
                for (var path : paths) {
                    var name = HOME.matcher(path.getFileName().toString());
                    if (name.matches()) {
                        var member = new MemberId(self, Integer.parseInt(name.group(2)));
                        homes.add(new Home(path, Integer.parseInt(name.group(1)), member));
                    }
                }
            }
        }
        return homes;
    }

    /**
     * An incarnation is placed once: what was taken away never comes back, unless the state here is older than that.
     */
    private static boolean isLeft(Home home, ClusterState state) {
        if (home.group() >= state.groups().size()) {
            return false;
        }
        var group = state.groups().get(home.group());
        return home.member().incarnation() < group.nextIncarnation()
                && !group.replicas().contains(home.member())
                && !group.present().contains(home.member());
    }

    private boolean isLeft(ShardId id, ClusterState state) {
        if (id.log() >= state.nextIncarnation() || replicas.isOpen(id) || mayBeNeeded.test(id)) {
            return false;
        }
        var log = state.find(id.log());
        if (log == null) {
            return true;
        }
        return log.shards().shard(id.number()) != null
                && ShardGroups.of(id, state).stream()
                        .noneMatch(group -> state.groups().get(group).concerns(self));
    }
}
