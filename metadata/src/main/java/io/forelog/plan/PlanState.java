package io.forelog.plan;

import java.util.EnumSet;
import java.util.Set;

/** Where a plan stands. A split or merge within a group has nothing to copy and goes from PREPARE to CUTOVER. */
public enum PlanState {
    /** Children or copies are placed; nothing has changed for anyone. */
    PREPARE,
    /** Sealed segments are copied, each checked by its digest. */
    COPY,
    /** The target follows the open tail. */
    CATCH_UP,
    /** Counts, digests and sampled records of source and target are compared. */
    VERIFY,
    /** The source refuses appends, the target opens with a higher epoch. */
    CUTOVER,
    /** The target leads; the source is kept and fed back, so that a rollback loses nothing. */
    WATCH,
    DONE,
    CANCELLED,
    ROLLED_BACK,
    FAILED;

    /** Returns whether nothing will happen any more. */
    public boolean isFinal() {
        return followers().isEmpty();
    }

    /** Returns whether the plan can still be taken back without a rollback. */
    public boolean isCancellable() {
        return this == PREPARE || this == COPY || this == CATCH_UP || this == VERIFY;
    }

    /** Returns whether {@code next} may follow directly. */
    public boolean mayBecome(PlanState next) {
        return followers().contains(next);
    }

    private Set<PlanState> followers() {
        return switch (this) {
            case PREPARE -> EnumSet.of(COPY, CUTOVER, CANCELLED, FAILED);
            // What goes to the archive is sealed: there is no tail to catch up with.
            case COPY -> EnumSet.of(CATCH_UP, VERIFY, CANCELLED, FAILED);
            case CATCH_UP -> EnumSet.of(VERIFY, CANCELLED, FAILED);
            // A tail that outran the copy is caught up with again.
            case VERIFY -> EnumSet.of(CATCH_UP, CUTOVER, CANCELLED, FAILED);
            case CUTOVER -> EnumSet.of(WATCH, ROLLED_BACK, FAILED);
            case WATCH -> EnumSet.of(DONE, ROLLED_BACK);
            case DONE, CANCELLED, ROLLED_BACK, FAILED -> EnumSet.noneOf(PlanState.class);
        };
    }
}
