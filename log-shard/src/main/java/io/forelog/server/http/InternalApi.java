package io.forelog.server.http;

import io.forelog.server.peer.PeerCredentials;
import io.forelog.server.peer.PeerServer;
import io.vertx.core.buffer.Buffer;

/** Carries the calls of other nodes: checks that they are of this cluster; the rest is {@link PeerServer}'s. */
final class InternalApi {

    /** What a call of another node takes beside what a client's call may have. */
    static final int OVERHEAD_BYTES = 4 << 20;

    static final String PREFIX = "/internal/";

    private final PeerServer server;
    private final PeerCredentials credentials;

    InternalApi(PeerServer server, PeerCredentials credentials) {
        this.server = server;
        this.credentials = credentials;
    }

    void register(Routes routes) {
        routes.post(PREFIX + "{call}", this::handle);
    }

    private void handle(Call call) {
        if (!credentials.admits(
                call.header(PeerCredentials.CLUSTER_HEADER),
                call.header(PeerCredentials.KEY_HEADER),
                call.request().sslSession())) {
            throw new ProblemException(Problem.of(
                    403,
                    "forbidden",
                    "This is for nodes of the cluster",
                    "send the cluster's name as " + PeerCredentials.CLUSTER_HEADER
                            + ", its key if it has one, and a node's certificate" + " where nodes have such"));
        }
        var name = call.rawParameter(0);
        if (!server.answers(name)) {
            throw new ProblemException(
                    Problem.of(404, "not-found", "There is nothing here", "this node answers no call '" + name + "'"));
        }
        call.on(server.handle(name, Buffer.buffer(call.body())), reply -> {
            var failure = reply.failure();
            // A defect is in the log of the node that has it: that is where its cause can be found.
            int status = failure == null ? 200 : Problems.of(failure).status();
            call.end(status, reply.contentType(), reply.body());
        });
    }
}
