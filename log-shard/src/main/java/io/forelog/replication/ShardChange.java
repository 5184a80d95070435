package io.forelog.replication;

import io.forelog.storage.ShardLog.ProducerState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A step of a plan in a group's log. A step that was taken already changes nothing. */
sealed interface ShardChange {

    /** Returns the plan whose step it is. */
    long plan();

    /**
     * Seals parents, and opens children with what these remember, all at one point of the group's log.
     *
     * @param parents that this group holds
     * @param children all that take over, for callers that ask
     * @param opened those of them that this group opens now
     * @param elder what they remember of parents that another group holds, and has sealed; bounded
     */
    record Succeed(
            long plan,
            long log,
            String logName,
            List<Integer> parents,
            List<Integer> children,
            List<Integer> opened,
            List<Origin> elder)
            implements ShardChange {}

    /** Opens a child whose parents another group has sealed. */
    record Inherit(long plan, ShardId child, String logName, List<Origin> origins) implements ShardChange {}

    /** Ends the appends of a shard that another group takes over. */
    record Release(long plan, ShardId shard) implements ShardChange {}

    /**
     * Lets shards stay as they are, if none of them has ended: neither the plan nor an earlier one can end them any
     * more.
     */
    record Keep(long plan, long log, List<Integer> shards) implements ShardChange {}

    /**
     * Takes a shard over from the group that released it.
     *
     * @param end where that released it
     * @param epochMin the lowest epoch that it may have here
     * @param sources nodes of that group, which have the records below
     */
    record Adopt(
            long plan,
            ShardId shard,
            String logName,
            long end,
            int epochMin,
            List<String> sources,
            List<ProducerState> producers,
            List<Origin> origins)
            implements ShardChange {}

    /** Lets go of the copy of a shard that was released. */
    record Forget(long plan, ShardId shard) implements ShardChange {}

    byte SUCCEED = 1;
    byte INHERIT = 2;
    byte RELEASE = 3;
    byte ADOPT = 4;
    byte FORGET = 5;
    byte KEEP = 6;
    byte SUCCEED_ELDER = 7;

    default byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            write(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out) throws IOException {
        switch (this) {
            case Succeed succeed -> {
                out.writeByte(succeed.elder().isEmpty() ? SUCCEED : SUCCEED_ELDER);
                out.writeLong(plan());
                out.writeLong(succeed.log());
                out.writeUTF(succeed.logName());
                write(succeed.parents(), out);
                write(succeed.children(), out);
                write(succeed.opened(), out);
                if (!succeed.elder().isEmpty()) {
                    ShardImage.writeOrigins(succeed.elder(), out);
                }
            }
            case Inherit inherit -> {
                out.writeByte(INHERIT);
                out.writeLong(plan());
                write(inherit.child(), out);
                out.writeUTF(inherit.logName());
                ShardImage.writeOrigins(inherit.origins(), out);
            }
            case Release release -> {
                out.writeByte(RELEASE);
                out.writeLong(plan());
                write(release.shard(), out);
            }
            case Adopt adopt -> {
                out.writeByte(ADOPT);
                out.writeLong(plan());
                out.writeInt(adopt.epochMin());
                out.writeInt(adopt.sources().size());
                for (var node : adopt.sources()) {
                    out.writeUTF(node);
                }
                new ShardImage(
                                adopt.shard(),
                                adopt.logName(),
                                adopt.end(),
                                0,
                                plan(),
                                Standing.OPEN,
                                adopt.producers(),
                                adopt.origins())
                        .write(out);
            }
            case Keep keep -> {
                out.writeByte(KEEP);
                out.writeLong(plan());
                out.writeLong(keep.log());
                write(keep.shards(), out);
            }
            case Forget forget -> {
                out.writeByte(FORGET);
                out.writeLong(plan());
                write(forget.shard(), out);
            }
        }
    }

    /** Reads a step; one that this release does not know stops the replica. */
    static ShardChange read(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a step of a plan cannot be read", e);
        }
    }

    private static ShardChange read(DataInputStream in) throws IOException {
        byte tag = in.readByte();
        long plan = in.readLong();
        return switch (tag) {
            case SUCCEED -> readSucceed(plan, in, false);
            case SUCCEED_ELDER -> readSucceed(plan, in, true);
            case INHERIT -> new Inherit(plan, readId(in), in.readUTF(), ShardImage.readOrigins(in));
            case RELEASE -> new Release(plan, readId(in));
            case ADOPT -> {
                int epochMin = in.readInt();
                var sources = new ArrayList<String>();
                for (int left = in.readInt(); left > 0; left--) {
                    sources.add(in.readUTF());
                }
                var image = ShardImage.read(in);
                yield new Adopt(
                        plan,
                        image.id(),
                        image.logName(),
                        image.end(),
                        epochMin,
                        sources,
                        image.producers(),
                        image.origins());
            }
            case KEEP -> new Keep(plan, in.readLong(), readNumbers(in));
            case FORGET -> new Forget(plan, readId(in));
            default -> throw new IOException("step " + tag + " is not known here: a newer release wrote it");
        };
    }

    private static Succeed readSucceed(long plan, DataInputStream in, boolean hasElder) throws IOException {
        return new Succeed(
                plan,
                in.readLong(),
                in.readUTF(),
                readNumbers(in),
                readNumbers(in),
                readNumbers(in),
                hasElder ? ShardImage.readOrigins(in) : List.of());
    }

    private static void write(ShardId shard, DataOutputStream out) throws IOException {
        out.writeLong(shard.log());
        out.writeInt(shard.number());
    }

    private static ShardId readId(DataInputStream in) throws IOException {
        return new ShardId(in.readLong(), in.readInt());
    }

    private static void write(List<Integer> numbers, DataOutputStream out) throws IOException {
        out.writeInt(numbers.size());
        for (int number : numbers) {
            out.writeInt(number);
        }
    }

    private static List<Integer> readNumbers(DataInputStream in) throws IOException {
        var numbers = new ArrayList<Integer>();
        for (int left = in.readInt(); left > 0; left--) {
            numbers.add(in.readInt());
        }
        return numbers;
    }
}
