package io.forelog.server.peer;

/** What nodes send each other: a request or an answer. */
public interface PeerMessage {

    void write(WireWriter out);

    /** Returns about how many bytes it takes. */
    default int sizeHint() {
        return 128;
    }
}
