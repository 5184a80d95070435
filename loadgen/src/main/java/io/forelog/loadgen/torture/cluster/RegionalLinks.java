package io.forelog.loadgen.torture.cluster;

import io.forelog.ports.LocalPorts;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The network between the members of the regional cache, which the nodes embed: each is reached through a proxy, whose
 * address it gives as its own. All of it fails at once, as a cache that is one thing for its callers.
 */
final class RegionalLinks implements AutoCloseable {

    private record Member(int port, Proxy proxy) {}

    private final Map<String, Member> members = new TreeMap<>();
    private final Gate gate = new Gate();

    RegionalLinks(Collection<String> nodes) throws IOException {
        for (var node : nodes) {
            int port = LocalPorts.free();
            members.put(node, new Member(port, new Proxy(port, gate, gate)));
        }
    }

    /** Returns the settings by which a node is a member. */
    Map<String, String> settings(String node) {
        var own = members.get(node);
        return Map.of(
                "cache.regional.enabled",
                "true",
                "cache.regional.port",
                Integer.toString(own.port()),
                "cache.regional.portCount",
                "1",
                "cache.regional.advertise",
                own.proxy().address(),
                "cache.regional.members",
                members.values().stream().map(member -> member.proxy().address()).collect(Collectors.joining(",")));
    }

    /** What passes between members. */
    Gate gate() {
        return gate;
    }

    /** Ends what connects members, and lets none connect. */
    void refuse() {
        members.values().forEach(member -> member.proxy().refuse());
    }

    void heal() {
        gate.open();
        members.values().forEach(member -> member.proxy().admit());
    }

    @Override
    public void close() throws IOException {
        heal();
        for (var member : members.values()) {
            member.proxy().close();
        }
    }
}
