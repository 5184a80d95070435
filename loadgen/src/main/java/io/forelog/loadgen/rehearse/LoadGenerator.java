package io.forelog.loadgen.rehearse;

import io.forelog.metadata.KeyRange;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Makes load to rehearse with: 64 ranges of unequal popularity, noise, and one of four shapes over time. */
public final class LoadGenerator {

    /** How load changes over time. */
    public enum Shape {
        /** Nights at a quarter of the afternoons, for days. */
        DAILY,
        /** Steady growth to five times the start. */
        RAMP,
        /** Calm, but for crowds that come out of nothing and ebb within an hour. */
        FLASH,
        /** A hot spot that walks over the hash space. */
        WANDERING
    }

    private static final int RANGES = 64;
    private static final double REQUESTS_PER_MINUTE = 240_000;
    private static final double WRITE_SHARE = 0.2;
    private static final double NOISE = 0.03;

    private final Shape shape;
    private final SplittableRandom random;
    private final double[] popularity = new double[RANGES];
    private final double[] crowds;

    public LoadGenerator(Shape shape, long seed) {
        this.shape = shape;
        random = new SplittableRandom(seed);
        double sum = 0;
        for (int i = 0; i < RANGES; i++) {
            popularity[i] = Math.exp(0.3 * random.nextGaussian());
            sum += popularity[i];
        }
        for (int i = 0; i < RANGES; i++) {
            popularity[i] /= sum;
        }
        crowds = new double[] {random.nextDouble(0.1, 0.3), random.nextDouble(0.45, 0.6), random.nextDouble(0.7, 0.9)};
    }

    /** Writes {@code minutes} of it as {@code rehearse} reads it, gzip'd if the name ends so. */
    public void write(Path file, int minutes) throws IOException {
        try (var out = open(file)) {
            out.write("minute,range,reads,writes\n");
            for (int minute = 0; minute < minutes; minute++) {
                for (int i = 0; i < RANGES; i++) {
                    double load = Math.max(0, load(minute, minutes, i) * (1 + NOISE * random.nextGaussian()));
                    out.write(minute + "," + KeyRange.part(i, RANGES) + "," + Math.round(load * (1 - WRITE_SHARE)) + ","
                            + Math.round(load * WRITE_SHARE) + "\n");
                }
            }
        }
    }

    private static Writer open(Path file) throws IOException {
        var bytes = Files.newOutputStream(file);
        return new OutputStreamWriter(
                file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, 1 << 16) : bytes, StandardCharsets.UTF_8);
    }

    private double load(int minute, int minutes, int range) {
        double base = REQUESTS_PER_MINUTE * popularity[range];
        double position = (range + 0.5) / RANGES;
        return switch (shape) {
            case DAILY -> base * day(minute);
            case RAMP -> base * 0.4 * (1 + 4.0 * minute / minutes);
            case FLASH -> base * (1 + crowd((double) minute / minutes, minutes, position));
            case WANDERING -> base + REQUESTS_PER_MINUTE * 0.35 * bump(position - (double) minute / minutes * 2 % 1);
        };
    }

    private static double day(int minute) {
        double weekend = minute / 1440 % 7 >= 5 ? 0.8 : 1;
        return weekend * (1 - 0.6 * Math.cos(2 * Math.PI * minute / 1440.0));
    }

    private double crowd(double time, int minutes, double position) {
        double crowd = 0;
        for (int i = 0; i < crowds.length; i++) {
            double since = (time - crowds[i]) * minutes;
            // Full within three minutes, halved every quarter of an hour.
            double height = since < 0 ? 0 : Math.min(1, since / 3) * Math.pow(0.5, since / 15);
            crowd += 6 * height * Math.exp(-Math.pow((position - (0.2 + 0.3 * i)) / 0.08, 2));
        }
        return crowd;
    }

    /** A hill of width a twentieth of the space and content 1, over the ranges; the space is a circle. */
    private static double bump(double distance) {
        double d = Math.abs(distance) > 0.5 ? 1 - Math.abs(distance) : Math.abs(distance);
        double width = 0.05;
        return Math.exp(-d * d / (2 * width * width)) / (width * Math.sqrt(2 * Math.PI) * RANGES);
    }
}
