package io.forelog.loadgen.rehearse;

import io.forelog.manager.ClusterView;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Experience;
import io.forelog.manager.NodeView;
import io.forelog.manager.Proposal;
import io.forelog.manager.ShardId;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.PlanKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shards on nodes, and the plans under way between them, in virtual minutes. */
final class VirtualCluster {

    private static final String LOG = "rehearsal";
    private static final long DISK_BYTES = 1L << 50;
    private static final int HOUR = 60;

    private record Running(Proposal proposal, int doneAt) {}

    private record Moved(int minute, long bytes) {}

    private final RehearsalSettings settings;
    private final RecordedLoad recorded;
    private final Map<ShardId, VirtualShard> shards = new HashMap<>();
    private final List<Running> running = new ArrayList<>();
    private final Deque<Moved> moved = new ArrayDeque<>();
    private final Changes changes = new Changes();
    /** Moves that are announced, by the minute when their copy is complete. */
    private final Map<ShardId, Integer> copiedAt = new HashMap<>();

    private int nextNumber;
    private long bytesMoved;

    VirtualCluster(RehearsalSettings settings, RecordedLoad recorded) {
        this.settings = settings;
        this.recorded = recorded;
        for (int i = 0; i < settings.nodes(); i++) {
            open(KeyRange.part(i, settings.nodes()), i, (double) settings.storedBytes() / settings.nodes(), 0);
        }
    }

    private VirtualShard open(KeyRange range, int node, double bytes, int minute) {
        var shard = new VirtualShard(new ShardId(LOG, nextNumber++), range, node, bytes, recorded, minute);
        shards.put(shard.id, shard);
        return shard;
    }

    /** Lets a minute of load pass. */
    void observe(int minute) {
        for (var shard : shards.values()) {
            shard.observe(recorded, minute, settings.recordBytes());
        }
    }

    List<VirtualShard> shards() {
        return shards.values().stream()
                .sorted((a, b) -> Long.compareUnsigned(a.range.from(), b.range.from()))
                .toList();
    }

    Changes changes() {
        return changes;
    }

    long bytesMoved() {
        return bytesMoved;
    }

    ClusterView view(int minute, List<Descriptor> announced, Experience experience) {
        var policy = settings.policy();
        var copies = new int[settings.nodes()];
        for (var plan : running) {
            if (plan.proposal.cost().bytes() > 0) {
                copies[VirtualShard.node(plan.proposal.source())]++;
                copies[VirtualShard.node(plan.proposal.target())]++;
            }
        }
        var nodes = new ArrayList<NodeView>();
        for (int i = 0; i < settings.nodes(); i++) {
            nodes.add(new NodeView(VirtualShard.name(i), settings.nodeCapacity(), DISK_BYTES, copies[i], false));
        }
        while (!moved.isEmpty() && moved.peek().minute < minute - HOUR) {
            moved.remove();
        }
        var views = shards().stream()
                .map(shard -> shard.view(
                        recorded, minute, policy.shardLimit(), policy.mode().foresees()))
                .toList();
        return new ClusterView(
                60_000L * minute,
                views,
                nodes,
                announced,
                moved.stream().mapToLong(Moved::bytes).sum(),
                experience);
    }

    /** Returns what is announced after a round; the copies of moves begin, and are there once their time has passed. */
    List<Descriptor> announced(List<Descriptor> descriptors, int minute) {
        var open = new ArrayList<Descriptor>();
        for (var descriptor : descriptors) {
            boolean isOpen = descriptor.state() == Descriptor.State.ANNOUNCED
                    || descriptor.state() == Descriptor.State.PREPARED;
            if (isOpen && descriptor.kind() == PlanKind.MOVE) {
                int done = copiedAt.computeIfAbsent(descriptor.parent(), id -> copied(id, minute));
                open.add(minute + 1 >= done ? descriptor.in(Descriptor.State.PREPARED) : descriptor);
            } else if (isOpen) {
                open.add(descriptor);
            } else if (descriptor.kind() == PlanKind.MOVE) {
                copiedAt.remove(descriptor.parent());
            }
        }
        return List.copyOf(open);
    }

    private int copied(ShardId id, int minute) {
        long bytes = (long) shard(id).bytes;
        bytesMoved += bytes;
        moved.add(new Moved(minute, bytes));
        return minute + 1 + (int) Math.ceil(bytes / settings.policy().bytesPerSecond() / 60);
    }

    /** Begins a plan: it takes a minute, and the time of its copy. */
    void start(Proposal proposal, int minute) {
        if (proposal.kind() == PlanKind.PIN) {
            return;
        }
        int minutes = 1 + (int) Math.ceil(proposal.cost().copySeconds() / 60);
        proposal.shards().forEach(id -> shard(id).busy = true);
        moved.add(new Moved(minute, proposal.cost().bytes()));
        running.add(new Running(proposal, minute + minutes));
    }

    /** Completes the plans whose time has come; what they change holds from the next minute on. */
    void complete(int minute) {
        for (var plan : List.copyOf(running)) {
            if (plan.doneAt <= minute) {
                running.remove(plan);
                apply(plan.proposal, minute);
            }
        }
    }

    private void apply(Proposal proposal, int minute) {
        bytesMoved += proposal.cost().bytes();
        var first = shard(proposal.shards().getFirst());
        switch (proposal.kind()) {
            case SPLIT -> split(first, proposal.at().orElseThrow(), first.node, minute);
            case MOVE -> {
                int target = VirtualShard.node(proposal.target());
                changes.move(first.range, minute, first.node, target);
                first.node = target;
                first.changedAt = minute;
                first.busy = false;
            }
            case MERGE -> {
                var second = shard(proposal.shards().getLast());
                shards.remove(first.id);
                shards.remove(second.id);
                var range = new KeyRange(first.range.from(), second.range.last());
                int node = proposal.target().isEmpty() ? first.node : VirtualShard.node(proposal.target());
                changes.merge(range, minute);
                open(range, node, first.bytes + second.bytes, minute + 1);
            }
            case ARCHIVE, PIN -> throw new IllegalStateException("a rehearsal has no plans to " + proposal.kind());
        }
    }

    /** Divides a shard at once, its upper child on {@code upperNode}; bytes are divided as the range is. */
    void split(VirtualShard parent, long at, int upperNode, int minute) {
        shards.remove(parent.id);
        changes.split(parent.range, minute);
        var lower = new KeyRange(parent.range.from(), at - 1);
        var upper = new KeyRange(at, parent.range.last());
        double share = size(lower) / (size(lower) + size(upper));
        open(lower, parent.node, parent.bytes * share, minute + 1);
        open(upper, upperNode, parent.bytes * (1 - share), minute + 1);
    }

    /** Joins neighbours at once, on the node of the first. */
    void merge(VirtualShard lower, VirtualShard upper, int minute) {
        shards.remove(lower.id);
        shards.remove(upper.id);
        var range = new KeyRange(lower.range.from(), upper.range.last());
        changes.merge(range, minute);
        open(range, lower.node, lower.bytes + upper.bytes, minute + 1);
    }

    private static double size(KeyRange range) {
        long steps = range.last() - range.from();
        return (steps >= 0 ? steps : (steps >>> 1) * 2.0) + 1;
    }

    private VirtualShard shard(ShardId id) {
        var shard = shards.get(id);
        if (shard == null) {
            throw new IllegalStateException("there is no open shard " + id);
        }
        return shard;
    }
}
