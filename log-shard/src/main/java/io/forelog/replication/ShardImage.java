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
 * One shard as a group has applied it, but for its records.
 *
 * @param end the offset that its next record gets
 * @param epochBase what its epoch is above the group's term
 * @param plan by which it came to the group; 0 if with its log
 * @param producers what idempotent producers appended last, in an order that makes the same table again
 * @param origins what they appended to its ancestors
 */
record ShardImage(
        ShardId id,
        String logName,
        long end,
        int epochBase,
        long plan,
        Standing standing,
        List<ProducerState> producers,
        List<Origin> origins) {

    private static final byte OPEN = 0;
    private static final byte SEALED = 1;
    private static final byte RELEASED = 2;

    ShardImage {
        producers = List.copyOf(producers);
        origins = List.copyOf(origins);
    }

    /** Returns what is remembered of its ancestors, and last of itself. */
    List<Origin> withSelf() {
        var all = new ArrayList<>(origins);
        all.add(new Origin(id.number(), producers));
        return all;
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            write(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if they end early */
    static ShardImage read(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return read(in);
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(id.log());
        out.writeInt(id.number());
        out.writeUTF(logName);
        out.writeLong(end);
        write(producers, out);
        out.writeInt(epochBase);
        out.writeLong(plan);
        write(standing, out);
        writeOrigins(origins, out);
    }

    static ShardImage read(DataInputStream in) throws IOException {
        var first = readFirst(in);
        return new ShardImage(
                first.id,
                first.logName,
                first.end,
                in.readInt(),
                in.readLong(),
                readStanding(in),
                first.producers,
                readOrigins(in));
    }

    /** Reads the first layout, which knew neither plans nor what is sealed. */
    static ShardImage readFirst(DataInputStream in) throws IOException {
        var id = new ShardId(in.readLong(), in.readInt());
        var name = in.readUTF();
        return new ShardImage(id, name, in.readLong(), 0, 0, Standing.OPEN, readProducers(in), List.of());
    }

    private static void write(Standing standing, DataOutputStream out) throws IOException {
        switch (standing) {
            case Standing.Open() -> out.writeByte(OPEN);
            case Standing.Sealed(var children) -> {
                out.writeByte(SEALED);
                out.writeInt(children.size());
                for (int child : children) {
                    out.writeInt(child);
                }
            }
            case Standing.Released(var by, var epoch) -> {
                out.writeByte(RELEASED);
                out.writeLong(by);
                out.writeInt(epoch);
            }
        }
    }

    private static Standing readStanding(DataInputStream in) throws IOException {
        byte tag = in.readByte();
        return switch (tag) {
            case OPEN -> Standing.OPEN;
            case SEALED -> {
                var children = new ArrayList<Integer>();
                for (int left = in.readInt(); left > 0; left--) {
                    children.add(in.readInt());
                }
                yield new Standing.Sealed(children);
            }
            case RELEASED -> new Standing.Released(in.readLong(), in.readInt());
            default -> throw new IOException("standing " + tag + " is not known here: a newer release wrote it");
        };
    }

    static void writeOrigins(List<Origin> origins, DataOutputStream out) throws IOException {
        out.writeInt(origins.size());
        for (var origin : origins) {
            out.writeInt(origin.shard());
            write(origin.appended(), out);
        }
    }

    static List<Origin> readOrigins(DataInputStream in) throws IOException {
        var origins = new ArrayList<Origin>();
        for (int left = in.readInt(); left > 0; left--) {
            origins.add(new Origin(in.readInt(), readProducers(in)));
        }
        return origins;
    }

    private static void write(List<ProducerState> states, DataOutputStream out) throws IOException {
        out.writeInt(states.size());
        for (var state : states) {
            out.writeLong(state.producerId());
            out.writeShort(state.producerEpoch());
            out.writeInt(state.sequence());
            out.writeLong(state.baseOffset());
            out.writeInt(state.count());
        }
    }

    private static List<ProducerState> readProducers(DataInputStream in) throws IOException {
        var states = new ArrayList<ProducerState>();
        for (int left = in.readInt(); left > 0; left--) {
            states.add(new ProducerState(in.readLong(), in.readShort(), in.readInt(), in.readLong(), in.readInt()));
        }
        return states;
    }
}
