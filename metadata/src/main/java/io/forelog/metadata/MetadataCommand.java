package io.forelog.metadata;

import io.forelog.error.ForelogException;
import io.forelog.error.LastReplicaException;
import io.forelog.error.LogExistsException;
import io.forelog.metadata.ClientState.CursorName;
import io.forelog.metadata.ClientState.SavedCursor;
import io.forelog.raft.MemberId;
import java.time.Duration;
import java.util.List;

/** A change of the cluster's state: a pure function from one state to the next, so that every replica agrees. */
public sealed interface MetadataCommand {

    /**
     * Returns the state after this command; the same state if it changes nothing.
     *
     * @throws ForelogException if it is refused; nothing changes
     */
    ClusterState apply(ClusterState state);

    /**
     * Creates a log, its shards spread over the active nodes; does nothing if it exists with the same settings.
     *
     * @param createdAt milliseconds since 1970
     * @param together how many of its shards, one after the other, begin in the same group
     */
    record CreateLog(String name, LogSettings settings, long createdAt, int together) implements MetadataCommand {

        public CreateLog {
            Log.requireName(name);
            if (together < 1) {
                throw new IllegalArgumentException("at least one shard begins in a group, not " + together);
            }
        }

        /** Each shard begins in another group than its neighbours, as far as there are groups. */
        public CreateLog(String name, LogSettings settings, long createdAt) {
            this(name, settings, createdAt, 1);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var existing = state.find(name);
            if (existing == null) {
                return state.withCreated(name, settings, createdAt, together);
            }
            if (!existing.settings().equals(settings)) {
                throw new LogExistsException(
                        "log '" + name + "' exists with other settings; GET /v1/logs/" + name + " shows them");
            }
            return state;
        }
    }

