package io.forelog.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON Web Tokens: signature by the issuer's published keys or by a shared one, issuer, audience and time. Which
 * algorithms are taken follows from the kind of key, never from the token. What was found good is remembered until it
 * expires.
 *
 * <p>Safe for use by any thread; {@link #verify} may wait for the issuer.
 */
final class JwtVerifier {

    private static final int TOKENS_MAX = 10_000;
    private static final int TOKEN_LENGTH_MAX = 16 << 10;
    private static final int SECRET_BYTES_MIN = 32;
    private static final int FETCH_MILLIS_MAX = 3000;
    private static final int KEYS_BYTES_MAX = 256 << 10;
    private static final Set<JWSAlgorithm> PUBLIC_KEY = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);
    private static final Set<JWSAlgorithm> SHARED_KEY =
            Set.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512);

    private record Known(Principal principal, long expiresAt) {}

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final SecurityConfig config;
    private final Clock clock;

    /** By the token's hash: a dump of this must not hold what opens the door. */
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > TOKENS_MAX;
        }
    };

    /** @throws IOException if the shared key cannot be read, or is too short */
    JwtVerifier(SecurityConfig config, Clock clock) throws IOException {
        this.config = config;
        this.clock = clock;
        boolean shared = config.sharedKey() != null;
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(shared ? SHARED_KEY : PUBLIC_KEY, keys(config)));
        var exact = new JWTClaimsSet.Builder();
        if (!config.issuer().isEmpty()) {
            exact.issuer(config.issuer());
        }
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        config.audience().isEmpty() ? null : config.audience(), exact.build(), Set.of("sub", "exp")) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                });
    }

    private static JWKSource<SecurityContext> keys(SecurityConfig config) throws IOException {
        var file = config.sharedKey();
        if (file == null) {
            return JWKSourceBuilder.create(
                            URI.create(config.jwks()).toURL(),
                            new DefaultResourceRetriever(FETCH_MILLIS_MAX, FETCH_MILLIS_MAX, KEYS_BYTES_MAX))
                    .retrying(true)
                    .build();
        }
        byte[] secret = Files.readString(file).strip().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (secret.length < SECRET_BYTES_MIN) {
            throw new IOException(
                    file + " holds " + secret.length + " bytes; a shared key has at least " + SECRET_BYTES_MIN);
        }
        return new ImmutableSecret<>(secret);
    }

    /** Returns whom a token that was found good before names, or null if it is to be verified. */
    @Nullable
    Principal known(String token) {
        synchronized (known) {
            var found = known.get(Secrets.hash(token));
            return found == null || found.expiresAt() <= clock.millis() ? null : found.principal();
        }
    }

    /** @throws UnauthenticatedException if the token is not good */
    Principal verify(String token) {
        if (token.length() > TOKEN_LENGTH_MAX) {
            throw new UnauthenticatedException("the token has more than " + TOKEN_LENGTH_MAX + " characters");
        }
        try {
            var claims = processor.process(token, null);
            var principal = new Principal("jwt:" + claims.getSubject(), true, permissions(claims), 0, 0);
            synchronized (known) {
                known.put(
                        Secrets.hash(token),
                        new Known(principal, claims.getExpirationTime().getTime()));
            }
            return principal;
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new UnauthenticatedException("the token is not accepted: " + e.getMessage());
        }
    }

    /** What of the claim is no permission is somebody else's: scopes of other services stand there too. */
    private List<Permission> permissions(JWTClaimsSet claims) {
        var permissions = new ArrayList<Permission>();
        for (var text : texts(claims.getClaim(config.claim()))) {
            try {
                permissions.add(Permission.parse(text));
            } catch (IllegalArgumentException e) {
                continue;
            }
        }
        return permissions;
    }

    private static List<String> texts(@Nullable Object claim) {
        return switch (claim) {
            case String text -> Arrays.asList(text.split(" "));
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }
}
