package io.forelog.loadgen.bench;

import io.forelog.loadgen.load.LatencySummary;

/**
 * What one peer did in one turn.
 *
 * @param operations that were over in it, each of one record
 * @param seconds its length, until the last operation was acknowledged
 * @param latencyMicros of single operations; without any where operations are not waited for one by one
 * @param serverMicros processor time of the servers for each operation
 * @param clientMicros processor time of the measuring process for each operation
 */
public record Turn(
        long operations, double seconds, LatencySummary latencyMicros, double serverMicros, double clientMicros) {

    /** Returns operations a second. */
    public double perSecond() {
        return operations / seconds;
    }
}
