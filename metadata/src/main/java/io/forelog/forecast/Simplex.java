package io.forelog.forecast;

import java.util.function.ToDoubleFunction;
import org.hipparchus.exception.MathIllegalStateException;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.hipparchus.optim.nonlinear.scalar.noderiv.SimplexOptimizer;

/** Minimises a function without derivatives (Nelder and Mead, "A simplex method", Computer Journal 7, 1965). */
final class Simplex {

    private static final double TOLERANCE = 1e-5;

    private Simplex() {}

    /** Returns the best point found within {@code evaluationsMax} evaluations, never worse than {@code start}. */
    static double[] minimise(ToDoubleFunction<double[]> function, double[] start, double step, int evaluationsMax) {
        var best = new Best(start.clone(), function.applyAsDouble(start));
        try {
            new SimplexOptimizer(new SimpleValueChecker(TOLERANCE, 0, evaluationsMax))
                    .optimize(
                            new MaxEval(evaluationsMax),
                            new ObjectiveFunction(point -> best.offer(point, function.applyAsDouble(point))),
                            GoalType.MINIMIZE,
                            new InitialGuess(start),
                            new NelderMeadSimplex(start.length, step));
        } catch (MathIllegalStateException exhausted) {
            // The bound is on time, not on quality: what was found until here is good.
            return best.point;
        }
        return best.point;
    }

    private static final class Best {
        private double[] point;
        private double value;

        private Best(double[] point, double value) {
            this.point = point;
            this.value = value;
        }

        private double offer(double[] candidate, double result) {
            double comparable = Double.isNaN(result) ? Double.MAX_VALUE : result;
            if (comparable < value) {
                value = comparable;
                point = candidate.clone();
            }
            return comparable;
        }
    }
}
