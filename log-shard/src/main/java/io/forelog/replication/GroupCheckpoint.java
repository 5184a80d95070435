package io.forelog.replication;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a group's shards when its log was applied up to an index, but for their records: those are in the
 * shards' own logs, forced before a checkpoint counts.
 *
 * @param index of the last operation that is in it
 * @param forgotten shards that other groups took over, by the plan that moved them
 */
record GroupCheckpoint(long index, List<ShardImage> shards, Map<ShardId, Long> forgotten) {

    private static final int VERSION = 2;
    /** Read, and never written. */
    private static final int FIRST_VERSION = 1;

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            out.writeLong(index);
            out.writeInt(shards.size());
            for (var shard : shards) {
                shard.write(out);
            }
            out.writeInt(forgotten.size());
            for (var shard : new TreeMap<>(forgotten).entrySet()) {
                out.writeLong(shard.getKey().log());
                out.writeInt(shard.getKey().number());
                out.writeLong(shard.getValue());
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
            if (version != VERSION && version != FIRST_VERSION) {
                throw new IOException(
                        "checkpoint layout " + version + " is not known here; this release knows " + VERSION);
            }
            long index = in.readLong();
            var shards = new ArrayList<ShardImage>();
            for (int left = in.readInt(); left > 0; left--) {
                shards.add(version == VERSION ? ShardImage.read(in) : ShardImage.readFirst(in));
            }
            var forgotten = new TreeMap<ShardId, Long>();
            for (int left = version == VERSION ? in.readInt() : 0; left > 0; left--) {
                forgotten.put(new ShardId(in.readLong(), in.readInt()), in.readLong());
            }
            return new GroupCheckpoint(index, shards, forgotten);
        }
    }
}
