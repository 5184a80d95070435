package io.forelog.server.ahead;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataStore;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.replication.ShardId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what the nodes that a shard moves away from know of who reads it, so that this node, which it moves to,
 * reads ahead from its first read on. Asks each of them once, when the copy has nearly all: early enough to know before
 * readers come, and late enough to know what they read now. It is worth having and never needed: whatever goes wrong
 * with it is said and forgotten, and no move waits for it.
 */
public final class ModelMoves {

    /** Asks a node what it knows of a shard. */
    public interface Elsewhere {
        CompletableFuture<byte[]> of(String node, ShardId shard);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ModelMoves.class);

    private final String self;
    private final ShardModel here;
    private final Elsewhere elsewhere;
    private final Executor executor;
    /** Plans that were asked for, of those that are under way. Guarded by this object's monitor. */
    private final Set<Long> asked = new HashSet<>();

    /**
     * @param self this node's name
     * @param executor threads that may compute for long
     */
    public ModelMoves(String self, ShardModel here, Elsewhere elsewhere, Executor executor) {
        this.self = self;
        this.here = here;
        this.elsewhere = elsewhere;
        this.executor = executor;
    }

    /** Takes over what moves from now on. */
    public void follow(MetadataStore metadata) {
        metadata.watch((before, after) -> {
            if (before.plans() != after.plans()) {
                look(after);
            }
        });
    }

    private synchronized void look(ClusterState state) {
        var due =
                state.plans().all().stream().filter(plan -> isDue(plan, state)).toList();
        asked.retainAll(due.stream().map(Plan::id).collect(Collectors.toSet()));
        for (var plan : due) {
            if (asked.add(plan.id())) {
                var shard = new ShardId(
                        plan.change().incarnation(), plan.change().shards().getFirst());
                members(state, plan.route().sourceGroup()).forEach(node -> take(node, shard));
            }
        }
    }

    private boolean isDue(Plan plan, ClusterState state) {
        return plan.kind() == PlanKind.MOVE
                && switch (plan.state()) {
                    case CATCH_UP, VERIFY, CUTOVER, WATCH -> true;
                    case PREPARE, COPY, DONE, CANCELLED, ROLLED_BACK, FAILED -> false;
                }
                && members(state, plan.route().targetGroup()).contains(self)
                && !members(state, plan.route().sourceGroup()).contains(self);
    }

    private static Set<String> members(ClusterState state, int group) {
        return Set.copyOf(state.groups().get(group).members());
    }

    private void take(String node, ShardId shard) {
        elsewhere
                .of(node, shard)
                .thenAcceptAsync(model -> learn(node, shard, model), executor)
                .exceptionally(failure -> {
                    LOG.info("{} does not tell of shard {}, which moves here: {}", node, shard, failure.toString());
                    return null;
                });
    }

    private void learn(String node, ShardId shard, byte[] model) {
        try {
            here.learn(model);
            LOG.info("{} bytes of what {} knows of shard {}, which moves here, are learnt", model.length, node, shard);
        } catch (IOException e) {
            LOG.info("what {} knows of shard {}, which moves here, is not understood: {}", node, shard, e.getMessage());
        }
    }
}
