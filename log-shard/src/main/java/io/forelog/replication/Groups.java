package io.forelog.replication;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What this node knows of the replication groups that it is a member of. Safe for use by any thread. */
public interface Groups {

    /** Returns whether this node leads the group and has applied all that earlier leaders committed. */
    boolean leads(int group);

    /**
     * Returns who leads the group in a term above {@code term}, as far as a replica here has heard: sooner than the
     * metadata, which may have lost its own leader with the group's.
     */
    default Optional<String> leaderSince(int group, int term) {
        return Optional.empty();
    }

    /**
     * Returns whether a group has a shard, as far as its log was applied here, and no other group has taken it over.
     * Asked after {@link #barrier}, it says whether what the group's leader has of the shard is all there is.
     */
    boolean owns(int group, ShardId shard);

    /**
     * Waits until a read of the group's shards here sees all that was acknowledged before this call, by whichever
     * leader.
     *
     * @return failed with a {@link io.forelog.error.NoLeaderException} if this node does not lead the group
     */
    CompletableFuture<Void> barrier(int group);

    /**
     * Lets a shard, whose group this node leads, take nothing more of a producer's epochs below this one.
     *
     * @return failed with a {@link io.forelog.error.ProducerFencedException} if there is a higher epoch already, with a
     *     {@link io.forelog.error.ShardSealedException} if its children must be told, and with a {@link
     *     io.forelog.error.NoLeaderException} if that can be tried again
     */
    CompletableFuture<Void> fence(int group, ShardId shard, long producer, short epoch);
}
