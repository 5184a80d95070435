package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Archives sealed shards of nodes whose disks are, or will be within the hour, too full: before an append is refused.
 * The shards with the lowest {@linkplain SealedView#score migration score} go first, until enough is expected to stay
 * free. Room is worth the seconds within the hour that the disk would have too little of it, each byte its share of
 * them; a shard whose readers would wait for longer than its bytes are worth stays.
 */
final class ArchiveRule {

    private static final double HORIZON_SECONDS = 3600;

    /** So much more than the threshold is made free, as a share of the disk: or each minute would archive a little. */
    private static final double FREED_ABOVE = 0.05;

    /** Decisions about shards that the budget forbids, for each disk: the next coldest may be a smaller one. */
    private static final int FORBIDDEN_MAX = 3;

    /** Shards that are named as alternatives. */
    private static final int NAMED_MAX = 3;

    /** A shard that may be archived. */
    private record Candidate(SealedView shard, double score, Cost cost) {}

    private static final Comparator<Candidate> COLDEST_FIRST = Comparator.comparingDouble(Candidate::score)
            .thenComparingDouble(candidate -> candidate.shard().readsExpected())
            .thenComparing(candidate -> candidate.shard().bytes(), Comparator.reverseOrder())
            .thenComparing(candidate -> candidate.shard().id());

    /** What is known of one disk, and what the round frees of it. */
    private final class Disk {
        private final NodeView node;
        private final List<Candidate> candidates = new ArrayList<>();
        private long bytesFree;
        private int archiving;
        private int refusing;
        private int settling;

        private Disk(NodeView node) {
            this.node = node;
            bytesFree = work.nodes.of(node.name()).bytesFree;
        }

        private double total() {
            return (double) node.bytesFree() + node.bytesHeld();
        }

        private double limit() {
            return policy.diskFreeAt() * total();
        }

        private double expectedFree() {
            return bytesFree - node.bytesPerSecond() * HORIZON_SECONDS;
        }

        private double wanted() {
            return limit() + FREED_ABOVE * total() - expectedFree();
        }

        private boolean isPassed() {
            return bytesFree < limit();
        }

        private double secondsBelow() {
            if (isPassed()) {
                return HORIZON_SECONDS;
            }
            return node.bytesPerSecond() <= 0
                    ? 0
                    : Math.max(0, HORIZON_SECONDS - (bytesFree - limit()) / node.bytesPerSecond());
        }

        private void add(SealedView shard) {
            if (shard.leaving()) {
                bytesFree += shard.bytes();
                archiving++;
            }
        }

        private void offer(Candidate candidate) {
            if (!candidate.shard().archivable()) {
                refusing++;
            } else if (candidate.shard().busy() || candidate.shard().settledMinutes() < policy.settleMinutes()) {
                settling++;
            } else {
                candidates.add(candidate);
            }
        }
    }

    private final RoundWork work;
    private final Policy policy;

    /** By the node. */
    private final Map<String, Disk> disks = new HashMap<>();

    ArchiveRule(RoundWork work) {
        this.work = work;
        policy = work.policy;
    }

    void run() {
        work.view.nodes().forEach(node -> disks.put(node.name(), new Disk(node)));
        work.view.sealed().forEach(shard -> disksOf(shard).forEach(disk -> disk.add(shard)));
        disks.values().removeIf(disk -> !isDue(disk));
        if (disks.isEmpty()) {
            return;
        }
        for (var shard : work.view.sealed()) {
            var holders = disksOf(shard);
            if (!holders.isEmpty() && !shard.leaving() && shard.bytes() > 0) {
                var candidate = new Candidate(
                        shard,
                        SealedView.score(shard.readsExpected(), shard.bytes()),
                        SealedView.archiveCost(shard.bytes(), shard.readsExpected(), policy));
                holders.forEach(disk -> disk.offer(candidate));
            }
        }
        disks.values().stream()
                .sorted(Comparator.comparingDouble((Disk disk) -> -disk.secondsBelow())
                        .thenComparing(disk -> disk.node.name()))
                .toList()
                .forEach(this::relieve);
    }

    private List<Disk> disksOf(SealedView shard) {
        var found = new ArrayList<Disk>(shard.nodes().size());
        for (var node : shard.nodes()) {
            var disk = disks.get(node);
            if (disk != null) {
                found.add(disk);
            }
        }
        return found;
    }

    private boolean isDue(Disk disk) {
        return disk.isPassed() && policy.mode().reacts()
                || policy.mode().foresees()
                        && disk.secondsBelow() > 0
                        && disk.secondsBelow() >= policy.gainSecondsMin();
    }

    private void relieve(Disk disk) {
        double seconds = disk.secondsBelow();
        double wanted = disk.wanted();
        if (seconds <= 0 || wanted <= 0) {
            return;
        }
        if (!work.view.archives()) {
            none(disk, List.of("archive"), "there is no archive store");
            return;
        }
        disk.candidates.sort(COLDEST_FIRST);
        var hot = new ArrayList<String>();
        int hotShards = 0;
        int forbidden = 0;
        for (var candidate : disk.candidates) {
            if (disk.wanted() <= 0 || forbidden == FORBIDDEN_MAX) {
                return;
            }
            var shard = candidate.shard();
            double worth = seconds * Math.min(1, shard.bytes() / wanted);
            if (!work.isFree(shard.id())) {
                continue;
            }
            if (candidate.cost().disruptionSeconds() >= worth) {
                hotShards++;
                if (hot.size() < NAMED_MAX) {
                    hot.add(text(
                            "archive %s: costs %.1f s, its bytes are worth %.1f s",
                            shard.id(), candidate.cost().disruptionSeconds(), worth));
                }
            } else if (disk.archiving >= policy.copiesPerNode()) {
                none(disk, hot, policy.copiesPerNode() + " of its shards are on their way to the archive already");
                return;
            } else if (!propose(disk, candidate, worth, hot)) {
                forbidden++;
            }
        }
        if (disk.wanted() > 0 && forbidden == 0) {
            none(
                    disk,
                    hot,
                    text(
                            "no more to archive: %d sealed shards are read too much, %d changed less than %d minutes"
                                    + " ago, and the logs of %d have no archive setting",
                            hotShards, disk.settling, policy.settleMinutes(), disk.refusing));
        }
    }

    private boolean propose(Disk disk, Candidate candidate, double worth, List<String> alternatives) {
        var shard = candidate.shard();
        boolean passed = disk.isPassed() && policy.mode().reacts();
        var proposal = new Proposal(
                PlanKind.ARCHIVE,
                passed ? Cause.LIMIT_PASSED : Cause.FORECAST,
                List.of(shard.id()),
                OptionalLong.empty(),
                "",
                "",
                passed ? "" : forecast(disk),
                candidate.cost(),
                new Benefit(worth, (disk.expectedFree() + shard.bytes()) / disk.total(), 0));
        var inputs = new HashMap<>(inputs(disk));
        inputs.put("shardBytes", (double) shard.bytes());
        inputs.put("readsExpectedPerHour", shard.readsExpected());
        inputs.put("accessProbability", SealedView.accessProbability(shard.readsExpected()));
        inputs.put("scorePerByte", candidate.score());
        var reason = text("%s; the coldest for its size is %s", forecast(disk), shard.id());
        if (!work.propose(proposal, inputs, alternatives, reason)) {
            return false;
        }
        for (var other : disksOf(shard)) {
            other.bytesFree += shard.bytes();
            other.archiving++;
        }
        return true;
    }

    private void none(Disk disk, List<String> alternatives, String reason) {
        if (work.isRecording()) {
            work.none(
                    disk.node.name(),
                    inputs(disk),
                    alternatives,
                    forecast(disk) + "; " + reason,
                    Cost.NONE,
                    Benefit.NONE);
        }
    }

    private String forecast(Disk disk) {
        return text(
                "%s has %.0f %% of its disk free and is expected to have %.0f %% in an hour, where %.0f %% are wanted",
                disk.node.name(),
                100 * disk.bytesFree / disk.total(),
                100 * Math.max(0, disk.expectedFree()) / disk.total(),
                100 * policy.diskFreeAt());
    }

    private Map<String, Double> inputs(Disk disk) {
        return Map.of(
                "bytesFree", (double) disk.bytesFree,
                "bytesFreeExpected", disk.expectedFree(),
                "bytesFreeLimit", disk.limit(),
                "bytesPerSecond", disk.node.bytesPerSecond(),
                "secondsBelow", disk.secondsBelow());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
