package io.forelog.server.peer;

import io.forelog.raft.MemberId;
import io.forelog.record.RecordBatch;
import io.forelog.replication.Appended;
import io.forelog.replication.ShardId;
import java.util.List;

/** The messages that are no more than their fields; those with a rule of their own have a file of their own. */
public final class Messages {

    private Messages() {}

    /** Bytes whose meaning is their handler's. */
    public record Opaque(byte[] bytes) implements PeerMessage {

        static Opaque read(WireReader in) {
            return new Opaque(in.bytes(Integer.MAX_VALUE));
        }

        @Override
        public void write(WireWriter out) {
            out.bytes(bytes);
        }

        @Override
        public int sizeHint() {
            return bytes.length + Integer.BYTES;
        }
    }

    /** A number, whatever it counts. */
    public record Number(long value) implements PeerMessage {

        static Number read(WireReader in) {
            return new Number(in.longNumber());
        }

        @Override
        public void write(WireWriter out) {
            out.number(value);
        }
    }

    /** @param nextOffset as in {@link io.forelog.replication.AppendCommand} */
    public record Append(ShardId shard, RecordBatch batch, long nextOffset, boolean forced, boolean everywhere)
            implements PeerMessage {

        static Append read(WireReader in) {
            return new Append(in.shard(), in.batch(), in.longNumber(), in.flag(), in.flag());
        }

        @Override
        public void write(WireWriter out) {
            out.shard(shard).batch(batch).number(nextOffset).flag(forced).flag(everywhere);
        }

        @Override
        public int sizeHint() {
            return batch.sizeBytes() + 64;
        }
    }

    /** Where a batch was appended. */
    public record AppendedAt(Appended at) implements PeerMessage {

        static AppendedAt read(WireReader in) {
            return new AppendedAt(new Appended(
                    in.number(0, Integer.MAX_VALUE), in.longNumber(), in.number(1, Integer.MAX_VALUE), in.flag()));
        }

        @Override
        public void write(WireWriter out) {
            out.number(at.shard()).number(at.baseOffset()).number(at.count()).flag(at.duplicate());
        }
    }

    /** What a replica is asked of a range of its offsets; 0 for what does not matter. */
    public record Copy(ShardId shard, long from, long end, int bytesMax) implements PeerMessage {

        static Copy read(WireReader in) {
            return new Copy(in.shard(), in.longNumber(), in.longNumber(), in.number(0, Integer.MAX_VALUE));
        }

        @Override
        public void write(WireWriter out) {
            out.shard(shard).number(from).number(end).number(bytesMax);
        }
    }

    /** A shard as a group ended its appends by a plan. */
    public record Ended(int group, ShardId shard, long plan) implements PeerMessage {

        static Ended read(WireReader in) {
            return new Ended(in.number(0, Integer.MAX_VALUE), in.shard(), in.longNumber());
        }

        @Override
        public void write(WireWriter out) {
            out.number(group).shard(shard).number(plan);
        }
    }

    /** A replica of a group that has stopped for good. */
    public record Stopped(int group, MemberId member) implements PeerMessage {

        static Stopped read(WireReader in) {
            return new Stopped(
                    in.number(0, Integer.MAX_VALUE), new MemberId(in.text(), in.number(0, Integer.MAX_VALUE)));
        }

        @Override
        public void write(WireWriter out) {
            out.number(group).text(member.node()).number(member.incarnation());
        }
    }

    /** A group's checkpoint. */
    public record Checkpoint(int group, long index) implements PeerMessage {

        static Checkpoint read(WireReader in) {
            return new Checkpoint(in.number(0, Integer.MAX_VALUE), in.longNumber());
        }

        @Override
        public void write(WireWriter out) {
            out.number(group).number(index);
        }
    }

    /** Whole stored batches, in order. */
    public record Batches(List<RecordBatch> batches) implements PeerMessage {

        private static final int COUNT_MAX = 1 << 20;

        static Batches read(WireReader in) {
            return new Batches(in.list(COUNT_MAX, Integer.BYTES + RecordBatch.HEADER_BYTES, in::batch));
        }

        @Override
        public void write(WireWriter out) {
            out.list(batches, out::batch);
        }

        @Override
        public int sizeHint() {
            return 64
                    + batches.stream()
                            .mapToInt(batch -> batch.sizeBytes() + Integer.BYTES)
                            .sum();
        }
    }
}
