package io.forelog.loadgen.cli;

import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.TailOptions;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forelog tail}. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = "Shows records as they commit, until Ctrl-C: address, key and value, with tabs between.")
final class TailCommand implements Callable<Integer> {

    private static final String TIME = "time:";

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Parameters(paramLabel = "LOG", description = "The log.")
    private String log = "";

    @Option(
            names = "--from",
            paramLabel = "F",
            defaultValue = "latest",
            description =
                    "earliest, latest, or time: and a time such as 2026-01-31T12:00:00Z. Default: ${DEFAULT-VALUE}.")
    private String from = "latest";

    @Option(names = "--key", paramLabel = "K", description = "Only records with this key.")
    private @Nullable String key;

    @Option(names = "--shard", paramLabel = "N", description = "Only records of this shard.")
    private @Nullable Integer shard;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "9223372036854775807",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "End after so many records.")
    private long count;

    @Override
    public Integer call() {
        requireTime();
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--count is at least 1, not " + count);
        }
        var left = new AtomicLong(count);
        var over = new CompletableFuture<Void>();
        try (var client = query.connect(spec)) {
            // A tail outlives servers and waits for them; who mistyped an address or a name wants to know now.
            client.log(log).await();
            follow(client, left, over);
            return 0;
        } catch (CompletionException e) {
            throw new CommandFailedException(String.valueOf(e.getCause().getMessage()), e);
        }
    }

    private void follow(ForelogClient client, AtomicLong left, CompletableFuture<Void> over) {
        try (var tail = client.tail(log, new TailOptions(from, key, shard, null), stored -> {
                    if (left.getAndDecrement() > 0) {
                        QueryOptions.print(spec, GetCommand.line(stored, query.isJson()));
                    }
                    if (left.get() <= 0) {
                        over.complete(null);
                    }
                })) {
            tail.ended().onSuccess(over::complete).onFailure(over::completeExceptionally);
            over.join();
        }
    }

    private void requireTime() {
        if (from.equals("earliest") || from.equals("latest")) {
            return;
        }
        try {
            if (from.startsWith(TIME)) {
                OffsetDateTime.parse(from.substring(TIME.length()));
                return;
            }
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--from': " + e.getMessage(), e);
        }
        throw new ParameterException(
                spec.commandLine(),
                "Invalid value for option '--from': '" + from
                        + "' is not earliest, latest or time:2026-01-31T12:00:00Z");
    }
}
