package io.forelog.loadgen.load;

import java.util.Locale;

/** What an operation does, hence which figures it counts into. */
public enum OperationKind {
    /** One append request, from its intended start to its acknowledgement. */
    APPEND,
    /** One point read, from its intended start to its whole value. */
    READ,
    /** One record at the tail, from its append's intended start to its arrival at a reader. */
    TAIL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
