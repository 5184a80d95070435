package io.forelog.metadata;

import io.forelog.raft.MemberId;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The cluster's state as bytes: a version, then every field in a fixed order. Knows no framing and no checksum. */
public final class StateCodec {

    private static final int VERSION = 7;
    /** Of 1 on, a state is read; 2 added the policy. */
    private static final int POLICY_VERSION = 2;
    /** 3 added plans, and each shard's base of its epoch. */
    private static final int PLANS_VERSION = 3;
    /** 4 added the pauses of plans, and the keys that they pin. */
    private static final int PAUSES_VERSION = 4;
    /** 5 added nodes that are removed, and told the replicas of a group from the nodes that hold them. */
    private static final int REPLICAS_VERSION = 5;
    /** 6 added for how long a node has been silent. */
    private static final int SILENCE_VERSION = 6;
    /** 7 added which replicas of a group are lost. */
    private static final int LOST_VERSION = 7;

    private StateCodec() {}

    public static void write(ClusterState state, DataOutputStream out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(state.version());
        out.writeLong(state.nextIncarnation());
        out.writeInt(state.logs().size());
        for (var log : new TreeMap<>(state.logs()).values()) {
            writeLog(log, out);
        }
        out.writeInt(state.nodes().size());
        for (var node : new TreeMap<>(state.nodes()).values()) {
            writeNode(node, out);
        }
        out.writeInt(state.removed().size());
        for (var name : new TreeSet<>(state.removed())) {
            out.writeUTF(name);
        }
        out.writeInt(state.groups().size());
        for (var group : state.groups()) {
            writeGroup(group, out);
        }
        ClientCodec.write(state.clients(), out);
        writePolicy(state.policy(), out);
        PlanCodec.write(state.plans(), out);
    }

