package io.forelog.server.http;

import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
import io.forelog.metadata.Log;
import io.forelog.record.KeyHash;
import io.forelog.server.peer.ProducerMessages.Remembered;
import io.forelog.server.route.ProducerStates;
import io.forelog.server.shard.Part.Producer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the producer headers of an append and checks that the producer skipped none. The sequence counts a
 * producer's requests to a log, from whatever it begins with; which shards a request falls into does not matter.
 * Whether a request is a repeat is decided by each shard for its part.
 *
 * <p>The next request of a producer that appends through this node is admitted from memory. Of any other, the leaders
 * of the log's shards are asked what they remember, and the newest of it counts. Guarded by itself.
 */
final class ProducerGate {

    /** Of those that append through this node; one that was quiet for longest is looked up again when it comes back. */
    private static final int PRODUCERS_MAX = 10_000;

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private record Key(long log, long producer) {}

    /** What this node knows of a producer. */
    private static final class Seen {

        private final short epoch;
        private final NavigableMap<Integer, Integer> underWay = new TreeMap<>();
        private int answered = -1;

        private Seen(short epoch) {
            this.epoch = epoch;
        }

        private int newest() {
            return underWay.isEmpty() ? answered : Math.max(answered, underWay.lastKey());
        }
    }

    private final ProducerStates states;
    private final Map<Key, Seen> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
            return size() > PRODUCERS_MAX && eldest.getValue().underWay.isEmpty();
        }
    };

    ProducerGate(ProducerStates states) {
        this.states = states;
    }

    /**
     * Returns the producer that the headers name, or null if there are none.
     *
     * @throws ProblemException if some are there and others not, or one is not of its form
     */
    static @Nullable Producer parse(@Nullable String id, @Nullable String epoch, @Nullable String sequence) {
        if (id == null && epoch == null && sequence == null) {
            return null;
        }
        if (id == null || epoch == null || sequence == null) {
            throw ProblemException.badRequest(
                    "Producer-Id, Producer-Epoch and Producer-Seq come together or not at all");
        }
        if (id.isEmpty() || id.length() > 128) {
            throw ProblemException.badRequest("Producer-Id has 1 to 128 characters, not " + id.length());
        }
        return new Producer(number(id), (short) Call.number("Producer-Epoch", epoch, 0, Short.MAX_VALUE), (int)
                Call.number("Producer-Seq", sequence, 0, Integer.MAX_VALUE));
    }

    /** The batch layout has 64 bits for a producer: a number that fits is itself, a name is hashed. */
    private static long number(String id) {
        try {
            long number = Long.parseLong(id);
            // Not "007": another name than "7", and another producer.
            if (number >= 0 && Long.toString(number).equals(id)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // A name.
            return KeyHash.of(id.getBytes(StandardCharsets.UTF_8)) & Long.MAX_VALUE;
        }
        return KeyHash.of(id.getBytes(StandardCharsets.UTF_8)) & Long.MAX_VALUE;
    }

    /**
     * Admits a request; {@link #answered} must follow if it did.
     *
     * @param plan where its records go
     * @return done at once if the sequence is the next one of a producer that appends through this node; fails with a
     *     {@link ProblemException} if the sequence was used for other records, a {@link ProducerGapException} if an
     *     earlier request is missing, a {@link ProducerFencedException} if a newer epoch has appended to the log, or a
     *     {@link io.forelog.error.NoLeaderException} if not all shards could be asked
     */
    CompletableFuture<Void> admit(Log log, Producer producer, AppendPlan plan) {
        var key = new Key(log.incarnation(), producer.id());
        if (entered(key, producer)) {
            return DONE;
        }
        return states.of(log, producer.id(), producer.epoch(), producer.sequence())
                .thenAccept(remembered -> {
                    requireSameRecords(log, producer, plan, remembered);
                    enter(key, producer, newest(producer, remembered));
                });
    }

    /** Enters the sequence if it is known to be the next one, or one that is under way. */
    private synchronized boolean entered(Key key, Producer producer) {
        var seen = known.get(key);
        boolean next = seen != null
                && seen.epoch == producer.epoch()
                && (producer.sequence() == seen.newest() + 1L || seen.underWay.containsKey(producer.sequence()));
        if (next) {
            seen.underWay.merge(producer.sequence(), 1, Integer::sum);
        }
        return next;
    }

    /** @param persisted the highest sequence of this epoch that some shard remembers, or -1 */
    private synchronized void enter(Key key, Producer producer, int persisted) {
        var seen = known.get(key);
        if (seen == null || seen.epoch < producer.epoch()) {
            seen = new Seen(producer.epoch());
            known.put(key, seen);
        } else if (seen.epoch > producer.epoch()) {
            throw new ProducerFencedException(Long.toString(producer.id()), producer.epoch(), seen.epoch);
        }
        seen.answered = Math.max(seen.answered, persisted);
        if (seen.newest() >= 0 && producer.sequence() > seen.newest() + 1L) {
            throw new ProducerGapException(Long.toString(producer.id()), producer.sequence(), seen.newest() + 1L);
        }
        seen.underWay.merge(producer.sequence(), 1, Integer::sum);
    }

    private static int newest(Producer producer, List<Remembered> remembered) {
        int newest = -1;
        for (var shard : remembered) {
            if (shard.epoch() > producer.epoch()) {
                throw new ProducerFencedException(Long.toString(producer.id()), producer.epoch(), shard.epoch());
            }
            if (shard.epoch() == producer.epoch()) {
                newest = Math.max(newest, shard.sequence());
            }
        }
        return newest;
    }

    /** What a shard remembers of the sequence must be what this request would append there: then it is a repeat. */
    private static void requireSameRecords(Log log, Producer producer, AppendPlan plan, List<Remembered> remembered) {
        for (var shard : remembered) {
            var known = log.shards().shard(shard.shard().number());
            if (shard.appended() > 0 && known != null && plan.countFor(known) != shard.appended()) {
                throw ProblemException.badRequest("Producer-Seq " + producer.sequence()
                        + " was used for an append of other records; a repeat sends the same ones");
            }
        }
    }

    /** @param appended whether all of its records were; what is known not to be may be sent again by another node */
    synchronized void answered(Log log, Producer producer, boolean appended) {
        var seen = known.get(new Key(log.incarnation(), producer.id()));
        if (seen == null || seen.epoch != producer.epoch()) {
            return;
        }
        seen.underWay.computeIfPresent(
                producer.sequence(), (sequence, count) -> count == 1 ? null : (Integer) (count - 1));
        if (appended) {
            seen.answered = Math.max(seen.answered, producer.sequence());
        }
    }
}
