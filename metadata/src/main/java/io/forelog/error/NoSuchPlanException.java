package io.forelog.error;

/** There is no such plan, or not any more. */
public final class NoSuchPlanException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final long plan;

    public NoSuchPlanException(long plan) {
        super("there is no plan " + plan + "; GET /v1/plans lists them");
        this.plan = plan;
    }

    public long plan() {
        return plan;
    }
}
