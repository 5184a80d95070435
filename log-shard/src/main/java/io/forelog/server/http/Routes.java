package io.forelog.server.http;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which handler takes which method and path. Filled at start, then read only. */
public final class Routes {

    /**
     * @param path as in {@code /v1/logs/{log}}, also the label of its metrics
     * @param operation null for files, which take nothing
     * @param handler called on the event loop with the whole request
     */
    record Route(
            HttpMethod method,
            String path,
            String[] segments,
            Access access,
            @Nullable Operation operation,
            Consumer<Call> handler) {

        /** There is one of each, and they are looked up with every request. */
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A route and what stood at its parameters, percent-encoded. */
    record Match(Route route, List<String> parameters) {}

    private final Map<Integer, List<Route>> byLength = new LinkedHashMap<>();
    private @Nullable Route otherwise;
    private Supplier<CompletionStage<?>> refresh = () -> CompletableFuture.completedStage(null);
    private final @Nullable ApiDocument document;

    /** Routes of which no document speaks. */
    public Routes() {
        this.document = null;
    }

    /** @param document says what a call's parameters and body must be */
    Routes(ApiDocument document) {
        this.document = document;
    }

    public Routes add(HttpMethod method, String path, Consumer<Call> handler) {
        var segments = path.substring(1).split("/", -1);
        byLength.computeIfAbsent(segments.length, unseen -> new ArrayList<>())
                .add(new Route(method, path, segments, Access.of(method, path), operation(method, path), handler));
        return this;
    }

    private @Nullable Operation operation(HttpMethod method, String path) {
        return document == null ? null : document.operation(method, path);
    }

    public Routes get(String path, Consumer<Call> handler) {
        return add(HttpMethod.GET, path, handler);
    }

    public Routes post(String path, Consumer<Call> handler) {
        return add(HttpMethod.POST, path, handler);
    }

    public Routes put(String path, Consumer<Call> handler) {
        return add(HttpMethod.PUT, path, handler);
    }

    /** @throws IllegalStateException if a call is not in the document, or one of the document's is not here */
    void requireDocumented() {
        var known = document == null ? Set.<String>of() : document.calls();
        var calls = byLength.values().stream()
                .flatMap(List::stream)
                .filter(route -> !route.path().endsWith("{file}"))
                .map(route -> route.method().name() + " " + route.path())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!calls.equals(known)) {
            throw new IllegalStateException("the API and its document differ: it serves " + minus(calls, known)
                    + " beyond the document, and of the document it lacks " + minus(known, calls));
        }
    }

    private static Set<String> minus(Set<String> all, Set<String> some) {
        var rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** Lets {@code handler} take whatever no other does. */
    public Routes otherwise(Consumer<Call> handler) {
        otherwise = new Route(HttpMethod.GET, "/{other}", new String[0], Access.OPEN, null, handler);
        return this;
    }

    /** Lets calls that name what is not known here have another try when {@code refresh} has completed. */
    Routes refreshedBy(Supplier<CompletionStage<?>> refresh) {
        this.refresh = refresh;
        return this;
    }

    CompletionStage<?> refreshed() {
        return refresh.get();
    }

    /** Returns what takes a request, or null; a HEAD is taken by what takes the GET. */
    @Nullable
    Match match(HttpMethod method, String path) {
        var asked = method == HttpMethod.HEAD ? HttpMethod.GET : method;
        for (var route : byLength.getOrDefault(length(path), List.of())) {
            if (route.method().equals(asked) && fits(route, path)) {
                return new Match(route, parameters(route, path));
            }
        }
        return otherwise == null ? null : new Match(otherwise, List.of());
    }

    /** Returns the methods that the path takes, for {@code Allow}; empty if there is no such path. */
    String allowed(String path) {
        var methods = new TreeSet<String>();
        for (var route : byLength.getOrDefault(length(path), List.of())) {
            if (fits(route, path)) {
                methods.add(route.method().name());
                if (route.method().equals(HttpMethod.GET)) {
                    methods.add("HEAD");
                }
            }
        }
        return String.join(", ", methods);
    }

    /** Returns how many segments a path has. Done for each request, as what follows is: no path is taken apart. */
    private static int length(String path) {
        int length = 0;
        for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
            length++;
        }
        return length;
    }

    /** @param path of as many segments as the route's */
    private static boolean fits(Route route, String path) {
        int at = 1;
        for (var segment : route.segments()) {
            int end = end(path, at);
            if (!isParameter(segment) && !(end - at == segment.length() && path.startsWith(segment, at))) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }

    private static List<String> parameters(Route route, String path) {
        var parameters = new ArrayList<String>(4);
        int at = 1;
        for (var segment : route.segments()) {
            int end = end(path, at);
            if (isParameter(segment)) {
                parameters.add(path.substring(at, end));
            }
            at = end + 1;
        }
        return parameters;
    }

    private static int end(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }
}
