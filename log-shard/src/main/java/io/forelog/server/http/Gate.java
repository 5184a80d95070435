package io.forelog.server.http;

import io.forelog.metadata.Log;
import io.forelog.server.http.Routes.Match;
import io.forelog.server.security.Authenticator;
import io.forelog.server.security.Principal;
import io.forelog.server.security.Quotas;
import io.forelog.server.security.UnauthenticatedException;
import io.forelog.server.security.Verb;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lets a call in, or tells why not: who calls, whether that is allowed, and whether the caller's quota bears it. */
final class Gate {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Authenticator authenticator;
    private final Quotas quotas;
    private final Cors cors;

    Gate(Authenticator authenticator, Quotas quotas, Cors cors) {
        this.authenticator = authenticator;
        this.quotas = quotas;
        this.cors = cors;
    }

    /** Fails with a {@link ProblemException}. */
    CompletionStage<Principal> admit(HttpServerRequest request, Match match) {
        try {
            requireSameOrigin(request);
            var access = match.route().access();
            if (access == Access.OPEN) {
                return CompletableFuture.completedStage(Principal.ANYONE);
            }
            var log = log(request, match);
            var authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
            if (access == Access.READ && authorization == null && log != null && authenticator.anyoneReads(log)) {
                return CompletableFuture.completedStage(withinQuota(Principal.reader(log), request));
            }
            if (!authenticator.config().authentication()) {
                requireAllowed(Principal.ANYONE, access, log);
                return CompletableFuture.completedFuture(withinQuota(Principal.ANYONE, request));
            }
            return authenticator.authenticate(authorization).handle((principal, failure) -> {
                if (failure != null) {
                    throw new ProblemException(unauthenticated(failure));
                }
                requireAllowed(principal, access, log);
                return withinQuota(principal, request);
            });
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static Problem unauthenticated(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof UnauthenticatedException)) {
            return Problems.of(cause);
        }
        return Problem.of(401, "unauthenticated", "The caller is not known", String.valueOf(cause.getMessage()))
                .withHeader("WWW-Authenticate", "Bearer realm=\"forelog\", Basic realm=\"forelog\"");
    }

    /** @param log null for what is of no log */
    static void requireAllowed(Principal principal, Access access, @Nullable String log) {
        if (access == Access.APPEND && log != null && Log.isOwn(log)) {
            throw forbidden("only the cluster itself appends to '" + log + "'");
        }
        boolean allowed =
                switch (access) {
                    case OPEN, KNOWN -> true;
                    case READ -> may(principal, Verb.READ, log);
                    case APPEND -> may(principal, Verb.APPEND, log);
                    case ADMIN -> may(principal, Verb.ADMIN, log);
                };
        if (!allowed) {
            throw forbidden("this needs the permission " + access.name().toLowerCase(java.util.Locale.ROOT) + ":"
                    + (log == null ? "*" : log));
        }
    }

    private static boolean may(Principal principal, Verb verb, @Nullable String log) {
        return log == null ? principal.mayEverywhere(verb) : principal.may(verb, log);
    }

    private static ProblemException forbidden(String detail) {
        return new ProblemException(Problem.of(403, "forbidden", "The caller may not do this", detail));
    }

    private Principal withinQuota(Principal principal, HttpServerRequest request) {
        if (!quotas.limits(principal)) {
            return principal;
        }
        long nanos = quotas.take(principal, caller(principal, request), System.nanoTime());
        if (nanos > 0) {
            long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
            throw new ProblemException(Problem.of(
                            429,
                            "quota-exceeded",
                            "The caller's quota is used up",
                            "the next request is taken in " + seconds + " s")
                    .asRetryable()
                    .withHeader("Retry-After", Long.toString(seconds)));
        }
        return principal;
    }

    /** Counts what a call sent and was sent. */
    void used(Principal principal, HttpServerRequest request) {
        if (!quotas.limits(principal)) {
            return;
        }
        long bytes = request.bytesRead() + request.response().bytesWritten();
        quotas.used(principal, caller(principal, request), bytes, System.nanoTime());
    }

    /** Who is not known is counted by where it calls from. */
    private static String caller(Principal principal, HttpServerRequest request) {
        return principal.isKnown()
                ? principal.name()
                : String.valueOf(request.remoteAddress().hostAddress());
    }

    /** Returns the log that a call is about, or null if it is about none or all. */
    private static @Nullable String log(HttpServerRequest request, Match match) {
        if (match.route().path().startsWith("/v1/logs/{log}")) {
            return Percent.decodeText(match.parameters().getFirst());
        }
        var named = Query.raw(request.query(), "log");
        return named == null || match.route().access() != Access.READ ? null : Percent.decodeText(named);
    }

    /**
     * A page of another origin can make a browser send what changes something, without being allowed to see the answer,
     * and with what the browser knows by itself: being on this machine, or Basic credentials.
     */
    private void requireSameOrigin(HttpServerRequest request) {
        var origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || SAFE.contains(request.method()) || cors.allows(origin)) {
            return;
        }
        if (!isSame(origin, request.getHeader(HttpHeaders.HOST), request)) {
            throw forbidden("pages of " + AccessLog.oneLine(origin)
                    + " may not change anything here; http.corsOrigins lists those that may");
        }
    }

    private static boolean isSame(String origin, @Nullable String host, HttpServerRequest request) {
        try {
            var authority = host != null
                    ? host
                    : request.authority() == null ? "" : request.authority().toString();
            return authority.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
