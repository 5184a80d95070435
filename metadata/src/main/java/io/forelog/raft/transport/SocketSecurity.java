package io.forelog.raft.transport;

import java.io.IOException;
import java.net.Socket;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** What goes over a connection between nodes: plain bytes, or TLS in which each side proves who it is. */
public interface SocketSecurity {

    /** No security: for a private network, or tests. */
    SocketSecurity PLAIN = new SocketSecurity() {

        @Override
        public Socket over(Socket connected, boolean dialled) {
            return connected;
        }

        @Override
        public void verify(Socket secured, String node) {}
    };

    /**
     * Returns a socket that speaks over a connected one. Nothing is sent before its first use. Whoever is done with it
     * closes the one below: closing TLS itself waits for a write that may be stuck.
     *
     * @param dialled whether this side made the connection
     */
    Socket over(Socket connected, boolean dialled) throws IOException;

    /**
     * Checks that the other end of a socket that {@link #over} returned is who it says it is.
     *
     * @throws IOException if it is not
     */
    void verify(Socket secured, String node) throws IOException;

    /**
     * Returns mutual TLS 1.3.
     *
     * @param context this node's key and the authorities that it trusts
     * @param isNode whether the peer of a session, whose certificate is already trusted, may speak for a node
     */
    static SocketSecurity tls(SSLContext context, BiPredicate<SSLSession, String> isNode) {
        return new SocketSecurity() {

            private static final String[] PROTOCOLS = {"TLSv1.3"};

            @Override
            public Socket over(Socket connected, boolean dialled) throws IOException {
                var peer = connected.getInetAddress().getHostAddress();
                var socket =
                        (SSLSocket) context.getSocketFactory().createSocket(connected, peer, connected.getPort(), true);
                socket.setUseClientMode(dialled);
                socket.setEnabledProtocols(PROTOCOLS);
                socket.setNeedClientAuth(!dialled);
                return socket;
            }

            @Override
            public void verify(Socket secured, String node) throws IOException {
                var session = ((SSLSocket) secured).getSession();
                if (!session.isValid() || !isNode.test(session, node)) {
                    throw new IOException("the certificate of " + secured.getRemoteSocketAddress()
                            + " does not speak for node " + node);
                }
            }
        };
    }
}
