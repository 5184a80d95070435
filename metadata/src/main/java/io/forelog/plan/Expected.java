package io.forelog.plan;

/**
 * What was expected when a plan was made.
 *
 * @param forecast what the forecast said, in words; empty if none was asked
 */
public record Expected(String forecast, Cost cost, Benefit benefit) {}
