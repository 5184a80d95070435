package io.forelog.raft;

import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.Network;
import io.forelog.raft.transport.OutboundMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A network in memory under virtual time, with latency, loss and cuts of one direction or both. */
final class SimulatedNetwork {

    private static final long LATENCY_NANOS_MIN = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LATENCY_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(1000);

    private final SimulatedRuntime runtime;
    private final Map<String, Port> ports = new TreeMap<>();
    private final Map<Route, Long> lastArrival = new TreeMap<>();
    private final Set<Route> cut = new HashSet<>();
    private final Map<String, Long> bytesSent = new TreeMap<>();
    private double loss;
    private long delayNanos;

    private record Route(String from, String to) implements Comparable<Route> {
        @Override
        public int compareTo(Route other) {
            var byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    SimulatedNetwork(SimulatedRuntime runtime) {
        this.runtime = runtime;
    }

    /** Returns the network as a node sees it, which lives until its next call for that node. */
    Network attach(String node, SimulatedRuntime.Process process) {
        var port = new Port(node, process);
        ports.put(node, port);
        return port;
    }

    void loss(double share) {
        loss = share;
    }

    /** Lets every message take so much longer. */
    void delay(Duration more) {
        delayNanos = more.toNanos();
    }

    void cut(String from, String to) {
        cut.add(new Route(from, to));
    }

    void isolate(String node) {
        for (var other : ports.keySet()) {
            cut(node, other);
            cut(other, node);
        }
    }

    void heal() {
        cut.clear();
    }

    /** Hands a message to a node as if it came from another. */
    void inject(String from, String to, String channel, OutboundMessage message) throws IOException {
        var frame = new FrameWriter();
        message.encode(frame);
        ports.get(to).receivers.get(channel).receive(from, frame.toBuffer());
    }

    /** Returns the largest message sent on a channel so far. */
    long largestMessage(String channel) {
        return bytesSent.getOrDefault(channel, 0L);
    }

    private final class Port implements Network {

        private final String node;
        private final SimulatedRuntime.Process process;
        private long socketNanos;
        private final Map<String, Receiver> receivers = new TreeMap<>();

        Port(String node, SimulatedRuntime.Process process) {
            this.node = node;
            this.process = process;
        }

        @Override
        public String localNode() {
            return node;
        }

        @Override
        public void register(String channel, Receiver receiver) {
            receivers.put(channel, receiver);
        }

        @Override
        public void unregister(String channel) {
            receivers.remove(channel);
        }

        @Override
        public void reach(String to) {}

        @Override
        public void send(String to, String channel, OutboundMessage message) {
            var route = new Route(node, to);
            if (cut.contains(route) || runtime.random().nextDouble() < loss || ports.get(node) != this) {
                return;
            }
            var frame = new FrameWriter();
            try {
                message.encode(frame);
            } catch (IOException e) {
                return;
            }
            bytesSent.merge(channel, (long) frame.length(), Math::max);
            var latency = LATENCY_NANOS_MIN + runtime.random().nextLong(LATENCY_NANOS_MAX - LATENCY_NANOS_MIN) + delayNanos;
            var arrival = Math.max(runtime.nanoTime() + latency, lastArrival.getOrDefault(route, 0L) + 1);
            lastArrival.put(route, arrival);
            var target = ports.get(to);
            runtime.at(arrival, () -> {
                // A restarted process does not get what was sent to the one before.
                if (target != null && ports.get(to) == target && !cut.contains(route)) {
                    target.socketNanos = target.process.awakeNanos(target.socketNanos);
                    runtime.at(target.socketNanos, () -> target.receive(node, channel, frame));
                }
            });
        }

        private void receive(String from, String channel, FrameWriter frame) {
            var receiver = receivers.get(channel);
            if (receiver != null && ports.get(node) == this) {
                receiver.receive(from, frame.toBuffer());
            }
        }

        @Override
        public boolean isConnected(String to) {
            return !cut.contains(new Route(node, to)) && !cut.contains(new Route(to, node)) && ports.containsKey(to);
        }

        @Override
        public void close() {
            ports.remove(node, this);
        }
    }
}
