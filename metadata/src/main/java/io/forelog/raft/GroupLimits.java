package io.forelog.raft;

/**
 * Sizes of a group.
 *
 * @param entryBytesMax largest operation
 * @param pendingEntriesMax operations submitted and not yet answered; more are refused. Too few: a fast disk idles; too
 *     many: a slow one answers late
 * @param pendingBytesMax the same in bytes
 * @param logEntriesMax entries kept since the last checkpoint; about 100 bytes of memory each. When it is reached
 *     before a checkpoint is done, appends wait
 * @param checkpointEntries applied entries after which a checkpoint is begun. Too few: the state machine is forced too
 *     often; too many: a restart applies for long
 * @param checkpointBytes the same in bytes of the log
 * @param retainedEntries entries kept before a checkpoint for followers that lag a little
 * @param retainedBytes the same in bytes of the log; one entry is kept in any case. Too many: the log never goes round
 *     under large entries, and each of its files is filled with zeros first
 * @param messageEntriesMax entries in one message
 * @param messageBytesMax bytes of entries in one message, if it has more than one. Too few: a lagging follower takes
 *     many round trips; too many: heartbeats wait behind it
 * @param cachedPayloadBytes payloads of the newest entries kept in memory; older ones are read from the log. Too few:
 *     a follower a little behind makes the leader read from disk
 * @param manifestBytesMax largest manifest; twice as much is set aside on disk
 */
public record GroupLimits(
        int entryBytesMax,
        int pendingEntriesMax,
        long pendingBytesMax,
        int logEntriesMax,
        int checkpointEntries,
        long checkpointBytes,
        int retainedEntries,
        long retainedBytes,
        int messageEntriesMax,
        int messageBytesMax,
        long cachedPayloadBytes,
        int manifestBytesMax) {

    public static final GroupLimits DEFAULT = new GroupLimits(
            1 << 20,
            10_000,
            64L << 20,
            200_000,
            50_000,
            128L << 20,
            5_000,
            128L << 20,
            512,
            2 << 20,
            32L << 20,
            1 << 20);

    private static final int LOG_ENTRIES_MAX = 100_000_000;

    public GroupLimits {
        if (logEntriesMax > LOG_ENTRIES_MAX || logEntriesMax < checkpointEntries + retainedEntries) {
            throw new IllegalArgumentException("logEntriesMax " + logEntriesMax + " must hold checkpointEntries "
                    + checkpointEntries + " and retainedEntries " + retainedEntries);
        }
        if (pendingBytesMax < entryBytesMax) {
            throw new IllegalArgumentException(
                    "entryBytesMax " + entryBytesMax + " must fit pendingBytesMax " + pendingBytesMax);
        }
        if (pendingEntriesMax < 1 || checkpointEntries < 1 || retainedEntries < 1 || messageEntriesMax < 1) {
            throw new IllegalArgumentException("counts must be at least 1: " + pendingEntriesMax + ", "
                    + checkpointEntries + ", " + retainedEntries + ", " + messageEntriesMax);
        }
    }
}
