package io.forelog.plan;

/**
 * What a plan costs.
 *
 * @param bytes to copy between nodes
 * @param copySeconds that the copy takes at the rate the policy allows
 * @param pauseMillis that appends to the shard wait at cutover
 * @param targetLoad requests a second that the target takes over
 * @param disruptionSeconds all of that in the unit of the benefit: seconds of full violation that would be as bad
 */
public record Cost(long bytes, double copySeconds, double pauseMillis, double targetLoad, double disruptionSeconds) {

    public static final Cost NONE = new Cost(0, 0, 0, 0, 0);

    /** A copy slows the source's and the target's other work by about this share of its time. */
    private static final double COPY_DISRUPTION = 0.02;

    private static final double PAUSE_MILLIS = 50;

    /** Returns the cost of copying so many bytes at a rate, to where so many requests a second go then. */
    public static Cost of(long bytes, double bytesPerSecond, double targetLoad) {
        double seconds = bytes / bytesPerSecond;
        return new Cost(bytes, seconds, PAUSE_MILLIS, targetLoad, PAUSE_MILLIS / 1000 + COPY_DISRUPTION * seconds);
    }
}
