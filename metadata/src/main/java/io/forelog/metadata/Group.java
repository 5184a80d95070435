package io.forelog.metadata;

import io.forelog.raft.MemberId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A replication group: the nodes that hold the same shards and agree on their order.
 *
 * <p>A replica has an incarnation that no other replica of the group ever had. One that left may have lost its log
 * since, and with it its votes, so whoever is placed on the same node again comes as another member.
 *
 * @param id never used again
 * @param founders the members that the group was first made of, for ever the same
 * @param replicas what it should be made of now; the group itself follows step by step
 * @param present what it is made of, as its leader told last
 * @param presentIndex of the entry of the group's log that made it so; older news changes nothing
 * @param nextIncarnation of the next replica that is placed
 * @param lostBelow by node, the incarnation below which its replicas are lost: their disk is, or they stopped for good.
 *     One of them may be present still; opened again it would have forgotten what it voted and stored
 * @param preferred name of the node that should lead while it can, so that leadership is spread evenly
 * @param leader name of the node that led when last heard of, or null before the first election
 * @param term the term of that leader; the epoch of all the group's shards
 */
public record Group(
        int id,
        List<MemberId> founders,
        List<MemberId> replicas,
        List<MemberId> present,
        long presentIndex,
        int nextIncarnation,
        Map<String, Integer> lostBelow,
        String preferred,
        @Nullable String leader,
        int term) {

    public Group {
        founders = List.copyOf(founders);
        replicas = List.copyOf(replicas);
        present = List.copyOf(present);
        lostBelow = Map.copyOf(lostBelow);
    }

    /** Returns a group as it begins: of its founders, with no leader yet. */
    public static Group founded(int id, List<MemberId> founders, String preferred) {
        return new Group(id, founders, founders, founders, 0, nextIncarnation(founders), Map.of(), preferred, null, 0);
    }

    static int nextIncarnation(Collection<MemberId> known) {
        return known.stream().mapToInt(MemberId::incarnation).max().orElse(0) + 1;
    }

    /** Returns the name under which the group's replicas know each other. */
    public String channel() {
        return "g" + id;
    }

    /** Returns the names of the nodes that should hold the group. */
    public List<String> members() {
        return replicas.stream().map(MemberId::node).toList();
    }

    /**
     * Returns the names of the nodes that do hold it, in the order in which they should, those that are to leave last.
     */
    public List<String> holders() {
        var staying = replicas.stream().filter(present::contains);
        var leaving = present.stream().filter(member -> !replicas.contains(member));
        return Stream.concat(staying, leaving).map(MemberId::node).distinct().toList();
    }

    /** Returns whether replicas are on their way to or from nodes. */
    public boolean isMoving() {
        return !Set.copyOf(replicas).equals(Set.copyOf(present));
    }

    /** Returns whether a node should hold the group, or still does. */
    public boolean concerns(String node) {
        return Stream.concat(replicas.stream(), present.stream())
                .anyMatch(member -> member.node().equals(node));
    }

    /**
     * Returns the replica that a node should run: the one that is to stay, or else the one that has not left yet,
     * unless that is lost.
     */
    public Optional<MemberId> replicaOn(String node) {
        return Stream.concat(replicas.stream(), present.stream())
                .filter(member -> member.node().equals(node))
                .filter(member -> member.incarnation() >= lostBelow.getOrDefault(node, 0))
                .findFirst();
    }

    /** Returns this group as led by a node. */
    public Group ledBy(String node, int newTerm) {
        return new Group(
                id, founders, replicas, present, presentIndex, nextIncarnation, lostBelow, preferred, node, newTerm);
    }

    /** Returns this group on other nodes: who stays, or has not left yet, is the same member as before. */
    Group on(List<String> nodes, String wanted) {
        int next = nextIncarnation;
        var placed = new ArrayList<MemberId>();
        for (var node : nodes) {
            var known = replicaOn(node);
            placed.add(known.isPresent() ? known.get() : new MemberId(node, next++));
        }
        return new Group(id, founders, placed, present, presentIndex, next, lostBelow, wanted, leader, term);
    }

    /**
     * Returns this group after a node came back without its disk: its replica there is another one, and one that had
     * not left yet is lost.
     */
    Group renewedOn(String node) {
        if (!concerns(node)) {
            return this;
        }
        var lost = new HashMap<>(lostBelow);
        lost.put(node, nextIncarnation);
        var gone = replicas.stream()
                .filter(member -> member.node().equals(node))
                .toList();
        return new Group(
                        id,
                        founders,
                        replicas,
                        present,
                        presentIndex,
                        nextIncarnation,
                        lost,
                        preferred,
                        leader,
                        term)
                .renewed(gone);
    }

    /** Returns this group after a node was removed for ever, whose name nobody will have again. */
    Group without(String node) {
        if (!lostBelow.containsKey(node)) {
            return this;
        }
        var lost = new HashMap<>(lostBelow);
        lost.remove(node);
        return new Group(
                id, founders, replicas, present, presentIndex, nextIncarnation, lost, preferred, leader, term);
    }

    /**
     * Returns this group after its leader told of what it is made. What was removed and is wanted all the same comes
     * anew.
     */
    Group formed(long index, List<MemberId> members) {
        var gone = replicas.stream()
                .filter(replica -> present.contains(replica) && !members.contains(replica))
                .toList();
        return new Group(id, founders, replicas, members, index, nextIncarnation, lostBelow, preferred, leader, term)
                .renewed(gone);
    }

    private Group renewed(List<MemberId> gone) {
        int next = nextIncarnation;
        var renewed = new ArrayList<MemberId>();
        for (var replica : replicas) {
            renewed.add(gone.contains(replica) ? new MemberId(replica.node(), next++) : replica);
        }
        return new Group(id, founders, renewed, present, presentIndex, next, lostBelow, preferred, leader, term);
    }
}
