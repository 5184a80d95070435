package io.forelog.server.http;

import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
import io.forelog.metadata.Log;
import io.forelog.record.KeyHash;
import io.forelog.server.shard.Part.Producer;
import io.forelog.server.shard.Shards;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the producer headers of an append and checks that the producer skipped none. The sequence counts a
 * producer's requests to a log, from whatever it begins with; which shards a request falls into does not matter.
 * Whether a request is a repeat is decided by each shard for its part.
 */
final class ProducerGate {

    private record Key(long log, long producer, short epoch) {}

    private final Shards shards;

    /** Sequences that were admitted and not yet answered; empty ones are removed. */
    private final Map<Key, NavigableMap<Integer, Integer>> underWay = new ConcurrentHashMap<>();

    ProducerGate(Shards shards) {
        this.shards = shards;
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
            throw ProblemException.badRequest("Producer-Id, Producer-Epoch and Producer-Seq come together or not at all");
        }
        if (id.isEmpty() || id.length() > 128) {
            throw ProblemException.badRequest("Producer-Id has 1 to 128 characters, not " + id.length());
        }
        return new Producer(
                number(id),
                (short) Call.number("Producer-Epoch", epoch, 0, Short.MAX_VALUE),
                (int) Call.number("Producer-Seq", sequence, 0, Integer.MAX_VALUE));
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
     * Admits a request; {@link #answered} must follow.
     *
     * @param plan where its records go
     * @throws ProblemException if the sequence was used for other records
     * @throws ProducerGapException if an earlier request is missing
     * @throws ProducerFencedException if a newer epoch has appended to the log
     */
    void admit(Log log, Producer producer, AppendPlan plan) {
        requireSameRecords(log, producer, plan);
        int last = -1;
        boolean known = false;
        for (var shard : log.shards().open()) {
            var state = shards.replica(log, shard.number()).lastOf(producer.id());
            if (state == null) {
                continue;
            }
            if (state.producerEpoch() > producer.epoch()) {
                throw new ProducerFencedException(Long.toString(producer.id()), producer.epoch(), state.producerEpoch());
            }
            if (state.producerEpoch() == producer.epoch()) {
                known = true;
                last = Math.max(last, state.sequence());
            }
        }
        var key = new Key(log.incarnation(), producer.id(), producer.epoch());
        int persisted = last;
        boolean isKnown = known;
        underWay.compute(key, (unused, sequences) -> {
            int newest = sequences == null ? persisted : Math.max(persisted, sequences.lastKey());
            if ((isKnown || sequences != null) && producer.sequence() > newest + 1L) {
                throw new ProducerGapException(Long.toString(producer.id()), producer.sequence(), newest + 1L);
            }
            var admitted = sequences == null ? new ConcurrentSkipListMap<Integer, Integer>() : sequences;
            admitted.merge(producer.sequence(), 1, Integer::sum);
            return admitted;
        });
    }

    /** What a shard remembers of the sequence must be what this request would append there: then it is a repeat. */
    private void requireSameRecords(Log log, Producer producer, AppendPlan plan) {
        for (var shard : log.shards().open()) {
            var earlier = shards.replica(log, shard.number())
                    .appendOf(producer.id(), producer.epoch(), producer.sequence());
            if (earlier != null && plan.countFor(shard.number()) != earlier.count()) {
                throw ProblemException.badRequest("Producer-Seq " + producer.sequence()
                        + " was used for an append of other records; a repeat sends the same ones");
            }
        }
    }

    void answered(Log log, Producer producer) {
        underWay.computeIfPresent(new Key(log.incarnation(), producer.id(), producer.epoch()), (unused, sequences) -> {
            sequences.computeIfPresent(producer.sequence(), (sequence, count) -> count == 1 ? null : (Integer) (count - 1));
            return sequences.isEmpty() ? null : sequences;
        });
    }
}
