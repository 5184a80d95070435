package io.forelog.raft.transport;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** Makes the sockets between nodes: plain, or TLS in which each side proves who it is. */
public interface SocketSecurity {

    /** No security: for a private network, or tests. */
    SocketSecurity PLAIN = new SocketSecurity() {

        @Override
        public ServerSocket serverSocket() throws IOException {
            return new ServerSocket();
        }

        @Override
        public Socket socket() {
            return new Socket();
        }

        @Override
        public void verify(Socket socket, String node) {}
    };

    /** Returns an unbound socket to listen with. */
    ServerSocket serverSocket() throws IOException;

    /** Returns an unconnected socket to dial with. */
    Socket socket() throws IOException;

    /**
     * Checks that the other end of a connected socket is who it says it is.
     *
     * @throws IOException if it is not
     */
    void verify(Socket socket, String node) throws IOException;

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
            public ServerSocket serverSocket() throws IOException {
                var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
                socket.setNeedClientAuth(true);
                socket.setEnabledProtocols(PROTOCOLS);
                return socket;
            }

            @Override
            public Socket socket() throws IOException {
                var socket = (SSLSocket) context.getSocketFactory().createSocket();
                socket.setEnabledProtocols(PROTOCOLS);
                return socket;
            }

            @Override
            public void verify(Socket socket, String node) throws IOException {
                var session = ((SSLSocket) socket).getSession();
                if (!session.isValid() || !isNode.test(session, node)) {
                    throw new IOException("the certificate of " + socket.getRemoteSocketAddress()
                            + " does not speak for node " + node);
                }
            }
        };
    }
}