    /** @throws IOException if it was written by a release with a layout that is not known here */
    public static ClusterState read(DataInputStream in) throws IOException {
        int version = in.readInt();
        if (version < 1 || version > VERSION) {
            throw new IOException("metadata layout " + version + " is not known here; this release knows " + VERSION);
        }
        long stateVersion = in.readLong();
        long nextIncarnation = in.readLong();
        Map<String, Log> logs = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            var log = readLog(in, version);
            logs.put(log.name(), log);
        }
        Map<String, ClusterNode> nodes = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            var node = readNode(in, version);
            nodes.put(node.name(), node);
        }
        var removed = version < REPLICAS_VERSION ? List.<String>of() : readList(in, i -> unchecked(in::readUTF));
        var groups = readList(
                in,
                id -> unchecked(() ->
                        version < REPLICAS_VERSION ? readFirstGroup(id, nodes, in) : readGroup(id, version, in)));
        var clients = ClientCodec.read(in);
        var policy = version < POLICY_VERSION ? StoredPolicy.DEFAULT : readPolicy(in);
        var plans = version < PLANS_VERSION ? PlanBook.EMPTY : PlanCodec.readBook(in, version >= PAUSES_VERSION);
        return new ClusterState(
                stateVersion, nextIncarnation, logs, nodes, Set.copyOf(removed), groups, clients, policy, plans);
    }

    static void writePolicy(StoredPolicy policy, DataOutput out) throws IOException {
        out.writeUTF(policy.mode());
        out.writeInt(policy.numbers().size());
        for (var number : new TreeMap<>(policy.numbers()).entrySet()) {
            out.writeUTF(number.getKey());
            out.writeDouble(number.getValue());
        }
    }

    static StoredPolicy readPolicy(DataInput in) throws IOException {
        var mode = in.readUTF();
        Map<String, Double> numbers = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            numbers.put(in.readUTF(), in.readDouble());
        }
        return new StoredPolicy(mode, numbers);
    }

    private static void writeNode(ClusterNode node, DataOutput out) throws IOException {
        out.writeUTF(node.name());
        out.writeInt(node.incarnation());
        out.writeUTF(node.disk());
        out.writeUTF(node.region());
        out.writeUTF(node.http());
        out.writeUTF(node.raft());
        out.writeBoolean(node.draining());
        out.writeBoolean(node.leaving());
        out.writeLong(node.silence().toMillis());
    }

    private static ClusterNode readNode(DataInput in, int layout) throws IOException {
        return new ClusterNode(
                in.readUTF(),
                in.readInt(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readBoolean(),
                layout >= REPLICAS_VERSION && in.readBoolean(),
                Duration.ofMillis(layout < SILENCE_VERSION ? 0 : in.readLong()));
    }

    private static void writeGroup(Group group, DataOutput out) throws IOException {
        writeMembers(group.founders(), out);
        writeMembers(group.replicas(), out);
        writeMembers(group.present(), out);
        out.writeLong(group.presentIndex());
        out.writeInt(group.nextIncarnation());
        out.writeInt(group.lostBelow().size());
        for (var lost : new TreeMap<>(group.lostBelow()).entrySet()) {
            out.writeUTF(lost.getKey());
            out.writeInt(lost.getValue());
        }
        out.writeUTF(group.preferred());
        out.writeUTF(group.leader() == null ? "" : group.leader());
        out.writeInt(group.term());
    }

    private static Group readGroup(int id, int layout, DataInput in) throws IOException {
        var founders = readMembers(in);
        var replicas = readMembers(in);
        var present = readMembers(in);
        long presentIndex = in.readLong();
        int nextIncarnation = in.readInt();
        var lostBelow = new TreeMap<String, Integer>();
        for (int left = layout < LOST_VERSION ? 0 : in.readInt(); left > 0; left--) {
            lostBelow.put(in.readUTF(), in.readInt());
        }
        var preferred = in.readUTF();
        var leader = in.readUTF();
        return new Group(
                id,
                founders,
                replicas,
                present,
                presentIndex,
                nextIncarnation,
                lostBelow,
                preferred,
                nameOrNull(leader),
                in.readInt());
    }

    /** Before layout 4 a replica had the incarnation of its node, whatever its group. */
    private static Group readFirstGroup(int id, Map<String, ClusterNode> nodes, DataInput in) throws IOException {
        var founders = readMembers(in);
        var names = readList(in, i -> unchecked(in::readUTF));
        var preferred = in.readUTF();
        var leader = in.readUTF();
        int term = in.readInt();
        var replicas = names.stream().map(name -> nodes.get(name).member()).toList();
        var known = new ArrayList<>(founders);
        nodes.values().forEach(node -> known.add(node.member()));
        return new Group(
                id,
                founders,
                replicas,
                replicas,
                0,
                Group.nextIncarnation(known),
                Map.of(),
                preferred,
                nameOrNull(leader),
                term);
    }

    private static @Nullable String nameOrNull(String name) {
        return name.isEmpty() ? null : name;
    }

    static void writeMembers(List<MemberId> members, DataOutput out) throws IOException {
        out.writeInt(members.size());
        for (var member : members) {
            out.writeUTF(member.node());
            out.writeInt(member.incarnation());
        }
    }

    static List<MemberId> readMembers(DataInput in) throws IOException {
        return readList(in, i -> unchecked(() -> new MemberId(in.readUTF(), in.readInt())));
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

    private static Log readLog(DataInput in, int layout) throws IOException {
        var name = in.readUTF();
        long incarnation = in.readLong();
        long createdAt = in.readLong();
        var settings = readSettings(in);
        long version = in.readLong();
        var shards = readList(in, i -> readShard(i, in, layout));
        return new Log(name, incarnation, settings, new ShardMap(version, shards), createdAt);
    }

    static void writeSettings(LogSettings settings, DataOutput out) throws IOException {
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

    static LogSettings readSettings(DataInput in) throws IOException {
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
        out.writeInt(shard.group());
        writeNumbers(shard.parents(), out);
        writeNumbers(shard.children(), out);
        out.writeInt(shard.epochBase());
    }

    private static Shard readShard(int number, DataInput in, int layout) {
        return unchecked(() -> new Shard(
                number,
                ShardState.valueOf(in.readUTF()),
                new KeyRange(in.readLong(), in.readLong()),
                in.readInt(),
                readList(in, i -> unchecked(in::readInt)),
                readList(in, i -> unchecked(in::readInt)),
                layout < PLANS_VERSION ? 0 : in.readInt()));
    }

    static void writeNumbers(List<Integer> numbers, DataOutput out) throws IOException {
        out.writeInt(numbers.size());
        for (int number : numbers) {
            out.writeInt(number);
        }
    }

    static <T> List<T> readList(DataInput in, IntFunction<T> element) throws IOException {
        int size = in.readInt();
        var list = new ArrayList<T>();
        for (int i = 0; i < size; i++) {
            list.add(element.apply(i));
        }
        return list;
    }

    private interface Reading<T> {
        @Nullable
        T get() throws IOException;
    }

    private static <T> T unchecked(Reading<T> reading) {
        try {
            return java.util.Objects.requireNonNull(reading.get());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
