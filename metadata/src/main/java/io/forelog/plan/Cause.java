package io.forelog.plan;

/** Why a plan was made. */
public enum Cause {
    /** A forecast. */
    FORECAST,
    /** A limit that was passed. */
    LIMIT_PASSED,
    /** Load low enough for long enough. */
    IDLE,
    /** A call. */
    BY_HAND,
    /** Validation of another plan failed. */
    VALIDATION
}
