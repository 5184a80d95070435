package io.forelog.metadata;

import io.forelog.raft.MemberId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replication group: the nodes that hold the same shards and agree on their order.
 *
 * @param id never used again
 * @param founders the members that the group was first made of, for ever the same
 * @param members the nodes that should hold it now, by name; the group itself follows step by step
 * @param preferred the member that should lead while it can, so that leadership is spread evenly
 * @param leader who led when last heard of, or null before the first election
 * @param term the term of that leader; the epoch of all the group's shards
 */
public record Group(
        int id, List<MemberId> founders, List<String> members, String preferred, @Nullable String leader, int term) {

    public Group {
        founders = List.copyOf(founders);
        members = List.copyOf(members);
    }

    /** Returns the name under which the group's replicas know each other. */
    public String channel() {
        return "g" + id;
    }

    Group ledBy(String node, int newTerm) {
        return new Group(id, founders, members, preferred, node, newTerm);
    }

    Group on(List<String> nodes, String wanted) {
        return new Group(id, founders, nodes, wanted, leader, term);
    }
}
