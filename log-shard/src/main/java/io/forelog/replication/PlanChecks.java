package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.error.ShardSealedException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.plan.Change.Child;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks over a plan after its cutover: that the shards which ended have as many records on each replica as when they
 * ended, and the same; that nothing is appended behind these any more; and that their successors take appends and give
 * back what they took. The append of the canary is one that cannot match its offset: it is ordered, committed and
 * applied like any other, and leaves no record behind.
 *
 * <p>What cannot be asked now is no failure of the plan: then nothing is answered, and it is asked again. Safe for use
 * by any thread.
 */
public final class PlanChecks {

    private static final Logger LOG = LoggerFactory.getLogger(PlanChecks.class);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    /** Compared of each shard, its newest; what was copied for a move was digested whole. */
    private static final long DIGESTED_BYTES_MAX = 64L << 20;

    private static final long DIGESTED_RECORDS_MAX = 50_000;
    private static final long DIGESTED_RECORDS_MIN = 100;
    /** Where the records are not here, and so their size is not known. */
    private static final long DIGESTED_RECORDS = 1_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final String self;
    private final MetadataStore metadata;
    private final ShardReplicas replicas;
    private final PeerShards peers;
    private final ShardImages images;
    private final Replication appends;
    private final Executor background;

    /**
     * @param appends to wherever a shard's leader is
     * @param background threads that may wait
     */
    PlanChecks(
            String self,
            MetadataStore metadata,
            ShardReplicas replicas,
            PeerShards peers,
            ShardImages images,
            Replication appends,
            Executor background) {
        this.self = self;
        this.metadata = metadata;
        this.replicas = replicas;
        this.peers = peers;
        this.images = images;
        this.appends = appends;
        this.background = background;
    }

    /**
     * Returns what was found, the last {@link Plan#LAST_CHECK}; fails if some of it could not be asked.
     *
     * @param plan that is being watched
     */
    public CompletableFuture<List<Check>> of(Plan plan) {
        return CompletableFuture.supplyAsync(() -> look(plan), background);
    }

    private List<Check> look(Plan plan) {
        var log = metadata.state().find(plan.change().incarnation());
        if (log == null) {
            return List.of(new Check(Plan.LAST_CHECK, true, "the log is deleted"));
        }
        return switch (plan.kind()) {
            case SPLIT, MERGE -> List.of(counts(plan, log), digests(plan, log), order(plan, log), canary(plan, log));
            case MOVE -> List.of(counts(plan, log), digests(plan, log), canary(plan, log));
            case ARCHIVE, PIN -> List.of(new Check(Plan.LAST_CHECK, true, "no owner changed"));
        };
    }

    /** Where a shard ended, and how far its replicas have come. */
    private record Ended(Shard shard, long end, Map<String, long[]> bounds) {}

    private Ended ended(Plan plan, Log log, int number) {
        var shard = log.shards().shards().get(number);
        int group = plan.kind() == PlanKind.MOVE ? plan.route().sourceGroup() : shard.group();
        long end = join(images.of(group, new ShardId(log.incarnation(), number), plan.id()))
                .end();
        var bounds = new TreeMap<String, long[]>();
        for (var node : metadata.state().group(shard).members()) {
            try {
                bounds.put(node, bounds(node, log, number));
            } catch (RuntimeException e) {
                LOG.info("plan {}: {} does not say what it has of shard {}: {}", plan.id(), node, number, e.toString());
            }
        }
        return new Ended(shard, end, bounds);
    }

    private long[] bounds(String node, Log log, int number) {
        if (!node.equals(self)) {
            return join(peers.bounds(node, log.incarnation(), number, PeerShards.AT_ITS_END));
        }
        var replica = here(log, number);
        return new long[] {replica.startOffset(), replica.highWatermark()};
    }

    private ShardReplica here(Log log, int number) {
        var replica = replicas.find(new ShardId(log.incarnation(), number));
        if (replica == null) {
            throw new NoLeaderException(self + " holds no replica of shard " + number);
        }
        return replica;
    }

    /** A replica that is behind will come to it; one that has more than was committed will not come back. */
    private Check counts(Plan plan, Log log) {
        var told = new ArrayList<String>();
        boolean passed = true;
        for (int number : plan.change().shards()) {
            var ended = ended(plan, log, number);
            boolean mayGrow = plan.kind() == PlanKind.MOVE;
            long whole = ended.bounds().values().stream()
                    .filter(each -> mayGrow ? each[1] >= ended.end() : each[1] == ended.end())
                    .count();
            long beyond = mayGrow
                    ? 0
                    : ended.bounds().values().stream()
                            .filter(each -> each[1] > ended.end())
                            .count();
            if (whole == 0 && beyond == 0) {
                throw new NoLeaderException(
                        "no replica of shard " + number + " has all " + ended.end() + " records yet");
            }
            passed &= beyond == 0;
            told.add("shard " + number + " ended at " + ended.end() + ", on " + whole + " of "
                    + metadata.state().group(ended.shard()).members().size() + " replicas"
                    + (beyond == 0 ? "" : ", and " + beyond + " have more"));
        }
        return new Check("counts", passed, String.join("; ", told));
    }

