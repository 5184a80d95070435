package io.forelog.cache;

/**
 * What a tier holds on this node, or behind its address if it is a server.
 *
 * @param entries how many
 * @param bytes what they take, as the tier counts its own bound
 * @param bytesMax the bound; 0 if the tier does not tell
 * @param evictions entries put out to stay within the bound, since the tier started
 */
public record TierUsage(long entries, long bytes, long bytesMax, long evictions) {

    public static final TierUsage NONE = new TierUsage(0, 0, 0, 0);

    /** Returns what two servers hold together. */
    public TierUsage plus(TierUsage other) {
        return new TierUsage(
                entries + other.entries, bytes + other.bytes, bytesMax + other.bytesMax, evictions + other.evictions);
    }
}
