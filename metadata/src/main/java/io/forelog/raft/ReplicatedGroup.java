package io.forelog.raft;

import io.forelog.raft.transport.Network;
import io.forelog.raft.wal.WalStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One replica of a replicated group. Safe for use by several threads.
 *
 * <p>Futures complete on threads of the group: what hangs on them must be short, or go elsewhere.
 */
public final class ReplicatedGroup {

    private final Replica replica;

    private ReplicatedGroup(Replica replica) {
        this.replica = replica;
    }

    /**
     * Opens the replica in {@code storage}, or makes it, and recovers its log; {@link #start()} makes it take part.
     *
     * @throws io.forelog.raft.wal.CorruptLogException if what it had forced has changed: replace the replica
     */
    public static ReplicatedGroup open(
            GroupConfig config,
            WalStorage storage,
            Network network,
            RaftRuntime runtime,
            StateMachine stateMachine,
            GroupListener listener)
            throws IOException {
        return new ReplicatedGroup(Replica.open(config, storage, network, runtime, stateMachine, listener));
    }

    /** Takes part in the group from here on. */
    public CompletableFuture<Void> start() {
        return replica.start();
    }

    /**
     * Submits an operation to be applied by all members, if this one leads. The bytes are handed over.
     *
     * @return completed once the operation is stored by a majority and applied here; or failed with a
     *     {@link SubmitException}, which says whether it may yet be applied
     * @throws IllegalArgumentException if it exceeds {@link GroupLimits#entryBytesMax()}
     */
    public CompletableFuture<Committed> submit(ByteBuffer operation, Durability durability) {
        return replica.submissions().submit(operation, durability);
    }

    /**
     * Waits until a read of the state machine here sees all that was acknowledged, by whichever leader, before this
     * call. Asks a majority, together with others that wait.
     *
     * @return completed with the index applied by then; or failed with a {@link SubmitException} if this member does
     *     not lead
     */
    public CompletableFuture<Long> readBarrier() {
        return replica.barriers().linearizable();
    }

    /** Like {@link #readBarrier()}, but under the leader's lease, which takes no time. Trusts the speed of clocks. */
    public CompletableFuture<Long> leasedReadBarrier() {
        return replica.barriers().leased();
    }

    /**
     * Waits until every live member has an entry that was committed here, as its answer comes in. A member is live that
     * was heard of within {@link RaftTiming#heartbeatTimeout()}.
     *
     * @return failed with {@link SubmitException.OutcomeUnknown} if that takes longer than {@code atMost}, or this
     *     member leads no more
     */
    public CompletableFuture<Void> everywhere(long index, Duration atMost) {
        return replica.live().have(index, atMost);
    }

    /**
     * Hands leadership to another voter; operations are refused for the few milliseconds that it takes.
     *
     * @return failed with a {@link java.util.concurrent.TimeoutException} if this member leads still
     */
    public CompletableFuture<Void> transferLeadership(MemberId target) {
        return replica.transfer().to(target);
    }

    /** Adds a member that learns and does not vote. It must never have belonged to the first members. */
    public CompletableFuture<Membership> addLearner(MemberId member) {
        return replica.changes().addLearner(member);
    }

    /** Makes a learner a voter. Do so once its lag is small, and keep the number of voters odd. */
    public CompletableFuture<Membership> promote(MemberId member) {
        return replica.changes().promote(member);
    }

    /** Removes a member. It may not learn of this itself. */
    public CompletableFuture<Membership> remove(MemberId member) {
        return replica.changes().remove(member);
    }

    /** Returns the name of the group. */
    public String name() {
        return replica.config().group();
    }

    /** Returns the members that the group was first made of. */
    public List<MemberId> founders() {
        return replica.config().initialMembers();
    }

    /** Returns who leads in a term above {@code term}, if that has been heard of here. */
    public Optional<MemberId> leaderSince(int term) {
        return replica.leaderSince(term);
    }

    /** Returns what is known of the replica; at most a heartbeat old. */
    public GroupStatus status() {
        return replica.status();
    }

    /** Begins a checkpoint of what is applied, whether or not it is time for one. */
    public void checkpoint() {
        replica.checkpoint();
    }

    /** Stops the replica for good, as an error of its own does: what it has on disk is not what was written. */
    public void fail(Throwable cause) {
        replica.fail(cause);
    }

    /** Leaves in order: what was appended is forced. Pending operations fail. */
    public CompletableFuture<Void> stop() {
        return replica.stop();
    }

    /** Stops at once and writes nothing more, as a crash would. For tests of recovery. */
    void crash() {
        replica.crash();
    }
}
