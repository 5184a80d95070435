package io.forelog.replication;

import io.forelog.raft.GroupCommit;
import io.forelog.record.RecordBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a group's log holds: each operation means the same on every replica. */
sealed interface GroupOperation {

    /**
     * Appends a batch to a shard.
     *
     * @param nextOffset as in {@link AppendCommand}
     */
    record Append(ShardId shard, long nextOffset, RecordBatch batch) implements GroupOperation {}

    /** Lets a shard take nothing more of a producer's lower epochs; does nothing if it does so already. */
    record Fence(ShardId shard, long producer, short epoch) implements GroupOperation {}

    /** Opens a shard for appends; does nothing if it is open. */
    record Open(ShardId shard, String logName) implements GroupOperation {}

    /** Deletes a shard; does nothing if it is gone. */
    record Drop(ShardId shard) implements GroupOperation {}

    /** Takes a step of a plan. */
    record Change(ShardChange step) implements GroupOperation {}

    byte APPEND = 1;
    byte OPEN = 2;
    byte DROP = 3;
    byte CHANGE = 4;
    /** An append that a shard begins with: a tag of its own, so that a release that knows nothing of it stops there. */
    byte BEGIN = 5;
    byte FENCE = 6;

    /**
     * Returns the operation as bytes: a tag, then the shard and what else there is, or the step. Before them is room
     * for {@link GroupCommit#add}.
     */
    default ByteBuffer toBytes() {
        return switch (this) {
            case Append append -> {
                var batch = append.batch().buffer();
                byte tag = AppendCommand.isBeginning(append.nextOffset()) ? BEGIN : APPEND;
                yield ended(begin(tag, append.shard(), Long.BYTES + batch.remaining())
                        .putLong(append.nextOffset())
                        .put(batch));
            }
            case Fence fence ->
                ended(begin(FENCE, fence.shard(), Long.BYTES + Short.BYTES)
                        .putLong(fence.producer())
                        .putShort(fence.epoch()));
            case Open open -> {
                byte[] name = open.logName().getBytes(StandardCharsets.UTF_8);
                yield ended(begin(OPEN, open.shard(), name.length).put(name));
            }
            case Drop drop -> ended(begin(DROP, drop.shard(), 0));
            case Change change -> {
                byte[] step = change.step().toBytes();
                yield ByteBuffer.allocate(Byte.BYTES + step.length)
                        .put(CHANGE)
                        .put(step)
                        .flip();
            }
        };
    }

    private static ByteBuffer ended(ByteBuffer bytes) {
        return bytes.limit(bytes.position()).position(GroupCommit.HEADROOM);
    }

    private static ByteBuffer begin(byte tag, ShardId shard, int bytes) {
        return ByteBuffer.allocate(GroupCommit.HEADROOM + Byte.BYTES + Long.BYTES + Integer.BYTES + bytes)
                .position(GroupCommit.HEADROOM)
                .put(tag)
                .putLong(shard.log())
                .putInt(shard.number());
    }

    /** Returns whether the bytes of an operation are those of an append to where the shard ends. */
    static boolean isAppend(ByteBuffer bytes) {
        return bytes.get(bytes.position()) == APPEND;
    }

    /** Reads an operation; a batch in it is a view of the bytes. */
    static GroupOperation read(ByteBuffer bytes) {
        byte tag = bytes.get();
        if (tag == CHANGE) {
            return new Change(ShardChange.read(bytes));
        }
        var shard = new ShardId(bytes.getLong(), bytes.getInt());
        return switch (tag) {
            case APPEND, BEGIN -> new Append(shard, bytes.getLong(), RecordBatch.wrap(bytes));
            case FENCE -> new Fence(shard, bytes.getLong(), bytes.getShort());
            case OPEN -> new Open(shard, StandardCharsets.UTF_8.decode(bytes).toString());
            case DROP -> new Drop(shard);
            default ->
                throw new IllegalStateException("operation " + tag + " is not known here: a newer release wrote it");
        };
    }
}
