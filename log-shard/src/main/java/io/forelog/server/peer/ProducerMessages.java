package io.forelog.server.peer;

import io.forelog.replication.ShardId;
import java.util.List;

/** What nodes ask each other of idempotent producers. */
public final class ProducerMessages {

    private static final int COUNT_MAX = 1 << 16;
    private static final int REMEMBERED_BYTES = Long.BYTES + 4 * Integer.BYTES;

    private ProducerMessages() {}

    /**
     * What each of these shards remembers of a producer, and of its append with this sequence.
     *
     * @param shards led by the node that is asked
     */
    public record ProducerQuery(List<ShardId> shards, long producer, short epoch, int sequence) implements PeerMessage {

        static ProducerQuery read(WireReader in) {
            var shards = in.list(COUNT_MAX, Long.BYTES + Integer.BYTES, in::shard);
            return new ProducerQuery(
                    shards, in.longNumber(), (short) in.number(0, Short.MAX_VALUE), in.number(0, Integer.MAX_VALUE));
        }

        @Override
        public void write(WireWriter out) {
            out.list(shards, out::shard).number(producer).number((int) epoch).number(sequence);
        }

        @Override
        public int sizeHint() {
            return 32 + 12 * shards.size();
        }
    }

    /**
     * What one shard remembers.
     *
     * @param epoch the newest of the producer, or -1 if it is not known there
     * @param sequence the highest of that epoch
     * @param appended how many records its append with the sequence that was asked for put there, or 0
     */
    public record Remembered(ShardId shard, int epoch, int sequence, int appended) {}

    /** What the shards that were asked for remember, in their order. */
    public record ProducerAnswer(List<Remembered> shards) implements PeerMessage {

        static ProducerAnswer read(WireReader in) {
            return new ProducerAnswer(in.list(
                    COUNT_MAX,
                    REMEMBERED_BYTES,
                    () -> new Remembered(in.shard(), in.number(-1, Short.MAX_VALUE), in.number(), in.number())));
        }

        @Override
        public void write(WireWriter out) {
            out.list(shards, each -> out.shard(each.shard())
                    .number(each.epoch())
                    .number(each.sequence())
                    .number(each.appended()));
        }

        @Override
        public int sizeHint() {
            return 16 + 24 * shards.size();
        }
    }
}
