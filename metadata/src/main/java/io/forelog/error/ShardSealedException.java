package io.forelog.error;

import java.util.List;

/** The shard takes no more appends: it was split, merged or archived. Append to a child. */
public final class ShardSealedException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final int shard;
    private final transient List<Integer> children;

    public ShardSealedException(int shard, List<Integer> children) {
        super("shard " + shard + " is sealed; its children are " + children);
        this.shard = shard;
        this.children = List.copyOf(children);
    }

    public int shard() {
        return shard;
    }

    /** Returns the shards that took over the range, possibly none. */
    public List<Integer> children() {
        return children;
    }
}
