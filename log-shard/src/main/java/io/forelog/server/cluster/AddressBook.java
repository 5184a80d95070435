package io.forelog.server.cluster;

import io.forelog.metadata.ClusterState;
import io.forelog.server.cluster.Identity.Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the nodes are, as last heard. Safe for use by any thread. */
public final class AddressBook {

    private final Map<String, Address> via;
    private volatile Map<String, Address> addresses = Map.of();

    /**
     * @param via where this node reaches others, whatever they say themselves; each NODE=HOST:PORT/HOST:PORT, of the
     *     API and of the groups
     * @throws IllegalArgumentException if one is of another form
     */
    public AddressBook(List<String> via) {
        var parsed = new HashMap<String, Address>();
        for (var entry : via) {
            int equals = entry.indexOf('=');
            int slash = entry.indexOf('/');
            if (equals < 1 || slash < equals) {
                throw new IllegalArgumentException("a way to a node is NODE=HOST:PORT/HOST:PORT, not '" + entry + "'");
            }
            var address = new Address(entry.substring(equals + 1, slash), entry.substring(slash + 1));
            parse(address.http());
            parse(address.raft());
            parsed.put(entry.substring(0, equals), address);
        }
        this.via = Map.copyOf(parsed);
    }

    /** Returns HOST:PORT of a node's API, or null if it is not known. */
    public @Nullable String http(String node) {
        var address = address(node);
        return address == null ? null : address.http();
    }

    /** Returns where a node's groups are reached. */
    public Optional<InetSocketAddress> raft(String node) {
        return Optional.ofNullable(address(node)).map(address -> parse(address.raft()));
    }

    private @Nullable Address address(String node) {
        var otherwise = via.get(node);
        return otherwise == null ? addresses.get(node) : otherwise;
    }

    /** Takes what the metadata says; returns whether that was news. */
    boolean learn(ClusterState state) {
        var known = new HashMap<String, Address>();
        state.nodes().values().forEach(node -> known.put(node.name(), new Address(node.http(), node.raft())));
        return learn(known, state.removed());
    }

    /** Takes where nodes are; what is known of others stays. */
    boolean learn(Map<String, Address> known) {
        return learn(known, Set.of());
    }

    private synchronized boolean learn(Map<String, Address> known, Set<String> removed) {
        var all = new HashMap<>(addresses);
        all.putAll(known);
        all.keySet().removeAll(removed);
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
