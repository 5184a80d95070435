package io.forelog.forecast;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A layer of gated recurrent units (Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP
 * 2014) and a linear layer on it, over plain arrays: forward, backward through time, and Adam (Kingma and Ba, ICLR
 * 2015). Weights lie as [input][output], so that the inner loops run over contiguous outputs and vectorise.
 * Confined to one thread, but for {@link #step} on a network that is not trained any more.
 */
final class GatedNetwork {

    private static final float DECAY_FIRST = 0.9f;
    private static final float DECAY_SECOND = 0.999f;
    private static final float GRADIENT_MAX = 1f;

    final int inputs;
    final int hidden;
    final int outputs;
    private final int gates;
    private final int recurrentAt;
    private final int biasAt;
    private final int outAt;
    private final int outBiasAt;
    private final float[] weights;
    private final float[] first;
    private final float[] second;
    private final float[] gradient;
    private int updates;

    GatedNetwork(int inputs, int hidden, int outputs, long seed) {
        this.inputs = inputs;
        this.hidden = hidden;
        this.outputs = outputs;
        gates = 3 * hidden;
        recurrentAt = inputs * gates;
        biasAt = recurrentAt + hidden * gates;
        outAt = biasAt + gates;
        outBiasAt = outAt + (hidden + inputs) * outputs;
        int size = outBiasAt + outputs;
        weights = new float[size];
        first = new float[size];
        second = new float[size];
        gradient = new float[size];
        var random = new SplittableRandom(seed);
        fill(random, 0, recurrentAt, Math.sqrt(1.0 / inputs));
        fill(random, recurrentAt, biasAt, Math.sqrt(1.0 / hidden));
        // The output layer starts at 0: an untrained network forecasts what the seasonal naive forecast does.
    }

    private GatedNetwork(GatedNetwork other) {
        inputs = other.inputs;
        hidden = other.hidden;
        outputs = other.outputs;
        gates = other.gates;
        recurrentAt = other.recurrentAt;
        biasAt = other.biasAt;
        outAt = other.outAt;
        outBiasAt = other.outBiasAt;
        weights = other.weights.clone();
        first = new float[0];
        second = new float[0];
        gradient = new float[0];
    }

    /** Returns a copy that later training does not change; it can only be asked. */
    GatedNetwork frozen() {
        return new GatedNetwork(this);
    }

    private void fill(SplittableRandom random, int from, int end, double deviation) {
        for (int i = from; i < end; i++) {
            weights[i] = (float) ((random.nextDouble() * 2 - 1) * deviation);
        }
    }

    /** What one step computed, kept for the way back. */
    static final class Trace {
        final float[] input;
        final float[] before;
        final float[] update;
        final float[] reset;
        final float[] candidate;
        final float[] recurrentCandidate;
        final float[] after;
        final float[] output;

        Trace(GatedNetwork network, float[] input, float[] before) {
            this.input = input;
            this.before = before;
            update = new float[network.hidden];
            reset = new float[network.hidden];
            candidate = new float[network.hidden];
            recurrentCandidate = new float[network.hidden];
            after = new float[network.hidden];
            output = new float[network.outputs];
        }
    }

    /** Feeds one input; {@code before} is the state until now, all 0 at the start. */
    Trace step(float[] input, float[] before) {
        var trace = new Trace(this, input, before);
        var fromInput = new float[gates];
        var fromState = new float[gates];
        System.arraycopy(weights, biasAt, fromInput, 0, gates);
        multiply(input, 0, fromInput);
        multiply(before, recurrentAt, fromState);
        for (int j = 0; j < hidden; j++) {
            trace.update[j] = sigmoid(fromInput[j] + fromState[j]);
            trace.reset[j] = sigmoid(fromInput[hidden + j] + fromState[hidden + j]);
            trace.recurrentCandidate[j] = fromState[2 * hidden + j];
            trace.candidate[j] =
                    (float) Math.tanh(fromInput[2 * hidden + j] + trace.reset[j] * trace.recurrentCandidate[j]);
            trace.after[j] = (1 - trace.update[j]) * trace.candidate[j] + trace.update[j] * before[j];
        }
        System.arraycopy(weights, outBiasAt, trace.output, 0, outputs);
        multiply(trace.after, outAt, trace.output);
        multiply(input, outAt + hidden * outputs, trace.output);
        return trace;
    }

    private void multiply(float[] from, int at, float[] into) {
        for (int i = 0; i < from.length; i++) {
            float x = from[i];
            int row = at + i * into.length;
            for (int j = 0; j < into.length; j++) {
                into[j] += weights[row + j] * x;
            }
        }
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    /**
     * Learns from one sequence.
     *
     * @param traces the steps, in order
     * @param errors for each step the derivative of the loss by the output
     */
    void learn(Trace[] traces, float[][] errors, float rate) {
        Arrays.fill(gradient, 0);
        var carried = new float[hidden];
        for (int t = traces.length - 1; t >= 0; t--) {
            carried = back(traces[t], errors[t], carried);
        }
        adam(rate);
    }

    private float[] back(Trace trace, float[] error, float[] carried) {
        for (int j = 0; j < outputs; j++) {
            gradient[outBiasAt + j] += error[j];
        }
        accumulate(trace.after, outAt, error);
        accumulate(trace.input, outAt + hidden * outputs, error);
        var byState = carried;
        addTransposed(error, outAt, hidden, byState);
        var byInput = new float[gates];
        var byRecurrent = new float[gates];
        var byBefore = new float[hidden];
        for (int j = 0; j < hidden; j++) {
            float z = trace.update[j];
            float r = trace.reset[j];
            float n = trace.candidate[j];
            float byCandidate = byState[j] * (1 - z) * (1 - n * n);
            float byUpdate = byState[j] * (trace.before[j] - n) * z * (1 - z);
            float byReset = byCandidate * trace.recurrentCandidate[j] * r * (1 - r);
            byInput[j] = byUpdate;
            byInput[hidden + j] = byReset;
            byInput[2 * hidden + j] = byCandidate;
            byRecurrent[j] = byUpdate;
            byRecurrent[hidden + j] = byReset;
            byRecurrent[2 * hidden + j] = byCandidate * r;
            byBefore[j] = byState[j] * z;
        }
        for (int j = 0; j < gates; j++) {
            gradient[biasAt + j] += byInput[j];
        }
        accumulate(trace.input, 0, byInput);
        accumulate(trace.before, recurrentAt, byRecurrent);
        addTransposed(byRecurrent, recurrentAt, hidden, byBefore);
        return byBefore;
    }

    private void accumulate(float[] from, int at, float[] by) {
        for (int i = 0; i < from.length; i++) {
            float x = from[i];
            int row = at + i * by.length;
            for (int j = 0; j < by.length; j++) {
                gradient[row + j] += x * by[j];
            }
        }
    }

    private void addTransposed(float[] by, int at, int rows, float[] into) {
        for (int i = 0; i < rows; i++) {
            int row = at + i * by.length;
            float sum = 0;
            for (int j = 0; j < by.length; j++) {
                sum += weights[row + j] * by[j];
            }
            into[i] += sum;
        }
    }

    private void adam(float rate) {
        double squares = 0;
        for (float g : gradient) {
            squares += g * g;
        }
        double norm = Math.sqrt(squares);
        float shrink = norm > GRADIENT_MAX ? (float) (GRADIENT_MAX / norm) : 1;
        updates++;
        float correctionFirst = (float) (1 - Math.pow(DECAY_FIRST, updates));
        float correctionSecond = (float) (1 - Math.pow(DECAY_SECOND, updates));
        float pace = rate / correctionFirst;
        for (int i = 0; i < weights.length; i++) {
            float g = gradient[i] * shrink;
            first[i] = DECAY_FIRST * first[i] + (1 - DECAY_FIRST) * g;
            second[i] = DECAY_SECOND * second[i] + (1 - DECAY_SECOND) * g * g;
            weights[i] -= pace * first[i] / ((float) Math.sqrt(second[i] / correctionSecond) + 1e-6f);
        }
    }
}
