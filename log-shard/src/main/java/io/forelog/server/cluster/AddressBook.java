package io.forelog.server.cluster;

import io.forelog.metadata.ClusterState;
import io.forelog.server.cluster.Identity.Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the nodes are, as last heard. Safe for use by any thread. */
public final class AddressBook {

    private volatile Map<String, Address> addresses = Map.of();

    /** Returns HOST:PORT of a node's API, or null if it is not known. */
    public @Nullable String http(String node) {
        var address = addresses.get(node);
        return address == null ? null : address.http();
    }

    /** Returns where a node's groups are reached. */
    public Optional<InetSocketAddress> raft(String node) {
        return Optional.ofNullable(addresses.get(node)).map(address -> parse(address.raft()));
    }

    /** Takes what the metadata says; returns whether that was news. */
    boolean learn(ClusterState state) {
        var known = new HashMap<String, Address>();
        state.nodes().values().forEach(node -> known.put(node.name(), new Address(node.http(), node.raft())));
        return learn(known);
    }

    /** Takes where nodes are; what is known of others stays. */
    synchronized boolean learn(Map<String, Address> known) {
        var all = new HashMap<>(addresses);
        all.putAll(known);
        boolean news = !all.equals(addresses);
        addresses = Map.copyOf(all);
        return news;
    }

    Map<String, Address> all() {
        return addresses;
    }

    static InetSocketAddress parse(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("an address is HOST:PORT, not '" + hostAndPort + "'");
        }
        try {
            return new InetSocketAddress(
                    hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("an address is HOST:PORT, not '" + hostAndPort + "'", e);
        }
    }
}
