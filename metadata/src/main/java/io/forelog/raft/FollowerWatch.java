package io.forelog.raft;

import io.microraft.RaftEndpoint;
import io.microraft.report.RaftNodeReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Watches, on the leader, how far each follower is, and finds those that answer and yet take nothing. Raft thread only.
 */
final class FollowerWatch {

    /** For this long after an offer a follower counts as being sent a checkpoint. */
    private static final Duration INSTALLING = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private final ScaledTime time;
    private final RaftTiming timing;
    private final Consumer<FollowerProgress> onStalled;
    private final Map<RaftEndpoint, Watched> followers = new HashMap<>();
    private final Map<MemberId, Long> offeredNanos = new HashMap<>();

    private static final class Watched {

        private long matchIndex = -1;
        private long advancedNanos;
        private boolean told;
    }

    FollowerWatch(LongSupplier nanoTime, ScaledTime time, RaftTiming timing, Consumer<FollowerProgress> onStalled) {
        this.nanoTime = nanoTime;
        this.time = time;
        this.timing = timing;
        this.onStalled = onStalled;
    }

    /** A checkpoint is offered to a member. */
    void offered(MemberId member) {
        offeredNanos.put(member, nanoTime.getAsLong());
    }

    /** Looks at the followers anew; returns nothing where this member does not lead. */
    List<FollowerProgress> look(RaftNodeReport report) {
        var matches = report.getLog().getFollowerMatchIndices();
        followers.keySet().retainAll(matches.keySet());
        offeredNanos.keySet().removeIf(member -> !matches.containsKey(new Endpoint(member)));
        return report.getEffectiveMembers().getMembers().stream()
                .filter(matches::containsKey)
                .map(endpoint -> look(endpoint, matches.get(endpoint), report))
                .toList();
    }

    private FollowerProgress look(RaftEndpoint endpoint, long matchIndex, RaftNodeReport report) {
        var now = nanoTime.getAsLong();
        var member = Endpoint.idOf(endpoint);
        var watched = followers.computeIfAbsent(endpoint, unseen -> new Watched());
        var last = report.getLog().getLastLogOrSnapshotIndex();
        if (matchIndex > watched.matchIndex || matchIndex == last) {
            watched.matchIndex = matchIndex;
            watched.advancedNanos = now;
            watched.told = false;
        }
        var heard = report.getHeartbeatTimestamps().get(endpoint);
        var silence = heard == null ? Duration.ZERO : time.wallSince(heard);
        var offered = offeredNanos.get(member);
        var installing = offered != null && now - offered < INSTALLING.toNanos();
        if (installing) {
            watched.advancedNanos = now;
        }
        var progress = new FollowerProgress(
                member,
                matchIndex,
                last - matchIndex,
                silence,
                Duration.ofNanos(now - watched.advancedNanos),
                installing);
        var answers = silence.compareTo(timing.heartbeatTimeout()) < 0;
        if (answers && !watched.told && progress.standstill().compareTo(timing.stallTimeout()) > 0) {
            watched.told = true;
            onStalled.accept(progress);
        }
        return progress;
    }
}
