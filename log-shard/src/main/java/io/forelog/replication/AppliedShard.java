package io.forelog.replication;

import io.forelog.metadata.ShardMap;
import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.List;

/**
 * A shard as far as one group's log was applied to it: a pure function of what was applied, the same on every replica
 * of the group. Operations come from the thread that applies; everything else may be called by any thread.
 */
final class AppliedShard {

    private static final long NO_PRODUCER = -1;

    private final ShardReplica replica;
    private volatile long plan;
    private final int epochBase;
    private final ProducerTable producers;
    private volatile long end;
    private volatile Standing standing;

    /** @throws IllegalStateException if records below the end are not there */
    AppliedShard(ShardReplica replica, ShardImage image) {
        if (replica.log().endOffset() < image.end()) {
            throw new IllegalStateException(
                    "shard " + image.id() + " ends at " + replica.log().endOffset() + " on disk, but " + image.end()
                            + " was applied: records are lost here");
        }
        this.replica = replica;
        this.plan = image.plan();
        this.epochBase = image.epochBase();
        this.producers = new ProducerTable(image.id().number(), image.producers(), image.origins());
        this.end = image.end();
        this.standing = image.standing();
        published();
    }

    private void published() {
        if (!(standing instanceof Standing.Released)) {
            replica.answersFrom(plan, producers);
        }
        if (standing instanceof Standing.Sealed(var children)) {
            replica.sealed(children);
        }
        replica.raise(end);
    }

    ShardReplica replica() {
        return replica;
    }

    /**
     * Returns the plan by which the shard came to the group, or the last one since that was given up or sealed it; 0 if
     * it came with its log, and none did.
     */
    long plan() {
        return plan;
    }

    int epochBase() {
        return epochBase;
    }

    Standing standing() {
        return standing;
    }

    ProducerTable producers() {
        return producers;
    }

    ShardImage image() {
        return new ShardImage(
                replica.id(), replica.logName(), end, epochBase, plan, standing, producers.all(), producers.origins());
    }

    /** Returns whether the shard is sealed, and remembers more of producers than it needs once it has children. */
    boolean remembersTooMuch() {
        return standing instanceof Standing.Sealed && !producers.isShort();
    }

    /**
     * Lets go of what it remembers too much, if its children are named in the map: they have begun with it. Called by
     * any thread: no state depends on what a sealed shard remembers.
     */
    void shortenProducers(ShardMap map) {
        if (standing instanceof Standing.Sealed(var children)
                && children.stream().allMatch(child -> map.shard(child) != null)) {
            producers.shorten();
        }
    }

    void seal(List<Integer> children, long by) {
        plan = Math.max(plan, by);
        standing = new Standing.Sealed(children);
        replica.sealed(children);
    }

    /** Takes note that a plan was given up: neither it nor an earlier one ends the shard. */
    void keep(long by) {
        plan = Math.max(plan, by);
    }

    void release(long by, int term) {
        standing = new Standing.Released(by, epochBase + term);
    }

    /**
     * Takes nothing more of a producer's epochs below this one, whether the producer appends here in the new one or
     * not: it may have gone on to another shard, and what is left of it from before must not append here.
     */
    GroupAnswer fence(long producer, short epoch) {
        if (standing instanceof Standing.Released) {
            return new GroupAnswer.NotOpen();
        }
        short known = producers.epochOf(producer);
        if (known > epoch) {
            return new GroupAnswer.Fenced(producer, epoch, known);
        }
        if (known == epoch) {
            return new GroupAnswer.Done();
        }
        if (standing instanceof Standing.Sealed(var children)) {
            // They have begun with what it knew, so it is they who must know.
            return new GroupAnswer.Sealed(children);
        }
        producers.applied(new ProducerState(producer, epoch, ProducerTable.NO_SEQUENCE, end, 0));
        return new GroupAnswer.Done();
    }

    /**
     * Appends a committed batch, and returns where it is, or why it is refused.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; nothing changed, to be tried again
     * @throws IllegalStateException if what is on disk is not what is to be applied
     */
    GroupAnswer apply(RecordBatch batch, long nextOffset, int term) {
        if (standing instanceof Standing.Released) {
            return new GroupAnswer.NotOpen();
        }
        boolean idempotent = batch.producerId() != NO_PRODUCER;
        if (idempotent) {
            var answer = producers.check(batch);
            if (answer != null) {
                return answer;
            }
        }
        if (standing instanceof Standing.Sealed(var children)) {
            return new GroupAnswer.Sealed(children);
        }
        boolean begins = AppendCommand.isBeginning(nextOffset) && end == 0;
        long at = begins ? AppendCommand.wanted(nextOffset) : end;
        if (nextOffset != AppendCommand.ANY_OFFSET && nextOffset != at && !begins) {
            return new GroupAnswer.Mismatch(at);
        }
        if (begins) {
            replica.beginAt(at);
        }
        replica.write(batch, at, epochBase + term);
        if (idempotent) {
            producers.applied(new ProducerState(
                    batch.producerId(), batch.producerEpoch(), batch.baseSequence(), at, batch.count()));
        }
        end = at + batch.count();
        replica.raise(end);
        return new GroupAnswer.At(new Appended(replica.number(), at, batch.count(), false));
    }
}
