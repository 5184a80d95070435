package io.forelog.loadgen.cli;

import io.forelog.loadgen.client.NewRecord;
import io.forelog.loadgen.client.ProducerOptions;
import io.forelog.record.RecordAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forelog append}. */
@Command(
        name = "append",
        mixinStandardHelpOptions = true,
        description = "Appends a record, or one for each line of standard input, and shows the addresses.")
final class AppendCommand implements Callable<Integer> {

    /** Addresses that wait to be shown: what was appended is shown in the order sent. */
    private static final int UNDER_WAY_MAX = 10_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Parameters(index = "0", paramLabel = "LOG", description = "The log; it must be there.")
    private String log = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "The value. Default: a record for each line of standard input.")
    private @Nullable String value;

    @Option(names = "--key", paramLabel = "K", description = "The key of all of them.")
    private @Nullable String key;

    @Option(
            names = "--key-until",
            paramLabel = "TEXT",
            description = "With lines: the key is what comes before this text, as a tab.")
    private @Nullable String keyUntil;

    private InputStream in = System.in;

    /** Reads lines from somewhere else. */
    void readFrom(InputStream lines) {
        in = lines;
    }

    @Override
    public Integer call() {
        var options = value == null ? ProducerOptions.DEFAULT : ProducerOptions.DEFAULT.withLinger(Duration.ZERO);
        var appended = new ArrayDeque<CompletableFuture<RecordAddress>>();
        try (var client = query.connect(spec);
                var producer = client.producer(log, options);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (var line = value == null ? lines.readLine() : value;
                    line != null;
                    line = value == null ? lines.readLine() : null) {
                appended.add(producer.send(newRecord(line)));
                if (appended.size() >= UNDER_WAY_MAX) {
                    show(appended.remove());
                }
            }
            producer.flush();
            appended.forEach(this::show);
            return 0;
        } catch (CompletionException e) {
            throw new CommandFailedException(String.valueOf(e.getCause().getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailedException("cannot read standard input: " + CommandFailedException.told(e), e);
        }
    }

    private NewRecord newRecord(String line) {
        int end = keyUntil == null || value != null ? -1 : line.indexOf(keyUntil);
        return end < 0
                ? NewRecord.of(key, line)
                : NewRecord.of(
                        line.substring(0, end),
                        line.substring(end + String.valueOf(keyUntil).length()));
    }

    private void show(CompletableFuture<RecordAddress> appended) {
        var address = appended.join();
        QueryOptions.print(
                spec,
                query.isJson()
                        ? "{\"shard\":" + address.shard() + ",\"offset\":" + address.offset() + "}\n"
                        : address + "\n");
    }
}
