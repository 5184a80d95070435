package io.forelog.server.cli;

import io.forelog.server.Logging;
import io.forelog.simulation.cluster.ClusterSimulation;
import io.forelog.simulation.cluster.ManySeeds;
import io.forelog.simulation.cluster.RunResult;
import io.forelog.simulation.cluster.Sabotage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code simulate-cluster}: a cluster under faults in virtual time, over many seeds. */
@Command(
        name = "simulate-cluster",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a cluster of three or five nodes in one process, under virtual time, with clients, plans, faults, and"
                    + " an operator who deletes the log and removes and adds nodes, drawn from a seed, and checks what"
                    + " the product promises. One seed is one run, which the seed alone repeats.",
            "Exits with 0 if every promise was kept, with 1 at the first that was not, whose timeline it prints."
        })
public final class SimulateClusterMain implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int SEEDS = 100;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many seeds; 100 by default, or as many as --minutes allow.")
    private @Nullable Long seeds;

    @Option(names = "--seed", paramLabel = "S", description = "The first of them; ${DEFAULT-VALUE} by default.")
    private long first = 1;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of 20 ms of virtual time under faults, each seed;"
                    + " ${DEFAULT-VALUE} by default. A seed with other steps is another run.")
    private int steps = 200;

    @Option(names = "--minutes", paramLabel = "N", description = "Ends after so many minutes, whatever --seeds says.")
    private @Nullable Long minutes;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many seeds run beside each other; as many as there are processors by default.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--fault",
            paramLabel = "NAME",
            description = "Breaks a promise on purpose, to see that it is noticed: dropped-fsync, ack-before-quorum,"
                    + " double-apply, swapped-order, altered-byte, uncommitted-read, stale-end, stale-cache,"
                    + " needed-tier, uncommitted-fill, diverged-replica, stopped-for-ever,"
                    + " forgotten-metadata, early-retention, revived-log, taken-too-soon, altered-archive.")
    private String fault = Sabotage.NONE.option();

    @Option(
            names = "--timeline",
            paramLabel = "N",
            description = "How many of the last events are printed for a violation;" + " ${DEFAULT-VALUE} by default.")
    private int events = 200;

    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            description = "Level of the nodes' own log; ${DEFAULT-VALUE} by default.")
    private String log = "OFF";

    @Option(names = "--json", description = "Prints one JSON object instead of text.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private long acknowledged;
    private long reads;
    private long plans;
    private long done;
    private long hash;
    private long toldNanos;

    public static void main(String[] arguments) {
        System.exit(Commands.of(new SimulateClusterMain(), "forelog simulate-cluster")
                .execute(arguments));
    }

    @Override
    public Integer call() {
        var sabotage = sabotage();
        if (threads < 1) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--threads must be at least 1, not " + threads);
        }
        Logging.level("ROOT", log);
        long began = System.nanoTime();
        long limit =
                minutes == null ? Long.MAX_VALUE : Duration.ofMinutes(minutes).toNanos();
        long count = seeds != null ? seeds : minutes == null ? SEEDS : Integer.MAX_VALUE;
        toldNanos = began;
        var many = new ManySeeds(first, count, seed -> ClusterSimulation.run(seed, steps, sabotage));
        var violated = many.run(threads, () -> System.nanoTime() - began < limit, result -> {
            count(result);
            tellProgress(began);
        });
        if (violated != null) {
            count(violated);
            tell(violated, System.nanoTime() - began);
            return FAILED;
        }
        System.out.println(json ? asJson(null, System.nanoTime() - began) : summary(System.nanoTime() - began));
        return 0;
    }

    private void tellProgress(long began) {
        long now = System.nanoTime();
        if (!json && now - toldNanos > PROGRESS_NANOS) {
            toldNanos = now;
            System.err.println(summary(now - began));
        }
    }

    private Sabotage sabotage() {
        try {
            return Sabotage.of(fault);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
        }
    }

    private void count(RunResult result) {
        done++;
        acknowledged += result.acknowledged();
        reads += result.reads();
        plans += result.plans();
        // The same in whatever order they end.
        hash += result.traceHash() * (2 * result.seed() + 1);
    }

    private void tell(RunResult result, long nanos) {
        if (json) {
            System.out.println(asJson(result, nanos));
            return;
        }
        System.out.println("seed " + result.seed() + ": " + result.violation());
        System.out.println();
        var timeline = result.timeline();
        List<String> last = timeline.subList(Math.max(0, timeline.size() - events), timeline.size());
        last.forEach(System.out::println);
        System.out.println();
        System.out.println("again: ./forelog simulate-cluster --seed " + result.seed() + " --seeds 1 --steps " + steps
                + (fault.equals(Sabotage.NONE.option()) ? "" : " --fault " + fault));
        System.out.println(summary(nanos));
    }

    private String summary(long nanos) {
        return String.format(
                Locale.ROOT,
                "%,d seeds from %d: %,d appends acknowledged, %,d reads, %,d plans, %.0f seeds a minute, trace %016x",
                done,
                first,
                acknowledged,
                reads,
                plans,
                perMinute(nanos),
                hash);
    }

    private double perMinute(long nanos) {
        return (double) done * TimeUnit.MINUTES.toNanos(1) / Math.max(1, nanos);
    }

    private String asJson(@Nullable RunResult violated, long nanos) {
        var found = violated == null
                ? ""
                : String.format(Locale.ROOT, ",\"seed\":%d,\"violation\":\"%s\"", violated.seed(), escaped(violated));
        return String.format(
                Locale.ROOT,
                "{\"firstSeed\":%d,\"seeds\":%d,\"steps\":%d,\"fault\":\"%s\",\"acknowledged\":%d,"
                        + "\"reads\":%d,\"plans\":%d,\"seedsPerMinute\":%.1f,\"trace\":\"%016x\"%s}",
                first,
                done,
                steps,
                fault,
                acknowledged,
                reads,
                plans,
                perMinute(nanos),
                hash,
                found);
    }

    private static String escaped(RunResult result) {
        return String.valueOf(result.violation())
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "");
    }
}