    private Check digests(Plan plan, Log log) {
        var told = new ArrayList<String>();
        boolean passed = true;
        for (int number : plan.change().shards()) {
            var ended = ended(plan, log, number);
            var digests = new TreeMap<String, List<String>>();
            long from = from(log, ended);
            ended.bounds().forEach((node, bounds) -> {
                if (bounds[1] >= ended.end() && bounds[0] <= from) {
                    digests.computeIfAbsent(digest(node, log, number, from, ended.end()), unseen -> new ArrayList<>())
                            .add(node);
                }
            });
            passed &= digests.size() <= 1;
            told.add("shard " + number + " from " + from + ": " + digests);
        }
        return new Check("digests", passed, String.join("; ", told));
    }

    /** Returns where a batch begins that every replica still has, not too far from the end. */
    private long from(Log log, Ended ended) {
        long start = ended.bounds().values().stream()
                .mapToLong(each -> each[0])
                .max()
                .orElse(0);
        long wanted = ended.end()
                - digested(new ShardId(log.incarnation(), ended.shard().number()));
        if (wanted <= start) {
            return Math.min(start, ended.end());
        }
        int number = ended.shard().number();
        var node = ended.bounds().keySet().iterator().next();
        var first = node.equals(self)
                ? here(log, number).log().readBatches(wanted, ended.end(), 1)
                : join(peers.batches(node, log.incarnation(), number, wanted, ended.end(), 1));
        return first.isEmpty() ? wanted : first.getFirst().baseOffset();
    }

    private long digested(ShardId shard) {
        var replica = replicas.find(shard);
        if (replica == null) {
            return DIGESTED_RECORDS;
        }
        long records = Math.max(1, replica.highWatermark() - replica.startOffset());
        long recordBytes = Math.max(1, replica.log().bytes() / records);
        return Math.clamp(DIGESTED_BYTES_MAX / recordBytes, DIGESTED_RECORDS_MIN, DIGESTED_RECORDS_MAX);
    }

    private String digest(String node, Log log, int number, long from, long end) {
        byte[] digest = node.equals(self)
                ? here(log, number).log().digest(from, end)
                : join(peers.digest(node, log.incarnation(), number, from, end));
        return HexFormat.of().formatHex(digest, 0, 8);
    }

    /** A record of a key that came to a parent now would stand before those that its children have. */
    private Check order(Plan plan, Log log) {
        var children = plan.change().children().stream().map(Child::number).toList();
        for (int parent : plan.change().shards()) {
            var refusal = probe(log, parent);
            if (!(refusal instanceof ShardSealedException sealed)
                    || !sealed.children().equals(children)) {
                return new Check("order", false, "shard " + parent + " answers an append with " + refusal.getMessage());
            }
        }
        return new Check("order", true, "shards " + plan.change().shards() + " send appends on to " + children);
    }

    private Check canary(Plan plan, Log log) {
        var shards = plan.reshapes()
                ? plan.change().children().stream().map(Child::number).toList()
                : plan.change().shards();
        var told = new ArrayList<String>();
        for (int shard : shards) {
            var refusal = probe(log, shard);
            switch (refusal) {
                case OffsetMismatchException at -> told.add(read(log, shard, at.nextOffset()));
                // A later plan has changed it by now.
                case ShardSealedException sealed -> told.add("shard " + shard + " went on to " + sealed.children());
                default -> {
                    return new Check(
                            Plan.LAST_CHECK,
                            false,
                            "shard " + shard + " answers an append with " + refusal.getMessage());
                }
            }
        }
        return new Check(Plan.LAST_CHECK, true, String.join("; ", told));
    }

    private String read(Log log, int number, long next) {
        if (next == 0) {
            return "shard " + number + " takes appends, at 0";
        }
        var group = metadata.state().group(log.shards().shards().get(number));
        var leader = group.leader();
        if (leader == null) {
            throw new NoLeaderException("nobody leads shard " + number);
        }
        var batches = leader.equals(self)
                ? here(log, number).log().readBatches(next - 1, next, 1)
                : join(peers.batches(leader, log.incarnation(), number, next - 1, next, 1));
        if (batches.isEmpty() || batches.getFirst().endOffset() < next) {
            throw new NoLeaderException(
                    leader + " does not give back offset " + (next - 1) + " of shard " + number + " yet");
        }
        batches.getFirst().verifyCrc();
        return "shard " + number + " takes appends, at " + next + ", and gives back the record before";
    }

    /** Returns how a shard refuses an append that cannot match. */
    private RuntimeException probe(Log log, int shard) {
        var batch = new RecordBatchBuilder(Compression.NONE)
                .add(new LogRecord(null, "canary".getBytes(StandardCharsets.US_ASCII), List.of(), 0))
                .build();
        var command = new AppendCommand(
                new ShardId(log.incarnation(), shard), batch, NEVER, true, false, new CompletableFuture<>());
        appends.append(command);
        try {
            var taken = join(command.done());
            return new IllegalStateException("what it should have refused is at " + taken.baseOffset());
        } catch (OffsetMismatchException | ShardSealedException refused) {
            return refused;
        }
    }

    private static <T> T join(CompletableFuture<T> answer) {
        try {
            return answer.orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
