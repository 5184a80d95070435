package io.forelog.server.control;

import io.forelog.manager.Descriptor;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.plan.PlanKind;
import io.forelog.replication.CopyAhead;
import io.forelog.replication.ShardId;
import io.forelog.server.peer.PeerDocuments;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells all nodes which moves are announced, so that those which shall take a shard over copy it ahead. Always all of
 * them are told: what is missing is withdrawn, and a node that missed one round learns all from the next. Safe for use
 * by any thread.
 */
final class MovesAhead {

    private static final String MOVES = "moves";

    private final String node;
    private final PeerDocuments documents;
    private final Supplier<ClusterState> state;
    private final Function<Collection<CopyAhead>, Set<CopyAhead>> copies;
    private boolean hasTold;

    /** @param copies takes what is announced, and returns for what of it this node is ready */
    MovesAhead(
            String node,
            PeerDocuments documents,
            Supplier<ClusterState> state,
            Function<Collection<CopyAhead>, Set<CopyAhead>> copies) {
        this.node = node;
        this.documents = documents;
        this.state = state;
        this.copies = copies;
        documents.serve(MOVES, this::answer);
    }

    /** Tells what is announced; completes with the shards for which all are ready. Does not fail. */
    CompletableFuture<Set<io.forelog.manager.ShardId>> tell(List<Descriptor> announced) {
        var moves = moves(announced, state.get());
        synchronized (this) {
            if (moves.isEmpty() && !hasTold) {
                return CompletableFuture.completedFuture(Set.of());
            }
            hasTold = !moves.isEmpty();
        }
        var order = List.copyOf(moves.keySet());
        var here = ready(order);
        return documents.ask(MOVES, text(order)).thenApply(answers -> {
            var byNode = new LinkedHashMap<>(answers.byNode());
            byNode.put(node, here);
            var ready = new HashSet<io.forelog.manager.ShardId>();
            for (int i = 0; i < order.size(); i++) {
                int number = i;
                boolean isReady = holders(order.get(i)).stream().allMatch(holder -> {
                    byte[] answer = byNode.get(holder);
                    return answer != null && answer.length > number && answer[number] == 1;
                });
                if (isReady) {
                    ready.add(moves.get(order.get(i)));
                }
            }
            return ready;
        });
    }

    private List<String> holders(CopyAhead move) {
        return state.get().groups().get(move.targetGroup()).holders();
    }

    private static Map<CopyAhead, io.forelog.manager.ShardId> moves(List<Descriptor> announced, ClusterState state) {
        var moves = new LinkedHashMap<CopyAhead, io.forelog.manager.ShardId>();
        for (var descriptor : announced) {
            var log = state.find(descriptor.parent().log());
            var shard = log == null ? null : log.shards().shard(descriptor.parent().shard());
            if (descriptor.kind() != PlanKind.MOVE || log == null || shard == null) {
                continue;
            }
            PlanRoutes.target(descriptor.target(), shard, state)
                    .map(Group::id)
                    .ifPresent(target -> moves.put(
                            new CopyAhead(
                                    new ShardId(log.incarnation(), shard.number()), log.name(), shard.group(), target),
                            descriptor.parent()));
        }
        return moves;
    }

    private byte[] answer(String text) {
        return ready(text.lines().map(MovesAhead::move).toList());
    }

    /** A byte for each: 1 if this node has what it needs. */
    private byte[] ready(List<CopyAhead> order) {
        var ready = copies.apply(order);
        byte[] bytes = new byte[order.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (ready.contains(order.get(i)) ? 1 : 0);
        }
        return bytes;
    }

    private static String text(List<CopyAhead> moves) {
        return moves.stream()
                .map(move -> move.shard().log() + " " + move.shard().number() + " " + move.sourceGroup() + " "
                        + move.targetGroup() + " " + move.logName())
                .collect(Collectors.joining("\n"));
    }

    private static CopyAhead move(String line) {
        var parts = line.split(" ", 5);
        return new CopyAhead(
                new ShardId(Long.parseLong(parts[0]), Integer.parseInt(parts[1])),
                parts[4],
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]));
    }
}
