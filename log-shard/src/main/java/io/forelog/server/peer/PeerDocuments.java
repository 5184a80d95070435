package io.forelog.server.peer;

import io.forelog.server.peer.Messages.Opaque;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What each node alone knows, as documents whose bytes mean something only to those who make and read them: asked of
 * all other nodes at once, and not waited for longer than somebody looking at a page would. Safe for use by any thread.
 */
public final class PeerDocuments {

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** Makes a document; what it throws is no answer. */
    @FunctionalInterface
    public interface Source {
        byte[] document(String argument);
    }

    /**
     * What came.
     *
     * @param byNode the documents of the nodes that answered in time
     * @param silent the nodes that did not
     */
    public record Answers(Map<String, byte[]> byNode, List<String> silent) {}

    private record Told(String node, byte @Nullable [] document) {}

    private final Peers peers;
    private final Supplier<Collection<String>> others;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    /**
     * @param others the names of the other nodes
     * @param workers make the documents that other nodes ask for
     */
    public PeerDocuments(Peers peers, PeerServer server, Supplier<Collection<String>> others, Executor workers) {
        this.peers = peers;
        this.others = others;
        server.on(PeerCalls.DOCUMENT, asked -> CompletableFuture.supplyAsync(() -> answer(asked), workers));
    }

    /** Lets other nodes ask for a document of this name. */
    public void serve(String name, Source source) {
        sources.put(name, source);
    }

    private Opaque answer(Opaque asked) {
        var text = new String(asked.bytes(), StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        var source = end < 0 ? null : sources.get(text.substring(0, end));
        if (source == null) {
            throw new IllegalArgumentException("this node has no document '" + text + "'");
        }
        return new Opaque(source.document(text.substring(end + 1)));
    }

    /** Asks all other nodes; does not fail. */
    public CompletableFuture<Answers> ask(String name, String argument) {
        var question = new Opaque((name + "\n" + argument).getBytes(StandardCharsets.UTF_8));
        var asked = new ArrayList<CompletableFuture<Told>>();
        for (var node : others.get()) {
            Function<Opaque, byte[]> bytes = Opaque::bytes;
            asked.add(peers.call(node, PeerCalls.DOCUMENT, question, DEADLINE)
                    .thenApply(bytes)
                    .handle((document, failure) -> new Told(node, document)));
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(all -> {
            var byNode = new TreeMap<String, byte[]>();
            var silent = new ArrayList<String>();
            for (var each : asked) {
                var told = each.join();
                if (told.document() == null) {
                    silent.add(told.node());
                } else {
                    byNode.put(told.node(), told.document());
                }
            }
            silent.sort(null);
            return new Answers(byNode, silent);
        });
    }
}
