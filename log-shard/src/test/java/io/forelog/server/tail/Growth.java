package io.forelog.server.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Appends of numbered values to a {@link GrowingLog} that changes meanwhile, and what readers must have had of them.
 */
public final class Growth {

    public static final int KEYS = 12;

    private final GrowingLog log;
    private final Random random;
    private final int[] next = new int[KEYS];

    public Growth(GrowingLog log, Random random) {
        this.log = log;
        this.random = random;
    }

    /** Appends so many records, with a split or merge every few, and readers told of it some time later. */
    public void run(int records) {
        for (int i = 0; i < records; i++) {
            int key = random.nextInt(KEYS);
            log.append("k" + key, Integer.toString(next[key]++));
            if (random.nextInt(40) == 0) {
                log.change(random);
            }
            if (random.nextInt(20) == 0) {
                log.publish();
            }
            if (random.nextInt(8) == 0) {
                Thread.yield();
            }
        }
        log.publish();
    }

    public int total() {
        int sum = 0;
        for (int count : next) {
            sum += count;
        }
        return sum;
    }

    public int of(int key) {
        return next[key];
    }

    /** @param read keys and values in the order read, as {@code k3=17} */
    public void assertAll(List<String> read) {
        Map<String, Integer> seen = new TreeMap<>();
        for (var record : read) {
            var key = record.substring(0, record.indexOf('='));
            int value = Integer.parseInt(record.substring(record.indexOf('=') + 1));
            assertThat(value).as("what comes next of %s", key).isEqualTo(seen.getOrDefault(key, 0));
            seen.put(key, value + 1);
        }
        assertThat(read).hasSize(total());
    }
}
