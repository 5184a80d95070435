package io.forelog.error;

/** The shard map, or another plan, does not allow a plan or a change of one. Nothing was changed. */
public final class PlanConflictException extends ForelogException {

    private static final long serialVersionUID = 1;

    public PlanConflictException(String message) {
        super(message);
    }
}
