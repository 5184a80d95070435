package io.forelog.server;

import io.forelog.server.cli.Commands;
import io.forelog.storage.Verifier;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code verify}: reads a data directory that no node has open, and names what is damaged. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Reads everything in a data directory that no node has open and names each damaged batch, with its segment"
                    + " and offset. Changes nothing.",
            "Exits with 0 if all is as it was written, with 1 if something is not."
        })
public final class VerifyMain implements Callable<Integer> {

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data directory of a node.")
    private Path data = Path.of("data");

    @Option(
            names = "--digests",
            description = "Also prints a line for each shard: digest LOG/SHARD FROM-END SHA256. Replicas with the same"
                    + " records have the same.")
    private boolean digests;

    public static void main(String[] arguments) {
        System.exit(Commands.of(new VerifyMain(), "forelog verify").execute(arguments));
    }

    @Override
    public Integer call() {
        var summary = new Verifier(data, finding -> System.out.println("damaged: " + finding), this::print).run();
        System.out.printf(
                "%,d records in %,d batches of %,d segments, %,d bytes: %s%n",
                summary.records(),
                summary.batches(),
                summary.segments(),
                summary.bytes(),
                summary.findings() == 0 ? "all as they were written" : summary.findings() + " damaged");
        return summary.findings() == 0 ? 0 : NodeMain.FAILED;
    }

    private void print(Verifier.ShardDigest digest) {
        if (digests) {
            System.out.printf("digest %s %d-%d %s%n", digest.shard(), digest.from(), digest.end(), digest.sha256());
        }
    }
}
