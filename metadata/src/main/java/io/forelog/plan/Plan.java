package io.forelog.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A change of the shard map under way, or done.
 *
 * @param id raised by each plan; 0 until the metadata has given it one
 * @param cutover how far the cutover is
 * @param undoes the plan that this one takes back, or 0
 * @param steps the states passed, with their times
 * @param checks what validation found
 * @param bytesMoved copied so far
 * @param pauseMicros for how long nobody took the shard's appends at the cutover; 0 if it was not measured
 */
public record Plan(
        long id,
        PlanKind kind,
        Cause cause,
        PlanState state,
        Change change,
        Route route,
        Expected expected,
        Cutover cutover,
        long undoes,
        List<Step> steps,
        List<Check> checks,
        long bytesMoved,
        long pauseMicros) {

    /** What validation does last. */
    public static final String LAST_CHECK = "canary";

    private static final double COPY_SHARE = 0.8;
    private static final double VERIFY_SHARE = 0.9;
    private static final double CUTOVER_SHARE = 0.95;

    /**
     * A state that the plan came to.
     *
     * @param atMillis since the epoch
     */
    public record Step(PlanState state, long atMillis, String note) {}

    /** One thing that validation compared. */
    public record Check(String name, boolean passed, String detail) {}

    public Plan {
        steps = List.copyOf(steps);
        checks = List.copyOf(checks);
    }

    /** Returns a plan in its first state, without an id. */
    public static Plan of(PlanKind kind, Cause cause, Change change, Route route, Expected expected, long atMillis) {
        return new Plan(
                0,
                kind,
                cause,
                PlanState.PREPARE,
                change,
                route,
                expected,
                Cutover.NONE,
                0,
                List.of(new Step(PlanState.PREPARE, atMillis, "")),
                List.of(),
                0,
                0);
    }

    /** Returns whether it changes which shards there are, and not only where one is. */
    public boolean reshapes() {
        return kind == PlanKind.SPLIT || kind == PlanKind.MERGE;
    }

    /** Returns when it came to the state that it is in, in milliseconds since the epoch. */
    public long sinceMillis() {
        return steps.getLast().atMillis();
    }

    public Plan withId(long given) {
        return new Plan(
                given,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                cutover,
                undoes,
                steps,
                checks,
                bytesMoved,
                pauseMicros);
    }

    /** Returns this plan as one that takes another back. */
    public Plan undoing(long other) {
        return new Plan(
                id,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                cutover,
                other,
                steps,
                checks,
                bytesMoved,
                pauseMicros);
    }

    /**
     * Returns this plan in its next state.
     *
     * @throws IllegalStateException if {@code next} cannot follow
     */
    public Plan to(PlanState next, long atMillis, String note) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("plan " + id + " is " + state + " and cannot become " + next);
        }
        return new Plan(
                id,
                kind,
                cause,
                next,
                change,
                route,
                expected,
                cutover,
                undoes,
                append(steps, new Step(next, atMillis, note)),
                checks,
                bytesMoved,
                pauseMicros);
    }

    /** Returns this plan with its children known. */
    public Plan into(List<Change.Child> children) {
        return new Plan(
                id,
                kind,
                cause,
                state,
                change.into(children),
                route,
                expected,
                cutover,
                undoes,
                steps,
                checks,
                bytesMoved,
                pauseMicros);
    }

    /** Returns this plan with its cutover as far as that. */
    public Plan at(Cutover progress) {
        return new Plan(
                id,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                progress,
                undoes,
                steps,
                checks,
                bytesMoved,
                pauseMicros);
    }

    /** Returns this plan after {@code check}. */
    public Plan with(Check check) {
        return new Plan(
                id,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                cutover,
                undoes,
                steps,
                append(checks, check),
                bytesMoved,
                pauseMicros);
    }

    /** Returns this plan after {@code bytes} were copied in all; never fewer than before. */
    public Plan moved(long bytes) {
        return new Plan(
                id,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                cutover,
                undoes,
                steps,
                checks,
                Math.max(bytes, bytesMoved),
                pauseMicros);
    }

    /** Returns this plan with the longest pause that was measured at its cutover. */
    public Plan paused(long micros) {
        return new Plan(
                id,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                cutover,
                undoes,
                steps,
                checks,
                bytesMoved,
                Math.max(micros, pauseMicros));
    }

    /** Returns whether it was looked over after its cutover. */
    public boolean isValidated() {
        return checks.stream().anyMatch(check -> check.name().equals(LAST_CHECK));
    }

    /** Returns whether something that was looked at after the cutover is not as it must be. */
    public boolean isInvalid() {
        return checks.stream().anyMatch(check -> !check.passed());
    }

    /** Returns how far it is, from 0 to 1: of what it copies the bytes, then its steps. */
    public double progress() {
        return switch (state) {
            case PREPARE -> 0;
            case COPY ->
                COPY_SHARE
                        * Math.min(
                                1,
                                bytesMoved
                                        / (double) Math.max(1, expected.cost().bytes()));
            case CATCH_UP -> COPY_SHARE;
            case VERIFY -> VERIFY_SHARE;
            case CUTOVER -> CUTOVER_SHARE;
            case WATCH, DONE, CANCELLED, ROLLED_BACK, FAILED -> 1;
        };
    }

    private static <T> List<T> append(List<T> list, T last) {
        var longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
