package io.forelog.raft.transport;

import java.io.IOException;

/** A message that is turned into bytes when its turn comes, on the thread that sends it. */
public interface OutboundMessage {

    /** Returns about how many bytes it will be, to bound what waits. */
    int bytesEstimate();

    /**
     * Writes the message.
     *
     * @throws IOException if it cannot be written any more; it is then dropped
     */
    void encode(FrameWriter target) throws IOException;
}
