package io.forelog.prefetch.model;

/**
 * A key that was read directly after another one.
 *
 * @param probability how often it was, of all that was read then, in 0..1
 */
public record Follower(long key, double probability) {}
