package io.forelog.loadgen.torture.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The network between nodes, each direction of each pair for itself: what one node sends another passes a proxy, which
 * can be closed to it. Bytes under way stay under way, as on a network that loses packets: they arrive when it is well
 * again, unless the connection was given up.
 */
final class Links implements AutoCloseable {

    /** Where a node listens. */
    record Ports(int http, int raft) {}

    private record Direction(String from, String to) {}

    /** What passes the ports of the API, and of the groups. */
    private final Map<Direction, Gate> calls = new HashMap<>();

    private final Map<Direction, Gate> groups = new HashMap<>();
    private final Map<Direction, List<Proxy>> proxies = new HashMap<>();

    Links(Map<String, Ports> nodes) throws IOException {
        for (var from : nodes.keySet()) {
            for (var to : nodes.keySet()) {
                calls.put(new Direction(from, to), new Gate());
                groups.put(new Direction(from, to), new Gate());
            }
        }
        for (var there : calls.keySet()) {
            if (!there.from().equals(there.to())) {
                var back = new Direction(there.to(), there.from());
                var ports = nodes.get(there.to());
                var opened = new ArrayList<Proxy>();
                opened.add(new Proxy(ports.http(), calls.get(there), calls.get(back)));
                opened.add(new Proxy(ports.raft(), groups.get(there), groups.get(back)));
                proxies.put(there, opened);
            }
        }
    }

    /** Returns HOST:PORT at which {@code from} reaches the API of {@code to}. */
    String http(String from, String to) {
        return proxies.get(new Direction(from, to)).get(0).address();
    }

    /** Returns HOST:PORT at which {@code from} reaches the groups of {@code to}. */
    String raft(String from, String to) {
        return proxies.get(new Direction(from, to)).get(1).address();
    }

    /** Lets nothing through from one node to another; the way back stays as it is. */
    void cut(String from, String to) {
        calls.get(new Direction(from, to)).close();
        cutGroups(from, to);
    }

    /** As {@link #cut}, for what groups say; calls go through. */
    void cutGroups(String from, String to) {
        groups.get(new Direction(from, to)).close();
    }

    void heal() {
        calls.values().forEach(Gate::open);
        groups.values().forEach(Gate::open);
    }

    @Override
    public void close() throws IOException {
        heal();
        for (var pair : proxies.values()) {
            for (var proxy : pair) {
                proxy.close();
            }
        }
    }
}
