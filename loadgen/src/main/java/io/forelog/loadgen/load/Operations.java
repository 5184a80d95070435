package io.forelog.loadgen.load;

import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.ReadAnswer;
import io.forelog.loadgen.client.RefusedException;
import io.forelog.loadgen.verify.RunValues;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The operations of a load's workloads, measured. Confined to the run's context. */
final class Operations {

    private final LoadSettings settings;
    private final ForelogClient client;
    private final Appender appender;
    private final RunValues values;
    private final Measurements measurements;
    private final IntendedStarts starts;
    private final RandomGenerator random;
    private final KeyDistribution keys;

    Operations(
            LoadSettings settings,
            ForelogClient client,
            Appender appender,
            RunValues values,
            Measurements measurements,
            IntendedStarts starts,
            RandomGenerator random) {
        this.settings = settings;
        this.client = client;
        this.appender = appender;
        this.values = values;
        this.measurements = measurements;
        this.starts = starts;
        this.random = random;
        this.keys = settings.keyDistribution();
    }

    /** Returns appends whose acknowledged records become {@code readable}. */
    Operation append(RecentRecords readable) {
        return intended -> {
            int first = appender.nextNumber();
            starts.put(first, settings.batch(), intended);
            return appender.append(drawKeys(), settings.format())
                    .map(addresses -> {
                        for (int i = 0; i < addresses.size(); i++) {
                            readable.add(first + i, addresses.get(i));
                        }
                        long bytes = (long) addresses.size() * settings.valueBytes();
                        measurements.completed(OperationKind.APPEND, intended, addresses.size(), bytes);
                        return null;
                    })
                    .otherwise(this::failed)
                    .mapEmpty();
        };
    }

    /** Returns point reads of records among {@code targets}; there must be one. */
    Operation read(ReadTargets targets) {
        // Ranks are drawn for the number of keys; a smaller set of targets is gone round.
        return intended -> {
            int rank = keys.next(random, elapsed()) % targets.size();
            var target = targets.target(rank);
            return client.read(settings.log(), target.shard(), target.offset(), keys.reader())
                    .map(answer -> {
                        measurements.completed(
                                OperationKind.READ, intended, 1, answer.value().length());
                        measurements.answeredBy(answer.answeredBy());
                        compare(target, answer);
                        return null;
                    })
                    .otherwise(failure -> {
                        if (target.number() >= 0 && isDenied(failure)) {
                            // It was acknowledged before it was asked for: whoever answers so is behind and does not
                            // know.
                            measurements.wrongRead();
                        }
                        return failed(failure);
                    })
                    .mapEmpty();
        };
    }

    /** Returns reads among {@code recent} in the share that the settings ask for, and appends. */
    Operation mixed(RecentRecords recent) {
        var append = append(recent);
        var read = read(recent);
        return intended -> recent.size() > 0 && random.nextDouble() < settings.readShare()
                ? read.start(intended)
                : append.start(intended);
    }

    private static boolean isDenied(Throwable failure) {
        return failure instanceof RefusedException refused && refused.slug().equals("no-such-record");
    }

    private int[] drawKeys() {
        double elapsed = elapsed();
        var drawn = new int[settings.batch()];
        Arrays.setAll(drawn, i -> keys.next(random, elapsed));
        return drawn;
    }

    private double elapsed() {
        return measurements.window().elapsedSeconds(System.nanoTime());
    }

    private void compare(ReadTargets.Target target, ReadAnswer answer) {
        if (target.number() >= 0
                && !Arrays.equals(values.value(target.number()), answer.value().getBytes())) {
            measurements.wrongRead();
        }
    }

    private <T> T failed(Throwable failure) {
        measurements.failed(failure);
        return null;
    }
}
