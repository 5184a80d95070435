package io.forelog.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small recurrent network that all series share, trained on line: each call of {@link #learn} continues from the
 * last. It walks over a series in patches of a quarter of a season and after each forecasts the whole horizon at once,
 * as a correction of the seasonal naive forecast in units of the series' scale (the idea of a network on top of a
 * classical forecast: Smyl, "A hybrid method of exponential smoothing and recurrent neural networks", International
 * Journal of Forecasting 36, 2020). Deterministic for a seed.
 */
final class RecurrentNetwork implements ForecastModel {

    private static final int HIDDEN = 40;
    private static final int PATCH_BINS = 6;
    private static final int WEEK_BINS = 16;
    private static final int KNOTS_MAX = 48;
    private static final int WEEK = 7;
    private static final int STEPS_MAX = 170;
    private static final int STEPS_WARM = 8;
    private static final int EPOCHS_FIRST = 16;
    private static final int EPOCHS_NEXT = 6;
    private static final float RATE = 2e-3f;
    private static final float CLIP = 8;
    /** Where the loss turns from squared to absolute. */
    private static final float HUBER = 0.1f;

    private final int season;
    private final int horizon;
    private final int knots;
    private final int patch;
    private final GatedNetwork network;
    private final SplittableRandom random;
    private GatedNetwork frozen;
    private boolean trained;

    /** @param horizon how far the network looks; asked for more, it repeats the season from there on */
    RecurrentNetwork(int season, int horizon, long seed) {
        this.season = season;
        this.horizon = horizon;
        knots = Math.min(horizon, KNOTS_MAX);
        patch = Math.max(1, season / 4);
        network = new GatedNetwork(PATCH_BINS + WEEK_BINS, HIDDEN, knots, seed);
        random = new SplittableRandom(seed);
        frozen = network.frozen();
    }

    @Override
    public String name() {
        return "recurrent-network";
    }

    @Override
    public int historyMin() {
        return 3 * season + horizon + STEPS_WARM * patch;
    }

    @Override
    public void learn(List<double[]> histories) {
        int epochs = trained ? EPOCHS_NEXT : EPOCHS_FIRST;
        for (int epoch = 0; epoch < epochs; epoch++) {
            float rate = RATE * (1 - 0.95f * epoch / epochs) * (trained ? 0.5f : 1);
            for (var history : shuffled(histories)) {
                // Another alignment of the patches each time shows the network every phase of the season.
                learn(history, history.length - horizon - random.nextInt(patch), rate);
            }
        }
        trained = true;
        frozen = network.frozen();
    }

    private List<double[]> shuffled(List<double[]> histories) {
        var order = new ArrayList<>(histories);
        for (int i = order.size() - 1; i > 0; i--) {
            var swapped = order.set(random.nextInt(i + 1), order.get(i));
            order.set(i, swapped);
        }
        return order;
    }

    private void learn(double[] history, int end, float rate) {
        double scale = Series.scale(history, season);
        int steps = steps(end);
        var traces = new GatedNetwork.Trace[steps];
        var errors = new float[steps][];
        var state = new float[HIDDEN];
        for (int step = 0; step < steps; step++) {
            int now = end - (steps - 1 - step) * patch;
            traces[step] = network.step(input(history, now, scale), state);
            state = traces[step].after;
            errors[step] =
                    step < STEPS_WARM ? new float[knots] : errors(traces[step].output, history, now, scale, steps);
        }
        network.learn(traces, errors, rate);
    }

    private int steps(int end) {
        return Math.min(STEPS_MAX, (end - 2 * season) / patch);
    }

    private float[] errors(float[] output, double[] history, int now, double scale, int steps) {
        var errors = corrections(history, now, knots, scale);
        for (int k = 0; k < knots; k++) {
            float miss = output[k] - errors[k];
            errors[k] = Math.clamp(miss / HUBER, -1, 1) / (knots * (steps - STEPS_WARM));
        }
        return errors;
    }

    /** Returns by how much the values from {@code now} on differ from the season before, in bins over the horizon. */
    private float[] corrections(double[] values, int now, int bins, double scale) {
        var means = new float[bins];
        for (int k = 0; k < bins; k++) {
            int from = k * horizon / bins;
            int end = Math.max(from + 1, (k + 1) * horizon / bins);
            double sum = 0;
            for (int h = from; h < end; h++) {
                sum += values[now + h] - values[now - season + h % season];
            }
            means[k] = Math.clamp((float) (sum / (end - from) / scale), -CLIP, CLIP);
        }
        return means;
    }

    /** The last patch's differences from the season before, and what a week ago came after this hour. */
    private float[] input(double[] values, int now, double scale) {
        var input = new float[PATCH_BINS + WEEK_BINS];
        for (int bin = 0; bin < PATCH_BINS; bin++) {
            int from = bin * patch / PATCH_BINS;
            int end = Math.max(from + 1, (bin + 1) * patch / PATCH_BINS);
            double sum = 0;
            for (int i = from; i < end; i++) {
                int at = now - patch + i;
                sum += values[at] - values[at - season];
            }
            input[bin] = Math.clamp((float) (sum / (end - from) / scale), -CLIP, CLIP);
        }
        int weekAgo = now - WEEK * season;
        if (weekAgo >= season && weekAgo + horizon <= now) {
            var then = corrections(values, weekAgo, WEEK_BINS, scale);
            System.arraycopy(then, 0, input, PATCH_BINS, WEEK_BINS);
        }
        return input;
    }

    @Override
    public Predictor fit(double[] history) {
        var learned = frozen;
        double scale = Series.scale(history, season);
        return (known, ahead) -> forecast(learned, scale, known, ahead);
    }

    private double[] forecast(GatedNetwork learned, double scale, double[] known, int ahead) {
        int steps = steps(known.length);
        var state = new float[HIDDEN];
        var output = new float[knots];
        for (int step = 0; step < steps; step++) {
            var trace = learned.step(input(known, known.length - (steps - 1 - step) * patch, scale), state);
            state = trace.after;
            output = trace.output;
        }
        var forecast = Series.repeatSeason(known, season, ahead);
        for (int h = 0; h < ahead; h++) {
            forecast[h] += h < horizon ? output[h * knots / horizon] * scale : 0;
        }
        return forecast;
    }
}
