package io.forelog.metadata;

import io.forelog.record.Compression;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The cluster's state as bytes: a version, then every field in a fixed order. Knows no framing and no checksum. */
final class StateCodec {

    private static final int VERSION = 1;

    private StateCodec() {}

    static void write(ClusterState state, DataOutputStream out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(state.version());
        out.writeLong(state.nextIncarnation());
        out.writeInt(state.logs().size());
        for (var log : new TreeMap<>(state.logs()).values()) {
            writeLog(log, out);
        }
    }

    static ClusterState read(DataInputStream in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("metadata layout " + version + " is not known here; this release knows " + VERSION);
        }
        long stateVersion = in.readLong();
        long nextIncarnation = in.readLong();
        Map<String, Log> logs = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            var log = readLog(in);
            logs.put(log.name(), log);
        }
        return new ClusterState(stateVersion, nextIncarnation, logs);
    }

    private static void writeLog(Log log, DataOutput out) throws IOException {
        out.writeUTF(log.name());
        out.writeLong(log.incarnation());
        out.writeLong(log.createdAt());
        writeSettings(log.settings(), out);
        out.writeLong(log.shards().version());
        out.writeInt(log.shards().shards().size());
        for (var shard : log.shards().shards()) {
            writeShard(shard, out);
        }
    }

    private static Log readLog(DataInput in) throws IOException {
        var name = in.readUTF();
        long incarnation = in.readLong();
        long createdAt = in.readLong();
        var settings = readSettings(in);
        long version = in.readLong();
        var shards = readList(in, i -> readShard(i, in));
        return new Log(name, incarnation, settings, new ShardMap(version, shards), createdAt);
    }

    private static void writeSettings(LogSettings settings, DataOutput out) throws IOException {
        out.writeInt(settings.shards());
        out.writeInt(settings.replicas());
        out.writeUTF(settings.ack().toString());
        out.writeUTF(settings.fsync().toString());
        out.writeUTF(settings.keyDelimiter() == null ? "" : settings.keyDelimiter());
        writeBounds(settings.retention(), out);
        writeBounds(settings.archive(), out);
        out.writeBoolean(settings.critical());
        out.writeInt(settings.valueBytesMax());
        out.writeByte(settings.compression().id());
    }

    private static LogSettings readSettings(DataInput in) throws IOException {
        int shards = in.readInt();
        int replicas = in.readInt();
        var ack = Ack.parse(in.readUTF());
        var fsync = Fsync.parse(in.readUTF());
        var delimiter = in.readUTF();
        return new LogSettings(
                shards,
                replicas,
                ack,
                fsync,
                delimiter.isEmpty() ? null : delimiter,
                readBounds(in),
                readBounds(in),
                in.readBoolean(),
                in.readInt(),
                Compression.of(in.readByte()));
    }

    private static void writeBounds(Bounds bounds, DataOutput out) throws IOException {
        out.writeUTF(bounds.age() == null ? "" : bounds.age().toString());
        out.writeLong(bounds.bytes() == null ? 0 : bounds.bytes());
    }

    private static Bounds readBounds(DataInput in) throws IOException {
        var age = in.readUTF();
        long bytes = in.readLong();
        return new Bounds(age.isEmpty() ? null : Duration.parse(age), bytes == 0 ? null : (Long) bytes);
    }

    private static void writeShard(Shard shard, DataOutput out) throws IOException {
        out.writeUTF(shard.state().name());
        out.writeLong(shard.range().from());
        out.writeLong(shard.range().last());
        out.writeInt(shard.epoch());
        out.writeUTF(shard.leader());
        out.writeInt(shard.replicas().size());
        for (var replica : shard.replicas()) {
            out.writeUTF(replica);
        }
        writeNumbers(shard.parents(), out);
        writeNumbers(shard.children(), out);
    }

    private static Shard readShard(int number, DataInput in) {
        return unchecked(() -> new Shard(
                number,
                ShardState.valueOf(in.readUTF()),
                new KeyRange(in.readLong(), in.readLong()),
                in.readInt(),
                in.readUTF(),
                readList(in, i -> unchecked(in::readUTF)),
                readList(in, i -> unchecked(in::readInt)),
                readList(in, i -> unchecked(in::readInt))));
    }

    private static void writeNumbers(List<Integer> numbers, DataOutput out) throws IOException {
        out.writeInt(numbers.size());
        for (int number : numbers) {
            out.writeInt(number);
        }
    }

    private static <T> List<T> readList(DataInput in, IntFunction<T> element) throws IOException {
        int size = in.readInt();
        var list = new ArrayList<T>();
        for (int i = 0; i < size; i++) {
            list.add(element.apply(i));
        }
        return list;
    }

    private interface Reading<T> {
        @Nullable T get() throws IOException;
    }

    private static <T> T unchecked(Reading<T> reading) {
        try {
            return java.util.Objects.requireNonNull(reading.get());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
