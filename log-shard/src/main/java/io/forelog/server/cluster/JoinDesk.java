package io.forelog.server.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.peer.ControlCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers nodes that ask for this cluster or want to join it. A name that is taken is given to another disk only if
 * the node that has it does not answer any more: two of one name would take turns to replace each other.
 */
public final class JoinDesk {

    private static final Logger LOG = LoggerFactory.getLogger(JoinDesk.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PROBE_MAX = Duration.ofSeconds(1);

    private final ControlCalls calls;
    private volatile Identity identity;
    private volatile @Nullable MetadataStore metadata;

    JoinDesk(Identity identity, ControlCalls calls) {
        this.identity = identity;
        this.calls = calls;
    }

    /** Answers for a node that belongs to a cluster from here on. */
    void open(Identity known, MetadataStore store) {
        identity = known;
        metadata = store;
    }

    /** Takes and returns JSON. Fails with IllegalArgumentException if the node is refused for good. */
    public CompletableFuture<byte[]> answer(byte[] bytes) {
        JoinRequest request;
        try {
            request = JSON.readValue(bytes, JoinRequest.class);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a request to join: " + e.getMessage(), e);
        }
        var store = metadata;
        if (request.kind() == JoinRequest.Kind.ASK || store == null) {
            var known = store == null ? ClusterState.EMPTY : store.state();
            return CompletableFuture.completedFuture(write(of(known, knownAs(known, request))));
        }
        if (!request.cluster().equals(identity.cluster())) {
            throw new IllegalArgumentException("node '" + request.node() + "' is of cluster " + request.cluster()
                    + ", and this is cluster " + identity.cluster());
        }
        return requireFree(request, store.state().nodes().get(request.node()))
                .thenCompose(free -> store.submit(
                        new JoinNode(request.node(), request.disk(), request.region(), request.http(), request.raft())))
                .thenApply(state -> write(of(state, incarnation(state, request))));
    }

    private static int knownAs(ClusterState state, JoinRequest request) {
        var node = state.nodes().get(request.node());
        if (state.removed().contains(request.node())) {
            return JoinAnswer.REMOVED;
        }
        return node == null || !node.disk().equals(request.disk()) ? 0 : node.incarnation();
    }

    private static int incarnation(ClusterState state, JoinRequest request) {
        return Objects.requireNonNull(state.nodes().get(request.node()), "just joined")
                .incarnation();
    }

    private CompletableFuture<Void> requireFree(JoinRequest request, @Nullable ClusterNode known) {
        if (known == null || known.disk().equals(request.disk())) {
            return CompletableFuture.completedFuture(null);
        }
        if (known.disk().equals(identity.disk())) {
            throw taken(request, known);
        }
        var ask = write(new JoinRequest(JoinRequest.Kind.ASK, identity.node(), identity.disk(), "", "", "", ""));
        return calls.join(known.http(), ask, PROBE_MAX).handle((answer, unreachable) -> {
            // What answers there may be the new node itself, at the old one's address.
            if (unreachable == null && read(answer).disk().equals(known.disk())) {
                throw taken(request, known);
            }
            LOG.warn("node {} lost its disk {} and comes back with {}", known.name(), known.disk(), request.disk());
            return null;
        });
    }

    private static IllegalArgumentException taken(JoinRequest request, ClusterNode known) {
        return new IllegalArgumentException("the name '" + request.node() + "' is taken by a node that serves at "
                + known.http() + " with another data directory; choose another name, or end that node first");
    }

    private JoinAnswer of(ClusterState state, int incarnation) {
        var nodes = new HashMap<String, Identity.Address>();
        state.nodes().values().forEach(node -> nodes.put(node.name(), new Identity.Address(node.http(), node.raft())));
        var cluster = identity.cluster();
        return new JoinAnswer(
                identity.node(),
                identity.disk(),
                metadata == null || cluster == null ? "" : cluster,
                incarnation,
                identity.founders(),
                nodes);
    }

    static byte[] write(Object document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JoinAnswer read(byte[] answer) {
        try {
            return JSON.readValue(answer, JoinAnswer.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
