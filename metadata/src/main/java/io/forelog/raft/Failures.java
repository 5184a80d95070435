package io.forelog.raft;

import io.forelog.raft.transport.Network;
import io.microraft.exception.CannotReplicateException;
import io.microraft.exception.IndeterminateStateException;
import io.microraft.exception.NotLeaderException;
import io.microraft.exception.RaftException;
import io.microraft.impl.RaftNodeImpl;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Turns MicroRaft's failures into ours. */
final class Failures {

    private final String group;
    private final RaftNodeImpl node;
    private final Network network;
    private final FailStop failStop;

    Failures(String group, RaftNodeImpl node, Network network, FailStop failStop) {
        this.group = group;
        this.node = node;
        this.network = network;
        this.failStop = failStop;
    }

    /** Returns what a submission, a query or a change of members failed with. */
    RuntimeException of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case SubmitException known -> known;
            case NotLeaderException notLeader ->
                failStop.isStopped()
                        ? new SubmitException.Stopped(group)
                        : notLeader(Optional.ofNullable(notLeader.getLeader()).map(Endpoint::idOf));
            case CannotReplicateException refused -> new SubmitException.Overloaded(group, 0, 0);
            case IndeterminateStateException unknown ->
                new SubmitException.OutcomeUnknown(group, "leadership was lost before it was committed");
            case RaftException internal ->
                new SubmitException.OutcomeUnknown(group, String.valueOf(internal.getMessage()));
            case IllegalArgumentException invalid -> invalid;
            case IllegalStateException full when failStop.isStopped() -> new SubmitException.Stopped(group);
            case IllegalStateException full -> new SubmitException.Overloaded(group, 0, 0);
            default -> new SubmitException.OutcomeUnknown(group, failure.toString());
        };
    }

    /** Returns what to answer where no one leads, or another. */
    SubmitException notLeader(Optional<MemberId> leader) {
        if (leader.isPresent()) {
            return new SubmitException.NotLeader(group, leader);
        }
        var voters = node.getEffectiveMembers().getVotingMembers();
        var reachable = (int) voters.stream()
                .map(Endpoint::idOf)
                .filter(voter ->
                        voter.equals(Endpoint.idOf(node.getLocalEndpoint())) || network.isConnected(voter.node()))
                .count();
        return reachable > voters.size() / 2
                ? new SubmitException.NotLeader(group, leader)
                : new SubmitException.NoQuorum(group, reachable, voters.size());
    }
}
