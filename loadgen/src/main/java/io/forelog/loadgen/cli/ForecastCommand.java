package io.forelog.loadgen.cli;

import io.forelog.loadgen.forecast.Evaluation;
import io.forelog.loadgen.forecast.NamedSeries;
import io.forelog.loadgen.report.ForecastReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forelog forecast}. */
@Command(
        name = "forecast",
        mixinStandardHelpOptions = true,
        description = "Backtests the shard manager's forecaster: hides the last values of series and forecasts them.",
        footer = {
            "",
            "A row holds a series: its id, then its values in order, between commas; gzip'd files are unpacked.",
            "Models and their weights are chosen by how they forecast the values before the hidden ones."
        })
final class ForecastCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(names = "--csv", paramLabel = "FILE", required = true, description = "The series.")
    private Path file = Path.of("");

    @Option(
            names = "--season",
            paramLabel = "S",
            required = true,
            description = "Values in a season, such as 24 of an hour for a day.")
    private int season;

    @Option(names = "--horizon", paramLabel = "H", required = true, description = "Values to hide and to forecast.")
    private int horizon;

    @Option(
            names = "--interval",
            paramLabel = "P",
            defaultValue = "0.9",
            showDefaultValue = Visibility.ALWAYS,
            description = "Share of the values that the interval shall hold.")
    private double interval;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            showDefaultValue = Visibility.ALWAYS,
            description = "Of the recurrent network.")
    private long seed;

    @Override
    public Integer call() {
        var evaluation = evaluation();
        var series = read();
        var words = json.takesStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
        try {
            var rows = evaluation.run(series);
            words.print(ForecastReport.text(rows));
            words.flush();
            json.write(rows, spec.commandLine().getOut());
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(file + ": " + e.getMessage(), e);
        }
    }

    private Evaluation evaluation() {
        try {
            return Evaluation.of(season, horizon, interval, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
    }

    private List<NamedSeries> read() {
        try {
            return NamedSeries.read(file);
        } catch (IOException e) {
            throw InputFiles.failed(file, e);
        }
    }
}
