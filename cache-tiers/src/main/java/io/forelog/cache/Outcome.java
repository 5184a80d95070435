package io.forelog.cache;

/**
 * What became of one item of a call on many: found, or a failure of its own.
 *
 * @param <T> what is found
 */
public sealed interface Outcome<T> {

    record Found<T>(T value) implements Outcome<T> {}

    /**
     * @param cause what a call on this item alone would have failed with; a
     *     {@link io.forelog.error.ForelogException} unless it is a defect
     */
    record Failed<T>(Throwable cause) implements Outcome<T> {}
}
