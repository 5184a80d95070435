package io.forelog.replication;

import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
import io.forelog.error.ShardSealedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a replica answers to an operation, as bytes: a part of what every replica computes alike. */
sealed interface GroupAnswer {

    /** Where a batch is. */
    record At(Appended appended) implements GroupAnswer {}

    /** It was not appended: the shard's next offset is another. */
    record Mismatch(long nextOffset) implements GroupAnswer {}

    /** It was not appended: the producer's sequence is older than all that is remembered. */
    record Gap(long producer, int sequence, long expected) implements GroupAnswer {}

    /** It was not appended: the producer has a newer epoch. */
    record Fenced(long producer, int epoch, int current) implements GroupAnswer {}

    /** It was not appended: the shard takes no more. */
    record Sealed(List<Integer> children) implements GroupAnswer {}

    /** It was not appended: the shard is not open in this group, not yet or not any more. */
    record NotOpen() implements GroupAnswer {}

    /** It is done, and there is nothing to say. */
    record Done() implements GroupAnswer {}

    private static ByteBuffer tagged(int tag, int bytes) {
        return ByteBuffer.allocate(Byte.BYTES + bytes).put((byte) tag);
    }

    default ByteBuffer toBytes() {
        return switch (this) {
            case At(var at) ->
                tagged(0, 17)
                        .putInt(at.shard())
                        .putLong(at.baseOffset())
                        .putInt(at.count())
                        .put((byte) (at.duplicate() ? 1 : 0))
                        .flip();
            case Mismatch(var next) -> tagged(1, 8).putLong(next).flip();
            case Gap gap ->
                tagged(2, 20)
                        .putLong(gap.producer())
                        .putInt(gap.sequence())
                        .putLong(gap.expected())
                        .flip();
            case Fenced fenced ->
                tagged(3, 16)
                        .putLong(fenced.producer())
                        .putInt(fenced.epoch())
                        .putInt(fenced.current())
                        .flip();
            case Sealed(var children) -> {
                var bytes = tagged(4, 4 * children.size());
                children.forEach(bytes::putInt);
                yield bytes.flip();
            }
            case NotOpen() -> tagged(5, 0).flip();
            case Done() -> tagged(6, 0).flip();
        };
    }

    static GroupAnswer read(ByteBuffer bytes) {
        byte tag = bytes.get();
        return switch (tag) {
            case 0 -> new At(new Appended(bytes.getInt(), bytes.getLong(), bytes.getInt(), bytes.get() == 1));
            case 1 -> new Mismatch(bytes.getLong());
            case 2 -> new Gap(bytes.getLong(), bytes.getInt(), bytes.getLong());
            case 3 -> new Fenced(bytes.getLong(), bytes.getInt(), bytes.getInt());
            case 4 -> {
                var children = new ArrayList<Integer>();
                while (bytes.hasRemaining()) {
                    children.add(bytes.getInt());
                }
                yield new Sealed(children);
            }
            case 5 -> new NotOpen();
            case 6 -> new Done();
            default -> throw new IllegalStateException("answer " + tag + " is not known here");
        };
    }

    /** Returns the refusal that this answer is, for the caller of an append. */
    default ForelogException refusal(ShardId shard) {
        return switch (this) {
            case Mismatch(var next) -> new OffsetMismatchException(shard.number(), -1, next);
            case Gap gap -> new ProducerGapException(Long.toString(gap.producer()), gap.sequence(), gap.expected());
            case Fenced fenced ->
                new ProducerFencedException(Long.toString(fenced.producer()), fenced.epoch(), fenced.current());
            case Sealed(var children) -> new ShardSealedException(shard.number(), children);
            case NotOpen() -> new NoLeaderException("shard " + shard.number() + " is being opened or closed");
            case At at -> throw new IllegalStateException("not a refusal: " + at);
            case Done() -> throw new IllegalStateException("not an append's answer");
        };
    }
}