    /**
     * Replaces the settings of a log if they are what they are believed to be; does nothing if they are others. Whoever
     * changes one of them looks at the state after it, and tries again from that if another change came first.
     */
    record UpdateLog(String name, LogSettings expected, LogSettings settings) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var log = state.log(name);
            boolean changes = log.settings().equals(expected) && !expected.equals(settings);
            return changes ? state.with(log.with(settings)) : state;
        }
    }

    /** Deletes a log with all its records. */
    record DeleteLog(String name) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            state.log(name);
            return state.without(name);
        }
    }

    /**
     * Makes a node known, or its new addresses. A node that comes with another disk than before comes as a new member
     * of its groups.
     *
     * @param disk identity of its data directory
     * @param http HOST:PORT of its API
     * @param raft HOST:PORT of its replication groups
     */
    record JoinNode(String name, String disk, String region, String http, String raft) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var known = state.nodes().get(name);
            requireNotRemoved(state, name, disk);
            if (known == null) {
                return state.with(new ClusterNode(name, 0, disk, region, http, raft, false, false, Duration.ZERO));
            }
            if (!known.disk().equals(disk)) {
                return state.withRenewed(known.renewed(disk).at(region, http, raft));
            }
            var node = known.at(region, http, raft);
            return node.equals(known) ? state : state.with(node);
        }

        private static void requireNotRemoved(ClusterState state, String name, String disk) {
            var known = state.nodes().get(name);
            boolean leaves = known != null && known.leaving() && !known.disk().equals(disk);
            if (leaves || state.removed().contains(name)) {
                throw new IllegalArgumentException("node '" + name
                        + "' was removed for ever; let it join under another name, with an empty data" + " directory");
            }
        }
    }

    /** Tells where a known node is by now; refused if another disk has taken its place. */
    record MoveNode(String name, String disk, String region, String http, String raft) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var known = state.nodes().get(name);
            if (known == null || !known.disk().equals(disk)) {
                throw new IllegalArgumentException("node '" + name + "' is not known with this data directory: "
                        + (known == null ? "it was removed" : "it was replaced by one with another")
                        + "; let it join with an empty one");
            }
            var node = known.at(region, http, raft);
            return node.equals(known) ? state : state.with(node);
        }
    }

    /** Keeps leadership and replicas away from a node, or lets them come back. */
    record DrainNode(String name, boolean draining) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var node = state.nodes().get(name);
            if (node == null) {
                throw new IllegalArgumentException("there is no node '" + name + "'");
            }
            if (node.leaving()) {
                throw new IllegalArgumentException("node '" + name + "' is being removed for ever");
            }
            return node.draining() == draining ? state : state.with(node.with(draining));
        }
    }

    /**
     * Begins to remove a node for ever: its replicas go to other nodes, and once nothing is on it, it is forgotten but
     * for its name. Does nothing if it was removed before.
     */
    record RemoveNode(String name) implements MetadataCommand {

        /** Names are remembered for ever, so there is an end to them. */
        private static final int REMOVED_MAX = 10_000;

        @Override
        public ClusterState apply(ClusterState state) {
            var node = state.nodes().get(name);
            if (node == null || node.leaving()) {
                if (node == null && !state.removed().contains(name)) {
                    throw new IllegalArgumentException("there is no node '" + name + "'");
                }
                return state;
            }
            if (state.nodes().values().stream().noneMatch(other -> !other.equals(node) && other.isActive())) {
                throw new LastReplicaException(
                        "no other node is there to take what node '" + name + "' holds: add one, or undrain one");
            }
            if (state.removed().size() >= REMOVED_MAX) {
                throw new IllegalArgumentException(REMOVED_MAX + " nodes were removed already, which is the most");
            }
            return state.with(node.removed());
        }
    }

    /** Forgets a node that is being removed, once no group has anything to do with it; does nothing before. */
    record ForgetNode(String name) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var node = state.nodes().get(name);
            boolean done =
                    node != null && node.leaving() && state.groups().stream().noneMatch(group -> group.concerns(name));
            return done ? state.withoutNode(name) : state;
        }
    }

    /**
     * Gives a node that was gone for long another incarnation, so that another can vote on the metadata in its place:
     * when it comes back, it comes as a new member of that group. Does nothing if {@code incarnation} is not its
     * present one.
     */
    record RenewNode(String name, int incarnation) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var node = state.nodes().get(name);
            return node != null && node.incarnation() == incarnation ? state.with(node.renewed(node.disk())) : state;
        }
    }

    /**
     * Tells for how long a node has not answered, so that the next leader of the metadata counts on from there; zero
     * once it answers again. Does nothing if there is no such node.
     */
    record NodeSilent(String name, Duration silence) implements MetadataCommand {

        public NodeSilent {
            if (silence.isNegative()) {
                throw new IllegalArgumentException("a silence of " + silence);
            }
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var node = state.nodes().get(name);
            return node == null || node.silence().equals(silence) ? state : state.with(node.silentFor(silence));
        }
    }

    /**
     * Tells everyone of what a group is made.
     *
     * @param index of the entry of the group's log that made it so
     */
    record GroupFormed(int group, long index, List<MemberId> members) implements MetadataCommand {

        public GroupFormed {
            members = List.copyOf(members);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var known = state.groups().get(group);
            boolean news = index > known.presentIndex() && !known.present().equals(members);
            return news ? state.with(known.formed(index, members)) : state;
        }
    }

    /**
     * Gives the replica of a group on a node another incarnation, because the one that is there has stopped for good:
     * it is made anew from the others. Sent by the group's leader, which commits without it; so what it alone has is
     * nothing that was acknowledged. Does nothing if the group should not have that replica any more, or has no other.
     */
    record ReplaceReplica(int group, MemberId stopped) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var known = state.groups().get(group);
            return known.replicas().contains(stopped) && known.replicas().size() > 1
                    ? state.with(known.renewedOn(stopped.node()))
                    : state;
        }
    }

    /** Tells everyone who leads a group; one that is late changes nothing. */
    record GroupLed(int group, String leader, int term) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var known = state.groups().get(group);
            boolean news = term > known.term() || term == known.term() && !leader.equals(known.leader());
            return news ? state.with(known.ledBy(leader, term)) : state;
        }
    }

    /** Puts a group on other nodes; its leader carries it out. */
    record PlaceGroup(int group, List<String> members, String preferred) implements MetadataCommand {

        public PlaceGroup {
            members = List.copyOf(members);
            if (!members.contains(preferred)) {
                throw new IllegalArgumentException(preferred + " is none of " + members);
            }
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var known = state.groups().get(group);
            if (!state.nodes().keySet().containsAll(members)) {
                throw new IllegalArgumentException("group " + group + " cannot be placed on " + members
                        + ": the nodes are " + state.nodes().keySet());
            }
            return known.members().equals(members) && known.preferred().equals(preferred)
                    ? state
                    : state.with(known.on(members, preferred));
        }
    }

    /** Keeps a key, instead of another of the same id. */
    record PutApiKey(ApiKey key) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            return key.equals(state.clients().keys().get(key.id()))
                    ? state
                    : state.with(state.clients().with(key));
        }
    }

    /** Forgets a key; does nothing if there is none. */
    record RevokeApiKey(String id) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            return state.clients().keys().containsKey(id)
                    ? state.with(state.clients().withoutKey(id))
                    : state;
        }
    }

    /** Tells the shard manager how to act from here on. */
    record PutPolicy(StoredPolicy policy) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            return policy.equals(state.policy()) ? state : state.with(policy);
        }
    }

    /**
     * Remembers how far a named cursor is, unless something else was committed than what it should follow.
     *
     * @param log by name: a log that was deleted since refuses
     * @param after the positions of which one must be committed now, an empty one standing for none; an empty list if
     *     it follows whatever is committed
     */
    record CommitCursor(String log, String name, SavedCursor cursor, List<String> after) implements MetadataCommand {
        public CommitCursor {
            after = List.copyOf(after);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var of = new CursorName(state.log(log).incarnation(), name);
            var known = state.clients().cursors().get(of);
            var committed = known == null ? "" : known.position();
            return after.isEmpty() || after.contains(committed)
                    ? state.with(state.clients().with(of, cursor))
                    : state;
        }
    }

    /** Forgets a named cursor; does nothing if there is none. */
    record DropCursor(String log, String name) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var of = new CursorName(state.log(log).incarnation(), name);
            return state.clients().cursors().containsKey(of)
                    ? state.with(state.clients().without(of))
                    : state;
        }
    }

    /** Begins a plan, or brings it on. */
    record ChangePlan(PlanCommand change) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            return change.apply(state);
        }
    }
}
