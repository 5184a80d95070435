package io.forelog.loadgen.torture;

import java.util.List;
import java.util.Map;

/**
 * What a torture came to.
 *
 * @param seconds from the first fault's time to the last one's end
 * @param records of each log, in words
 * @param calls answered, by kind
 * @param failures by kind and reason; each of them one that callers may be told
 * @param faults how often each kind happened
 * @param skipped why others could not be done here, by name
 * @param availability of each shard, of the seconds in which it was asked for an append the share in which it took one
 * @param longestOutageSeconds the longest time in which a shard that was asked took no append
 * @param longestOutageCause the shard, and what was done to the cluster at that time
 * @param replicas whether the disks hold the same, in words
 * @param violations how many there were
 * @param firstViolations in words, the first of them
 * @param timeline of the first one: what happened to its records, and to the cluster at that time
 */
public record TortureResult(
        long seed,
        double seconds,
        Map<String, String> records,
        Map<String, Long> calls,
        Map<String, Long> failures,
        Map<String, Integer> faults,
        Map<String, String> skipped,
        Map<Integer, Double> availability,
        double longestOutageSeconds,
        String longestOutageCause,
        String replicas,
        long violations,
        List<String> firstViolations,
        List<String> timeline) {

    public boolean isFaultless() {
        return violations == 0;
    }
}
