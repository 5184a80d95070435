package io.forelog.raft.transport;

import io.forelog.raft.transport.SendQueue.Queued;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link to one peer: its queue, its connection, the thread that dials and writes, and the one that reads.
 *
 * <p>Of two nodes the one with the smaller name dials; the other does so only if that takes long, for it may know an
 * address that the first does not. A new connection replaces an older one.
 */
final class Peer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Peer.class);
    private static final int WRITE_BYTES = 256 << 10;
    private static final int CONNECT_TIMEOUT_MILLIS = 1000;

    /** Where a peer is, and who takes what it sends. */
    interface Owner {
        Optional<InetSocketAddress> address(String node);

        void received(String node, FrameReader frame) throws IOException;

        /** The connection is lost, whoever ended it. */
        void broke(String node);
    }

    private final String node;
    private final TransportConfig config;
    private final SocketSecurity security;
    private final Owner owner;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SendQueue queue;

    /** Of the thread that writes. */
    private final FrameWriter frames = new FrameWriter();

    /** Whether a thread writes; guarded by the lock, as is the connection. */
    private boolean isWriting;

    private @Nullable Connection connection;
    private volatile boolean closed;

    /** What {@link #look} saw last, and since when; used by the thread that calls it. */
    private @Nullable Connection seen;

    private long seenArrivals;
    private long seenNanos;

    /** Why TLS was refused at the last attempt to dial; used by the writer alone. */
    private String untrusted = "";

    Peer(String node, TransportConfig config, SocketSecurity security, Owner owner) {
        this.node = node;
        this.config = config;
        this.security = security;
        this.owner = owner;
        this.queue = new SendQueue(config.queueBytesMax());
        this.writer = Thread.ofPlatform().daemon().name("raft-to-" + node).unstarted(this::run);
    }

    void start() {
        writer.start();
    }

    /**
     * Sends a message: here and now if the connection takes it without waiting, else by the writer. To wake a thread
     * for each message would cost more than to write it.
     */
    void send(String channel, OutboundMessage message) {
        Connection link;
        lock.lock();
        try {
            link = connection;
            if (link == null) {
                queue.drop();
                return;
            }
            queue.add(channel, message);
            if (isWriting) {
                // Whoever does so sees it.
                return;
            }
            if (!link.takes(queue.bytes())) {
                changed.signalAll();
                return;
            }
            isWriting = true;
        } finally {
            lock.unlock();
        }
        writeHere(link);
    }

    private void writeHere(Connection link) {
        try {
            for (var next = pollHere(link); next.isPresent(); next = pollHere(link)) {
                encode(next.get());
                link.write(frames);
                frames.truncate(0);
            }
        } catch (IOException e) {
            LOGGER.debug("connection to {} broke: {}", node, e.toString());
            detach(link);
        } finally {
            written();
        }
    }

    private Optional<Queued> pollHere(Connection link) {
        lock.lock();
        try {
            return connection == link && link.takes(queue.bytes()) ? queue.poll() : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Lets another thread write. */
    private void written() {
        lock.lock();
        try {
            frames.truncate(0);
            isWriting = false;
            if (!queue.isEmpty() || connection == null) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives up a connection on which nothing came for too long. Called now and then, by one thread. */
    void look(long nowNanos) {
        Connection link;
        lock.lock();
        try {
            link = connection;
        } finally {
            lock.unlock();
        }
        if (link == null) {
            seen = null;
            return;
        }
        long arrivals = link.arrivals();
        if (link != seen || arrivals != seenArrivals) {
            seen = link;
            seenArrivals = arrivals;
            seenNanos = nowNanos;
        } else if (nowNanos - seenNanos > config.silenceMax().toNanos()) {
            LOGGER.debug("{} has been silent for too long", node);
            detach(link);
        }
    }

    boolean isConnected() {
        lock.lock();
        try {
            return connection != null;
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return queue.dropped();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a connection that the peer has made. */
    void attach(Connection accepted) {
        Connection previous;
        lock.lock();
        try {
            previous = connection;
            connection = accepted;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        closeQuietly(previous);
        if (closed) {
            closeQuietly(accepted);
            return;
        }
        Thread.ofPlatform().daemon().name("raft-from-" + node).start(() -> read(accepted));
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        lock.lock();
        try {
            closeQuietly(connection);
            connection = null;
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!closed) {
                var link = connect();
                try {
                    write(link);
                } catch (IOException e) {
                    LOGGER.debug("connection to {} broke: {}", node, e.toString());
                } finally {
                    detach(link);
                }
            }
        } catch (InterruptedException e) {
            // Only close() interrupts.
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the peer to dial, or dials, with growing pauses. */
    private Connection connect() throws InterruptedException {
        var dials = config.node().compareTo(node) < 0;
        var pauseNanos = dials ? 0 : config.silenceMax().toNanos();
        var backOff = config.reconnectMin().toNanos();
        while (true) {
            var attached = awaitAttached(pauseNanos);
            if (attached.isPresent()) {
                return attached.get();
            }
            var address = owner.address(node);
            if (address.isPresent()) {
                dial(address.get());
            }
            // Half at random, lest two nodes that hang up on each other do so in step.
            pauseNanos = backOff / 2 + ThreadLocalRandom.current().nextLong(backOff / 2 + 1);
            backOff = Math.min(2 * backOff, config.reconnectMax().toNanos());
        }
    }

    private Optional<Connection> awaitAttached(long nanos) throws InterruptedException {
        lock.lock();
        try {
            for (var left = nanos; connection == null && left > 0; ) {
                left = changed.awaitNanos(left);
            }
            return Optional.ofNullable(connection);
        } finally {
            lock.unlock();
        }
    }

    private void dial(InetSocketAddress address) {
        try {
            var socket = new Socket();
            try {
                // Resolved anew each time: a node may come back elsewhere under its name.
                var target = new InetSocketAddress(address.getHostString(), address.getPort());
                socket.connect(target, CONNECT_TIMEOUT_MILLIS);
                attach(Connection.dialled(socket, config, security, node));
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
            untrusted = "";
        } catch (SSLException e) {
            // A wrong certificate stays wrong: said once, not at each attempt.
            if (!untrusted.equals(e.toString())) {
                untrusted = e.toString();
                LOGGER.warn("no trust between this node and {} at {}: {}", node, address, untrusted);
            }
        } catch (IOException e) {
            LOGGER.debug("cannot reach {} at {}: {}", node, address, e.toString());
        }
    }

    private void write(Connection link) throws IOException, InterruptedException {
        while (begin(link)) {
            try {
                var next = pollNow();
                if (next.isEmpty()) {
                    frames.putInt(0);
                }
                while (next.isPresent()) {
                    encode(next.get());
                    next = frames.length() < WRITE_BYTES ? pollNow() : Optional.empty();
                }
                link.write(frames);
            } finally {
                written();
            }
        }
    }

    private void encode(Queued queued) {
        var start = frames.length();
        frames.putInt(0);
        frames.putName(queued.channel());
        try {
            queued.message().encode(frames);
        } catch (IOException e) {
            LOGGER.debug("a message to {} is dropped: {}", node, e.toString());
            frames.truncate(start);
            return;
        }
        var length = frames.length() - start - Integer.BYTES;
        if (length > config.frameBytesMax()) {
            LOGGER.error("a message of {} bytes to {} exceeds the bound of {}", length, node, config.frameBytesMax());
            frames.truncate(start);
            return;
        }
        frames.putInt(start, length);
    }

    /**
     * Waits until there is something to write or it is time for a ping, and makes this thread the one that writes.
     *
     * @return false if the connection was replaced
     */
    private boolean begin(Connection link) throws InterruptedException {
        lock.lock();
        try {
            long left = config.pingInterval().toNanos();
            while (connection == link && (isWriting || queue.isEmpty() && left > 0)) {
                left = changed.awaitNanos(Math.max(1, left));
                if (left <= 0 && isWriting) {
                    left = config.pingInterval().toNanos();
                }
            }
            if (connection != link) {
                return false;
            }
            isWriting = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Queued> pollNow() {
        lock.lock();
        try {
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private void read(Connection link) {
        try {
            while (!closed) {
                var frame = link.read(config.frameBytesMax());
                if (frame.hasRemaining()) {
                    owner.received(node, new FrameReader(frame));
                }
            }
        } catch (IOException e) {
            LOGGER.debug("connection from {} broke: {}", node, e.toString());
        } finally {
            detach(link);
        }
    }

    private void detach(Connection link) {
        closeQuietly(link);
        boolean isCurrent;
        lock.lock();
        try {
            isCurrent = connection == link;
            if (isCurrent) {
                connection = null;
                // What waited is old by the time there is a connection again; Raft sends what is still needed.
                queue.clear();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (isCurrent && !closed) {
            owner.broke(node);
        }
    }

    private static void closeQuietly(@Nullable Connection link) {
        if (link != null) {
            try {
                link.close();
            } catch (IOException e) {
                LOGGER.debug("closing a socket failed: {}", e.toString());
            }
        }
    }
}
