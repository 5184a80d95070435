package io.forelog.server.peer;

import io.forelog.cache.Outcome;
import io.forelog.cache.value.ValueCodec;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.server.shard.ShardReader.Bounds;
import io.forelog.server.shard.ShardReader.Run;
import java.util.List;

/** What nodes ask each other of the shards that they serve, and the answers. */
public final class ReadMessages {

    private static final int KEY_BYTES_MAX = 64 << 10;
    private static final int COUNT_MAX = 1 << 20;
    private static final int ADDRESS_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private ReadMessages() {}

    /**
     * A question about one shard.
     *
     * @param key empty where no key is asked for
     * @param from an offset or a time
     * @param limit how many of what the answer holds
     */
    public record Query(ShardId shard, byte[] key, long from, int limit) implements PeerMessage {

        static Query read(WireReader in) {
            return new Query(in.shard(), in.bytes(KEY_BYTES_MAX), in.longNumber(), in.number(0, Integer.MAX_VALUE));
        }

        @Override
        public void write(WireWriter out) {
            out.shard(shard).bytes(key).number(from).number(limit);
        }
    }

    /** What of a shard is there. */
    public record BoundsAnswer(Bounds bounds) implements PeerMessage {

        static BoundsAnswer read(WireReader in) {
            return new BoundsAnswer(new Bounds(in.longNumber(), in.longNumber()));
        }

        @Override
        public void write(WireWriter out) {
            out.number(bounds.start()).number(bounds.highWatermark());
        }
    }

    /** A run of batches. */
    public record RunAnswer(Run run) implements PeerMessage {

        static RunAnswer read(WireReader in) {
            var bounds = BoundsAnswer.read(in).bounds();
            return new RunAnswer(new Run(bounds, Messages.Batches.read(in).batches()));
        }

        @Override
        public void write(WireWriter out) {
            new BoundsAnswer(run.bounds()).write(out);
            new Messages.Batches(run.batches()).write(out);
        }

        @Override
        public int sizeHint() {
            return 16 + new Messages.Batches(run.batches()).sizeHint();
        }
    }

    /** Offsets, in the order that was asked for. */
    public record Offsets(long[] offsets) implements PeerMessage {

        static Offsets read(WireReader in) {
            return new Offsets(in.list(COUNT_MAX, Long.BYTES, in::longNumber).stream()
                    .mapToLong(Long::longValue)
                    .toArray());
        }

        @Override
        public void write(WireWriter out) {
            out.number(offsets.length);
            for (long offset : offsets) {
                out.number(offset);
            }
        }

        @Override
        public int sizeHint() {
            return Integer.BYTES + Long.BYTES * offsets.length;
        }
    }

    /**
     * Records by their addresses.
     *
     * @param region of the node that asks: what several regions ask for is worth a place in the global cache
     */
    public record Points(String region, List<GlobalAddress> addresses) implements PeerMessage {

        static Points read(WireReader in) {
            return new Points(in.text(), in.list(COUNT_MAX, ADDRESS_BYTES, () -> address(in)));
        }

        @Override
        public void write(WireWriter out) {
            out.text(region).list(addresses, address -> ReadMessages.write(address, out));
        }

        @Override
        public int sizeHint() {
            return 64 + ADDRESS_BYTES * addresses.size();
        }
    }

    /** One address, and what became of it. */
    public record Point(GlobalAddress address, Outcome<LogRecord> outcome) {}

    /** An outcome for each address that was asked, in their order. Each record comes with its checksum. */
    public record PointAnswers(List<Point> points) implements PeerMessage {

        static PointAnswers read(WireReader in) {
            return new PointAnswers(in.list(COUNT_MAX, ADDRESS_BYTES + 2, () -> point(in)));
        }

        private static Point point(WireReader in) {
            var address = address(in);
            if (!in.flag()) {
                return new Point(address, new Outcome.Failed<>(Failures.read(in)));
            }
            var record = ValueCodec.decode(address, in.bytes(Integer.MAX_VALUE));
            if (record == null) {
                throw new MalformedMessageException("the record at " + address + " is damaged");
            }
            return new Point(address, new Outcome.Found<>(record));
        }

        @Override
        public void write(WireWriter out) {
            out.list(points, point -> {
                ReadMessages.write(point.address(), out);
                switch (point.outcome()) {
                    case Outcome.Found<LogRecord>(var record) ->
                        out.flag(true).bytes(ValueCodec.encode(point.address(), record));
                    case Outcome.Failed<LogRecord>(var cause) -> Failures.write(cause, out.flag(false));
                }
            });
        }

        @Override
        public int sizeHint() {
            int bytes = 16;
            for (var point : points) {
                bytes += point.outcome() instanceof Outcome.Found<LogRecord>(var record) ? 64 + record.weight() : 256;
            }
            return bytes;
        }
    }

    /** Shards that are asked for together. */
    public record ShardList(List<ShardId> shards) implements PeerMessage {

        static ShardList read(WireReader in) {
            return new ShardList(in.list(COUNT_MAX, Long.BYTES + Integer.BYTES, in::shard));
        }

        @Override
        public void write(WireWriter out) {
            out.list(shards, out::shard);
        }

        @Override
        public int sizeHint() {
            return 16 + 12 * shards.size();
        }
    }

    /**
     * What a replica holds, and what it did since its node started.
     *
     * @param bytes of disk
     * @param appended records
     * @param reads records that were read
     */
    public record Totals(ShardId shard, Bounds bounds, long bytes, long appended, long reads) {}

    /** Totals of the shards that the node holds, of those that were asked for. */
    public record TotalsAnswer(List<Totals> totals) implements PeerMessage {

        static TotalsAnswer read(WireReader in) {
            return new TotalsAnswer(in.list(
                    COUNT_MAX,
                    52,
                    () -> new Totals(
                            in.shard(),
                            new Bounds(in.longNumber(), in.longNumber()),
                            in.longNumber(),
                            in.longNumber(),
                            in.longNumber())));
        }

        @Override
        public void write(WireWriter out) {
            out.list(totals, each -> out.shard(each.shard())
                    .number(each.bounds().start())
                    .number(each.bounds().highWatermark())
                    .number(each.bytes())
                    .number(each.appended())
                    .number(each.reads()));
        }

        @Override
        public int sizeHint() {
            return 16 + 52 * totals.size();
        }
    }

    private static GlobalAddress address(WireReader in) {
        return new GlobalAddress(in.longNumber(), in.number(0, Integer.MAX_VALUE), in.longNumber());
    }

    private static void write(GlobalAddress address, WireWriter out) {
        out.number(address.log()).number(address.shard()).number(address.offset());
    }
}
