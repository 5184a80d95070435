package io.forelog.server.http;

/** A call that is answered with a problem which HTTP, not the log, is the source of. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    static ProblemException badRequest(String detail) {
        return new ProblemException(Problem.badRequest(detail));
    }

    public Problem problem() {
        return problem;
    }
}
