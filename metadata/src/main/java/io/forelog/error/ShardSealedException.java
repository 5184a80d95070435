package io.forelog.error;

import java.util.List;

/** The shard takes no more appends: it was split, merged or archived. Append to a child. */
public final class ShardSealedException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final transient List<Integer> children;

    public ShardSealedException(int shard, List<Integer> children) {
        super("shard " + shard + " is sealed; its children are " + children);
        this.children = List.copyOf(children);
    }

    /** Returns the shards that took over the range, possibly none. */
    public List<Integer> children() {
        return children;
    }
}
