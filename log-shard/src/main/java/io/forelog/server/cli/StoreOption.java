package io.forelog.server.cli;

import io.forelog.storage.archive.ArchiveStore;
import io.forelog.storage.archive.DirectoryArchive;
import io.forelog.storage.archive.S3Archive;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a bucket is, for a place that is written {@code s3://BUCKET/PREFIX}. */
final class StoreOption {

    private static final String S3 = "s3://";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "An S3-compatible server (default: Amazon's own).")
    private @Nullable URI endpoint;

    @Option(
            names = "--s3-region",
            paramLabel = "REGION",
            defaultValue = "us-east-1",
            description = "The bucket's region (default: ${DEFAULT-VALUE}).")
    private String region = "us-east-1";

    /** Returns the store at a place, whose directory is not made: what is to be read there must be there. */
    ArchiveStore openThere(String place) {
        if (!place.startsWith(S3) && !Files.isDirectory(Path.of(place))) {
            throw new IllegalStateException(place + ": no such directory");
        }
        return open(place);
    }

    /**
     * Returns the store at a place: a directory, or a bucket with the keys that the environment or the profile gives.
     */
    ArchiveStore open(String place) {
        if (!place.startsWith(S3)) {
            return new DirectoryArchive(Path.of(place));
        }
        var rest = place.substring(S3.length());
        int slash = rest.indexOf('/');
        var bucket = slash < 0 ? rest : rest.substring(0, slash);
        var prefix = slash < 0 ? "" : rest.substring(slash + 1);
        require(!bucket.isEmpty(), "'" + place + "' names no bucket: it is s3://BUCKET/PREFIX");
        require(
                endpoint == null || endpoint.getHost() != null,
                "Invalid value for option '--s3-endpoint': '" + endpoint + "' is not http://HOST:PORT");
        return new S3Archive(new S3Archive.Address(
                Optional.ofNullable(endpoint),
                region,
                bucket,
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
                Optional.empty(),
                Optional.empty()));
    }

    private void require(boolean isRight, String otherwise) {
        if (!isRight) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), otherwise);
        }
    }
}
