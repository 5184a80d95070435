package io.forelog.simulation.cluster;

/** A promise was broken: which one, where. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }
}
