package io.forelog.storage.archive;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** An archive in a bucket of any server that speaks S3. */
public final class S3Archive implements ArchiveStore {

    private static final int NOT_FOUND = 404;
    /** What one request may delete. */
    private static final int KEYS_PER_DELETE = 1000;

    private final S3Client client;
    private final String bucket;
    private final String prefix;

    /**
     * Where the bucket is and who reads it.
     *
     * @param endpoint of the server; empty for Amazon's own
     * @param region as the server names it
     * @param bucket must be there
     * @param prefix put before each object's name; may be empty
     * @param accessKey and {@code secretKey}: empty for the SDK's default chain (environment, profile, instance role)
     * @param secretKey see {@code accessKey}
     */
    public record Address(
            Optional<URI> endpoint,
            String region,
            String bucket,
            String prefix,
            Optional<String> accessKey,
            Optional<String> secretKey) {

        @Override
        public String toString() {
            return "s3://" + bucket + "/" + prefix;
        }
    }

    public S3Archive(Address address) {
        var builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .region(Region.of(address.region()));
        // Servers other than Amazon's seldom have a host name for each bucket.
        address.endpoint()
                .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
        if (address.accessKey().isPresent() && address.secretKey().isPresent()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    address.accessKey().get(), address.secretKey().get())));
        }
        this.client = builder.build();
        this.bucket = address.bucket();
        this.prefix = address.prefix();
    }

    @Override
    public void put(String name, Path file) {
        try {
            client.putObject(request -> request.bucket(bucket).key(prefix + name), RequestBody.fromFile(file));
        } catch (SdkException e) {
            throw failed("write", name, e);
        }
    }

    @Override
    public byte[] read(String name, long from, int length) {
        try {
            byte[] bytes = client.getObjectAsBytes(request -> request.bucket(bucket)
                            .key(prefix + name)
                            .range("bytes=" + from + "-" + (from + length - 1)))
                    .asByteArrayUnsafe();
            if (bytes.length != length) {
                throw new ArchiveException(
                        "asked for " + length + " bytes at " + from + " of " + name + ", got " + bytes.length);
            }
            return bytes;
        } catch (SdkException e) {
            throw failed("read", name, e);
        }
    }

    @Override
    public long size(String name) {
        try {
            return client.headObject(request -> request.bucket(bucket).key(prefix + name))
                    .contentLength();
        } catch (AwsServiceException e) {
            if (e.statusCode() == NOT_FOUND) {
                return -1;
            }
            throw failed("find", name, e);
        } catch (SdkException e) {
            throw failed("find", name, e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            client.deleteObject(request -> request.bucket(bucket).key(prefix + name));
        } catch (SdkException e) {
            throw failed("delete", name, e);
        }
    }

    @Override
    public void deleteAll(String namePrefix) {
        try {
            List<ObjectIdentifier> keys;
            do {
                keys = client
                        .listObjectsV2(request -> request.bucket(bucket)
                                .prefix(prefix + namePrefix)
                                .maxKeys(KEYS_PER_DELETE))
                        .contents()
                        .stream()
                        .map(object ->
                                ObjectIdentifier.builder().key(object.key()).build())
                        .toList();
                var found = keys;
                if (!found.isEmpty()) {
                    client.deleteObjects(request -> request.bucket(bucket)
                            .delete(delete -> delete.objects(found).quiet(true)));
                }
            } while (keys.size() == KEYS_PER_DELETE);
        } catch (SdkException e) {
            throw failed("delete all of", namePrefix, e);
        }
    }

    private ArchiveException failed(String what, String name, SdkException cause) {
        var message = String.valueOf(cause.getMessage());
        // What follows tells of six places where keys were looked for, and of each why there are none.
        int reasons = message.indexOf(" from any of the providers");
        var why = reasons < 0
                ? message
                : message.substring(0, reasons)
                        + ": AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment, or a profile, give them";
        return new ArchiveException(
                "cannot " + what + " s3://" + bucket + "/" + prefix + name + ": " + why, cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
