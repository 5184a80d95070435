package io.forelog.simulation;

import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.Network;
import io.forelog.raft.transport.OutboundMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * A network in memory under virtual time, with latency, loss, repetition, reordering, and cuts of one direction or
 * both. Messages of one route arrive in order unless told otherwise.
 */
public final class SimulatedNetwork {

    private static final long LATENCY_NANOS_MIN = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LATENCY_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(1000);
    private static final long LATE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(300);

    private final SimulatedRuntime runtime;
    private final Map<String, Port> ports = new TreeMap<>();
    private final Map<Route, Long> lastArrival = new TreeMap<>();
    private final Set<Route> cut = new TreeSet<>();
    private final Map<String, Long> bytesSent = new TreeMap<>();
    private double loss;
    private double repetition;
    private double reordering;
    private long delayNanos;

    private record Route(String from, String to) implements Comparable<Route> {
        @Override
        public int compareTo(Route other) {
            var byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    public SimulatedNetwork(SimulatedRuntime runtime) {
        this.runtime = runtime;
    }

    /** Returns the network as a node sees it, which lives until its next call for that node. */
    public Network attach(String node, SimulatedProcess process) {
        var port = new Port(node, process);
        ports.put(node, port);
        return port;
    }

    /** Loses this share of messages. */
    public void loss(double share) {
        loss = share;
    }

    /** Lets this share of messages arrive twice. */
    public void repetition(double share) {
        repetition = share;
    }

    /** Lets this share of messages arrive up to 300 ms late, behind others that were sent later. */
    public void reordering(double share) {
        reordering = share;
    }

    /** Lets every message take so much longer. */
    public void delay(Duration more) {
        delayNanos = more.toNanos();
    }

    /** Drops what goes from one node to another. */
    public void cut(String from, String to) {
        cut.add(new Route(from, to));
    }

    /** Drops what goes to and from a node. */
    public void isolate(String node) {
        for (var other : List.copyOf(ports.keySet())) {
            cut(node, other);
            cut(other, node);
        }
    }

    /** Ends all cuts. */
    public void heal() {
        cut.clear();
    }

    /** Returns whether a call from one node to another, and its answer, would get through. */
    public boolean reaches(String from, String to) {
        return ports.containsKey(to) && !cut.contains(new Route(from, to)) && !cut.contains(new Route(to, from));
    }

    /** Returns what a message takes now. */
    public long latencyNanos() {
        return LATENCY_NANOS_MIN + runtime.random().nextLong(LATENCY_NANOS_MAX - LATENCY_NANOS_MIN) + delayNanos;
    }

    /** Tells every node but this one that it has ended, as connections that are refused would. */
    public void tellEnded(String node) {
        for (var port : List.copyOf(ports.values())) {
            if (!port.localNode().equals(node)) {
                List.copyOf(port.receivers.values()).forEach(receiver -> receiver.ended(node));
            }
        }
    }

    /** Hands a message to a node as if it came from another. */
    public void inject(String from, String to, String channel, OutboundMessage message) throws IOException {
        var frame = new FrameWriter();
        message.encode(frame);
        var receiver = ports.get(to).receivers.get(channel);
        if (receiver != null) {
            receiver.receive(from, frame.toBuffer());
        }
    }

    /** Returns the largest message sent on a channel so far. */
    public long largestMessage(String channel) {
        return bytesSent.getOrDefault(channel, 0L);
    }

    private final class Port implements Network {

        private final String node;
        private final SimulatedProcess process;
        private long socketNanos;
        private final Map<String, Receiver> receivers = new TreeMap<>();

        Port(String node, SimulatedProcess process) {
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
            if (process.isDead()
                    || cut.contains(route)
                    || runtime.random().nextDouble() < loss
                    || ports.get(node) != this) {
                return;
            }
            var frame = new FrameWriter();
            try {
                message.encode(frame);
            } catch (IOException e) {
                return;
            }
            bytesSent.merge(channel, (long) frame.length(), Math::max);
            arrive(route, channel, frame);
            if (repetition > 0 && runtime.random().nextDouble() < repetition) {
                arrive(route, channel, frame);
            }
        }

        private void arrive(Route route, String channel, FrameWriter frame) {
            long arrival = runtime.nanoTime() + latencyNanos();
            if (reordering > 0 && runtime.random().nextDouble() < reordering) {
                arrival += runtime.random().nextLong(LATE_NANOS_MAX);
            } else {
                arrival = Math.max(arrival, lastArrival.getOrDefault(route, 0L) + 1);
                lastArrival.put(route, arrival);
            }
            var target = ports.get(route.to());
            runtime.at(arrival, () -> {
                // A restarted process does not get what was sent to the one before.
                if (target != null && ports.get(route.to()) == target && !cut.contains(route)) {
                    target.socketNanos = target.process.awakeNanos(target.socketNanos);
                    runtime.at(target.socketNanos, () -> target.receive(node, channel, frame));
                }
            });
        }

        private void receive(String from, String channel, FrameWriter frame) {
            var receiver = receivers.get(channel);
            if (receiver != null && ports.get(node) == this && !process.isDead()) {
                var bytes = frame.toBuffer();
                var sum = new CRC32C();
                sum.update(bytes.duplicate());
                runtime.trace(sum.getValue());
                receiver.receive(from, bytes);
            }
        }

        @Override
        public boolean isConnected(String to) {
            return reaches(node, to);
        }

        @Override
        public void close() {
            ports.remove(node, this);
        }
    }
}
