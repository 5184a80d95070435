package io.forelog.server.route;

import io.forelog.error.NoLeaderException;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.Groups;
import io.forelog.replication.Replication;
import io.forelog.server.peer.Messages.Append;
import io.forelog.server.peer.Messages.AppendedAt;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.PeerServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes the appends that other nodes were asked for, to shards whose group this node leads. */
public final class LeaderAppends {

    private final String node;
    private final ShardGroups shards;
    private final Groups groups;
    private final Replication local;

    /** @param node this node's name */
    public LeaderAppends(String node, ShardGroups shards, Groups groups, Replication local) {
        this.node = node;
        this.shards = shards;
        this.groups = groups;
        this.local = local;
    }

    public void register(PeerServer server) {
        server.on(PeerCalls.APPEND, this::append);
    }

    private CompletionStage<AppendedAt> append(Append append) {
        var group = shards.of(append.shard());
        if (group == null) {
            throw new NoLeaderException(node + " does not know shard " + append.shard());
        }
        if (!groups.leads(group.id())) {
            var leader = node.equals(group.leader()) ? null : group.leader();
            throw new NoLeaderException(node + " does not lead group " + group.id(), leader);
        }
        // Verified whole by the node that the client called; here only what the way may have done to it.
        append.batch().verifyCrc();
        var done = new CompletableFuture<Appended>();
        local.append(new AppendCommand(
                append.shard(), append.batch(), append.nextOffset(), append.forced(), append.everywhere(), done));
        return done.thenApply(AppendedAt::new);
    }
}
