package io.forelog.loadgen.client;

/**
 * The server answered with a problem document. Nothing was appended, unless {@link Problem#appendMayHaveHappened()}.
 */
public final class RefusedException extends ForelogClientException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    RefusedException(Problem problem) {
        super(problem.status() + " " + problem.slug() + ": " + problem.detail());
        this.problem = problem;
    }

    /** Returns what the server said. */
    public Problem problem() {
        return problem;
    }

    @Override
    public String slug() {
        return problem.slug();
    }
}
