package io.forelog.loadgen.cli;

import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.simulate.SimulateCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The tools beside the node: {@code forelog load}, {@code replay}, {@code demo}, what shows a cluster in a terminal,
 * and what else joins them.
 */
@Command(
        name = "forelog",
        description = "Loads, replays, measures and shows a Forelog cluster.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            LoadCommand.class, ReplayCommand.class, DemoCommand.class, BenchCommand.class, SimulateCommand.class,
            ForecastCommand.class, RehearseCommand.class, StatusCommand.class, LogsCommand.class, ShardsCommand.class,
            PlansCommand.class, TailCommand.class, GetCommand.class, AppendCommand.class, TortureCommand.class
        })
public final class ForelogTool implements Runnable {

    /** How picocli says that a number is none. */
    private static final Pattern TYPE = Pattern.compile("is not an? (int|long|double)$");

    @Spec
    private CommandSpec spec;

    /** Exit status: 0 done, 1 failed, 2 wrong use. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ForelogTool())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .registerConverter(Duration.class, Durations::parse)
                .setParameterExceptionHandler(ForelogTool::misused)
                .setExecutionExceptionHandler(ForelogTool::failed);
    }

    /** Says what is wrong and where help is, not all that could be right: that would push it off the screen. */
    private static int misused(ParameterException first, String[] arguments) {
        var line = first.getCommandLine();
        // An option that is missing is most likely the one that is misspelt.
        var unknown = line.getUnmatchedArguments();
        var misuse = first instanceof MissingParameterException && !unknown.isEmpty()
                ? new UnmatchedArgumentException(line, unknown)
                : first;
        var err = line.getErr();
        err.println("forelog: " + TYPE.matcher(misuse.getMessage()).replaceFirst("is not a number"));
        UnmatchedArgumentException.printSuggestions(misuse, err);
        err.println("See ./" + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static int failed(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        var command = "forelog " + commandLine.getCommandName() + ": ";
        if (failure instanceof ForelogClientException || failure instanceof CommandFailedException) {
            err.println(command + failure.getMessage());
        } else if (failure instanceof IOException e) {
            err.println(command + CommandFailedException.told(e));
        } else if (failure instanceof UncheckedIOException e) {
            err.println(command + CommandFailedException.told(e.getCause()));
        } else {
            failure.printStackTrace(err);
        }
        err.flush();
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }
}
