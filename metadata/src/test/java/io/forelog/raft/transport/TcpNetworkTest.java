package io.forelog.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpNetworkTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path directory;

    private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private final List<TcpNetwork> networks = new ArrayList<>();

    @AfterEach
    void close() {
        networks.forEach(TcpNetwork::close);
    }

    /** Raft sends from several threads that are not the network's; none of it may stall or change places. */
    @Test
    void messagesFromManyThreadsArriveInOrderAndWhole() throws IOException, InterruptedException {
        var n1 = start("n1");
        var n2 = start("n2");
        var inFlight = new Semaphore(5000);
        var disorder = new AtomicInteger();
        for (var sender = 0; sender < 4; sender++) {
            var last = new AtomicLong(-1);
            n2.register("c" + sender, (from, bytes) -> {
                if (bytes.getLong(0) != last.incrementAndGet() || bytes.remaining() % 100 != 8) {
                    disorder.incrementAndGet();
                }
                inFlight.release();
            });
        }
        n1.reach("n2");
        await().until(() -> n1.isConnected("n2"));

        var threads = new ArrayList<Thread>();
        for (var sender = 0; sender < 4; sender++) {
            var channel = "c" + sender;
            threads.add(Thread.ofPlatform().start(() -> {
                for (var i = 0; i < 50_000; i++) {
                    inFlight.acquireUninterruptibly();
                    n1.send("n2", channel, message(i, 8 + 100 * (i % 20)));
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(inFlight.tryAcquire(5000, 30, TimeUnit.SECONDS))
                .as("all arrived")
                .isTrue();
        assertThat(disorder).hasValue(0);
        assertThat(n1.dropped()).isZero();
    }

    @Test
    void bothEndsReachEachOtherOverOneConnection() throws IOException {
        var n1 = start("n1");
        var n2 = start("n2");
        var toFirst = receive(n1);
        var toSecond = receive(n2);

        await().until(() -> {
            n1.send("n2", "c", message(1, 8));
            n2.send("n1", "c", message(1, 8));
            return toFirst.get() > 0 && toSecond.get() > 0;
        });
    }

    @Test
    void peerThatComesBackIsReachedAgain() throws IOException {
        var n1 = start("n1");
        var n2 = start("n2");
        n1.reach("n2");
        await().until(() -> n1.isConnected("n2"));
        n2.close();
        await().until(() -> !n1.isConnected("n2"));

        var again = start("n2");
        var received = receive(again);

        await().atMost(Duration.ofSeconds(5)).until(() -> {
            n1.send("n2", "c", message(1, 8));
            return received.get() > 0;
        });
    }

    @Test
    void allAreToldOfAPeerThatEndedAndNobodyOfOneThatIsOnlyCutOff() throws Exception {
        var n1 = start("n1");
        var n2 = start("n2");
        var n3 = start("n3");
        var ended = ConcurrentHashMap.<String>newKeySet();
        for (var network : List.of(n1, n3)) {
            network.register("c", new Network.Receiver() {
                @Override
                public void receive(String fromNode, ByteBuffer bytes) {}

                @Override
                public void ended(String node) {
                    ended.add(network.localNode() + " of " + node);
                }
            });
        }
        n1.reach("n2");
        n2.reach("n3");
        n1.reach("n3");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> n1.isConnected("n2") && n3.isConnected("n2") && n1.isConnected("n3"));

        // The link is ended, and whoever listens there lives.
        n1.forget("n3");
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(20)).until(ended::isEmpty);
        n2.close();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(ended).containsExactlyInAnyOrder("n1 of n2", "n3 of n2"));
    }

    /** The one that should dial does not know where; the other does so in the end. */
    @Test
    void oneKnownAddressIsEnough() throws IOException {
        var n1 = start("n1", "c", SocketSecurity.PLAIN, peer -> Optional.empty());
        var n2 = start("n2");
        n2.reach("n1");

        await().atMost(Duration.ofSeconds(10)).until(() -> n1.isConnected("n2") && n2.isConnected("n1"));
    }

    @Test
    void queueOfAPeerThatDoesNotReadIsBounded() throws IOException {
        var n1 = start("n1");
        var n2 = start("n2");
        var blocked = new Object();
        n2.register("c", (from, bytes) -> {
            synchronized (blocked) {
                bytes.clear();
            }
        });
        n1.reach("n2");
        await().until(() -> n1.isConnected("n2"));

        synchronized (blocked) {
            for (var i = 0; i < 300; i++) {
                n1.send("n2", "c", message(i, 1 << 20));
            }
            assertThat(n1.dropped()).isGreaterThan(100);
        }
    }

    @Test
    void nodeOfAnotherClusterIsRefused() throws IOException {
        var n1 = start("n1");
        var stranger = start("n2", "another", SocketSecurity.PLAIN, peer -> Optional.ofNullable(addresses.get(peer)));
        n1.reach("n2");
        stranger.reach("n1");

        await().during(Duration.ofMillis(500)).until(() -> !n1.isConnected("n2") && !stranger.isConnected("n1"));
    }

    @Test
    void rubbishOnThePortDisturbsNoOne() throws IOException {
        var n1 = start("n1");
        var n2 = start("n2");
        var received = receive(n2);
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), n2.address().getPort())) {
            socket.getOutputStream().write(new byte[10_000]);
            assertThat(readToEnd(socket)).isZero();
        }

        await().until(() -> {
            n1.send("n2", "c", message(1, 8));
            return received.get() > 0;
        });
    }

    @Test
    void whoSaysItsNameTooSlowlyIsHungUpOn() throws IOException {
        var hasty = config(Duration.ofSeconds(1), Duration.ofSeconds(2));
        var n1 = TcpNetwork.start(hasty, SocketSecurity.PLAIN, peer -> Optional.empty());
        networks.add(n1);
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), n1.address().getPort())) {
            var greeting = new FrameWriter();
            greeting.putInt(Connection.MAGIC);
            greeting.putInt(Connection.VERSION);
            greeting.putName("c".repeat(200));
            var bytes = greeting.toBuffer();

            await().atMost(Duration.ofSeconds(40)).until(() -> isEnded(socket, bytes.get()));

            assertThat(bytes.hasRemaining()).isTrue();
        }
    }

    /** It holds the lock that TLS would close under: the writer is amid a write that does not end. */
    @Test
    void tlsPeerThatStopsReadingAndWritingIsGivenUp() throws Exception {
        var store = keyStore("trusted");
        var patient = config(Duration.ofSeconds(60), Duration.ofSeconds(4));
        var n1 = TcpNetwork.start(patient, security(store, "CN=trusted"), peer -> Optional.empty());
        networks.add(n1);
        try (var plain =
                new Socket(InetAddress.getLoopbackAddress(), n1.address().getPort())) {
            var socket = security(store, "CN=trusted").over(plain, true);
            var greeting = new FrameWriter();
            greeting.putInt(Connection.MAGIC);
            greeting.putInt(Connection.VERSION);
            greeting.putName("c");
            greeting.putName("n0");
            greeting.putName("n1");
            greeting.writeTo(socket.getOutputStream());
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                socket.getOutputStream().write(new byte[Integer.BYTES]);
                return n1.isConnected("n0");
            });

            for (var i = 0; i < 50; i++) {
                n1.send("n0", "c", message(i, 1 << 20));
            }

            await().atMost(Duration.ofSeconds(60)).until(() -> !n1.isConnected("n0"));
        }
    }

    @Test
    void tlsCarriesMessagesAndRefusesWhoHasNoCertificate() throws Exception {
        var trusted = security(keyStore("trusted"), "CN=trusted");
        var other = security(keyStore("other"), "CN=other");
        var n1 = start("n1", "c", trusted, peer -> Optional.ofNullable(addresses.get(peer)));
        var n2 = start("n2", "c", trusted, peer -> Optional.ofNullable(addresses.get(peer)));
        var n3 = start("n3", "c", other, peer -> Optional.ofNullable(addresses.get(peer)));
        var n4 = start("n4");
        var received = receive(n2);
        n3.reach("n1");
        n4.reach("n1");

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            n1.send("n2", "c", message(1, 8));
            return received.get() > 0;
        });
        assertThat(n1.isConnected("n3")).isFalse();
        assertThat(n1.isConnected("n4")).isFalse();
    }

    /** Returns the configuration of n1 with bounds of its own for greetings and silence. */
    private static TransportConfig config(Duration greetMax, Duration silenceMax) {
        var known = TransportConfig.of("c", "n1", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new TransportConfig(
                known.cluster(),
                known.node(),
                known.bind(),
                known.frameBytesMax(),
                known.queueBytesMax(),
                known.reconnectMin(),
                known.reconnectMax(),
                known.pingInterval(),
                greetMax,
                silenceMax);
    }

    private TcpNetwork start(String node) throws IOException {
        return start(node, "c", SocketSecurity.PLAIN, peer -> Optional.ofNullable(addresses.get(peer)));
    }

    private TcpNetwork start(
            String node, String cluster, SocketSecurity security, Function<String, Optional<InetSocketAddress>> known)
            throws IOException {
        var bind = addresses.getOrDefault(node, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var network = TcpNetwork.start(TransportConfig.of(cluster, node, bind), security, known);
        addresses.put(node, network.address());
        networks.add(network);
        return network;
    }

    private static AtomicInteger receive(TcpNetwork network) {
        var received = new AtomicInteger();
        network.register("c", (from, bytes) -> received.incrementAndGet());
        return received;
    }

    private static OutboundMessage message(long number, int bytes) {
        return new OutboundMessage() {

            @Override
            public int bytesEstimate() {
                return bytes;
            }

            @Override
            public void encode(FrameWriter target) {
                target.putLong(number);
                for (var i = 8; i < bytes; i += 4) {
                    target.putInt(i);
                }
            }
        };
    }

    /** Says one more byte, and returns whether the other side has hung up. */
    private static boolean isEnded(Socket socket, byte next) throws IOException {
        socket.setSoTimeout(100);
        try {
            socket.getOutputStream().write(next);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static long readToEnd(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return in.readAllBytes().length;
        } catch (SocketException e) {
            return 0;
        }
    }

    /** Makes a key with a certificate of its own, by the JDK's tool. */
    private Path keyStore(String name) throws IOException, InterruptedException {
        var file = directory.resolve(name + ".p12");
        var tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(tool.waitFor(180, TimeUnit.SECONDS)).isTrue();
        return file;
    }

    private static SocketSecurity security(Path keyStore, String name) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keyStore)) {
            store.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("peer", store.getCertificate(store.aliases().nextElement()));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return SocketSecurity.tls(
                context, (session, node) -> principal(session).getName().equals(name));
    }

    private static Principal principal(SSLSession session) {
        try {
            return session.getPeerPrincipal();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }
}
