package io.forelog.replication;

import java.util.List;

/** What a group may do with a shard that it holds. */
sealed interface Standing {

    /** It orders the shard's appends. */
    record Open() implements Standing {}

    /** It takes no more appends; its children do. */
    record Sealed(List<Integer> children) implements Standing {

        public Sealed {
            children = List.copyOf(children);
        }
    }

    /**
     * Another group orders its appends from here on. What this one holds is a copy.
     *
     * @param plan that moved it
     * @param epoch the last in which it was appended to here
     */
    record Released(long plan, int epoch) implements Standing {}

    Standing OPEN = new Open();
}
