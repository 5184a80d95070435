package io.forelog.replication;

import io.forelog.storage.ShardLog.ProducerState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of a group's shards when its log was applied up to an index, but for their records: those are in the
 * shards' own logs, forced before a checkpoint counts.
 *
 * @param index of the last operation that is in it
 */
record GroupCheckpoint(long index, List<ShardImage> shards) {

    private static final int VERSION = 1;

    /**
     * One shard.
     *
     * @param end the offset that its next record gets
     * @param producers what idempotent producers appended last, in an order that makes the same table again
     */
    record ShardImage(ShardId id, String logName, long end, List<ProducerState> producers) {}

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            out.writeLong(index);
            out.writeInt(shards.size());
            for (var shard : shards) {
                out.writeLong(shard.id().log());
                out.writeInt(shard.id().number());
                out.writeUTF(shard.logName());
                out.writeLong(shard.end());
                out.writeInt(shard.producers().size());
                for (var producer : shard.producers()) {
                    out.writeLong(producer.producerId());
                    out.writeShort(producer.producerEpoch());
                    out.writeInt(producer.sequence());
                    out.writeLong(producer.baseOffset());
                    out.writeInt(producer.count());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if the bytes end early, or a newer release wrote them */
    static GroupCheckpoint read(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException("checkpoint layout " + version + " is not known here; this release knows " + VERSION);
            }
            long index = in.readLong();
            var shards = new ArrayList<ShardImage>();
            for (int left = in.readInt(); left > 0; left--) {
                shards.add(readShard(in));
            }
            return new GroupCheckpoint(index, shards);
        }
    }

    private static ShardImage readShard(DataInputStream in) throws IOException {
        var id = new ShardId(in.readLong(), in.readInt());
        var name = in.readUTF();
        long end = in.readLong();
        var producers = new ArrayList<ProducerState>();
        for (int left = in.readInt(); left > 0; left--) {
            producers.add(new ProducerState(
                    in.readLong(), in.readShort(), in.readInt(), in.readLong(), in.readInt()));
        }
        return new ShardImage(id, name, end, producers);
    }
}
