package io.forelog.server.peer;

/**
 * A call to another node that brought no answer of the node's own. Carries no stack trace: it is the network's answer,
 * not a defect.
 */
public final class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean mayHaveArrived;

    private PeerException(String message, boolean mayHaveArrived) {
        super(message, null, false, false);
        this.mayHaveArrived = mayHaveArrived;
    }

    /** The node did nothing: it was not reached, or refused the call before it looked at it. */
    static PeerException unsent(String message) {
        return new PeerException(message, false);
    }

    /** The call was sent and its answer is lost, or none that can be read: the node may have done it, or may yet. */
    static PeerException lost(String message) {
        return new PeerException(message, true);
    }

    /** Returns whether the node may have done, or may yet do, what it was asked. */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
