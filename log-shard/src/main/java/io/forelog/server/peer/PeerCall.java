package io.forelog.server.peer;

import java.util.function.Function;

/**
 * One kind of call.
 *
 * @param name the last part of its path
 * @param lane which connection carries it
 * @param answerBytesMax an answer that is larger is not read to its end
 * @param request reads what is asked
 * @param answer reads what is answered
 */
public record PeerCall<Q extends PeerMessage, A extends PeerMessage>(
        String name, Lane lane, int answerBytesMax, Function<WireReader, Q> request, Function<WireReader, A> answer) {

    /**
     * What goes over a connection of its own: copies, so that no append waits behind megabytes of them, and waits,
     * so that they take no call's place.
     */
    public enum Lane {
        CALLS,
        WAITS,
        BULK
    }
}
