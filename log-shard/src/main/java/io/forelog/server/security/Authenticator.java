package io.forelog.server.security;

import io.forelog.metadata.ClusterState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells from an {@code Authorization} header who calls. {@code Bearer} carries an API key or a token; {@code Basic} an
 * API key as the password, which is how a browser can be made to ask for one.
 *
 * <p>Safe for use by any thread; never blocks.
 */
public final class Authenticator {

    private final SecurityConfig config;
    private final Supplier<ClusterState> metadata;
    private final Clock clock;
    private final Executor workers;
    private final Secrets.@Nullable Secret root;
    private final @Nullable JwtVerifier tokens;

    /**
     * @param metadata the newest state known here; keys are in it
     * @param data where the node's root key is
     * @param workers for what may wait for an issuer
     * @throws IOException if a key that is needed cannot be read
     */
    public Authenticator(
            SecurityConfig config, Supplier<ClusterState> metadata, Path data, Clock clock, Executor workers)
            throws IOException {
        this.config = config;
        this.metadata = metadata;
        this.clock = clock;
        this.workers = workers;
        this.root = config.authentication() ? RootKey.loadOrCreate(data) : null;
        this.tokens = config.jwks().isEmpty() && config.sharedKey() == null ? null : new JwtVerifier(config, clock);
    }

    public SecurityConfig config() {
        return config;
    }

    /** Returns whether a log is read without credentials. */
    public boolean anyoneReads(String log) {
        // Asked with every read, and most often there is none: a stream took longer than the look into the cache.
        for (var pattern : config.anyoneReads()) {
            if (Permission.matches(pattern, log)) {
                return true;
            }
        }
        return false;
    }

    /** Fails with an {@link UnauthenticatedException}. */
    public CompletionStage<Principal> authenticate(@Nullable String authorization) {
        if (!config.authentication()) {
            return CompletableFuture.completedStage(Principal.ANYONE);
        }
        if (authorization == null || authorization.isBlank()) {
            return failed("send Authorization: Bearer with an API key or a token");
        }
        var credentials = credentials(authorization.strip());
        if (credentials == null) {
            return failed("Authorization is Bearer TOKEN, or Basic with an API key as the password");
        }
        if (credentials.startsWith("flk_")) {
            return byKey(credentials);
        }
        var verifier = tokens;
        if (verifier == null) {
            return failed("this is no API key, and no tokens are accepted here");
        }
        var known = verifier.known(credentials);
        return known != null
                ? CompletableFuture.completedStage(known)
                : CompletableFuture.supplyAsync(() -> verifier.verify(credentials), workers);
    }

    private static @Nullable String credentials(String authorization) {
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                var pair = new String(
                        Base64.getDecoder().decode(authorization.substring(6).strip()), StandardCharsets.UTF_8);
                return pair.substring(pair.indexOf(':') + 1);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return null;
    }

    private CompletionStage<Principal> byKey(String text) {
        var secret = Secrets.parse(text);
        if (secret == null) {
            return failed("the API key is malformed");
        }
        if (root != null && secret.id().equals(root.id())) {
            return Secrets.same(secret.hash(), root.hash())
                    ? CompletableFuture.completedStage(Principal.root())
                    : failed("the API key is not known");
        }
        var key = metadata.get().clients().keys().get(secret.id());
        if (key == null || !Secrets.same(secret.hash(), key.secretHash())) {
            return failed("the API key is not known");
        }
        if (key.expiresAt() <= clock.millis()) {
            return failed("the API key has expired");
        }
        return CompletableFuture.completedStage(new Principal(
                "key:" + key.id(),
                true,
                key.permissions().stream().map(Permission::parse).toList(),
                key.requestsPerSecond(),
                key.bytesPerSecond()));
    }

    private static CompletionStage<Principal> failed(String why) {
        return CompletableFuture.failedStage(new UnauthenticatedException(why));
    }
}
