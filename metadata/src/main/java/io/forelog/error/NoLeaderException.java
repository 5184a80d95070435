package io.forelog.error;

import org.jspecify.annotations.Nullable;

/** No replica leads the shard at present, or not this one. Nothing was appended: retry shortly. */
public final class NoLeaderException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final @Nullable String leader;

    public NoLeaderException(String message) {
        this(message, null);
    }

    /** @param leader the node that is thought to lead, or null if none is known */
    public NoLeaderException(String message, @Nullable String leader) {
        super(message);
        this.leader = leader;
    }

    /** Returns the node to ask instead, or null if none is known. */
    public @Nullable String leader() {
        return leader;
    }
}
