package io.forelog.server.config;

import java.time.Duration;
import java.util.List;

/** The bounds of a node's replication groups, and of the connections over which they talk. */
public final class GroupSettings {

    public static final Setting<Long> FRAME_BYTES_MAX = Setting.size(
            "transport.frameBytesMax",
            "32MiB",
            "Largest message between groups. Too small and a large append, up to half of replication.walFileBytes, is"
                    + " never replicated; too large lets one node make another hold as much.");
    public static final Setting<Long> QUEUE_BYTES_MAX = Setting.size(
            "transport.queueBytesMax",
            "96MiB",
            "What may wait to be sent to one node; more is dropped, and sent again by its group. Too small sends bursts"
                    + " twice; too large lets a slow node hold the memory of the others.");
    public static final Setting<Duration> RECONNECT_MIN = Setting.duration(
            "transport.reconnectMin",
            "PT0.02S",
            "First wait before a node is dialled again. Too short dials one that is down in vain; too long leaves one"
                    + " that is back alone.");
    public static final Setting<Duration> RECONNECT_MAX = Setting.duration(
            "transport.reconnectMax",
            "PT1S",
            "Longest wait before a node is dialled again, reached by doubling. Likewise.");
    public static final Setting<Duration> PING_INTERVAL = Setting.duration(
            "transport.pingInterval",
            "PT0.3S",
            "How often an idle connection between groups proves that it lives. Too short wakes idle nodes; too long"
                    + " makes transport.silenceMax long.");
    public static final Setting<Duration> GREET_TIMEOUT = Setting.duration(
            "transport.greetTimeout",
            "PT10S",
            "How long a connection may take to say who it is, TLS included. Too short and nodes on a busy machine never"
                    + " meet; too long lets strangers hold connections.");
    public static final Setting<Duration> SILENCE_MAX = Setting.duration(
            "transport.silenceMax",
            "PT1.5S",
            "A connection between groups on which nothing came for so long is given up; at least two ping intervals."
                    + " Too short breaks it when the other node pauses; too long notices a cut network late.");

    public static final Setting<Duration> ENDED_TIMEOUT = Setting.duration(
            "replication.endedTimeout",
            "PT0.2S",
            "Silence of a leader after which another is elected if its machine refuses connections: its process has"
                    + " ended. Leases of reads are no longer. Too short makes reads ask a majority more often; too long"
                    + " adds to the time without a leader.");
    public static final Setting<Long> ENTRY_BYTES_MAX = Setting.size(
            "replication.entryBytesMax",
            "512KiB",
            "Appends that are gathered into one entry of a group's log while another is written; a larger append is an"
                    + " entry by itself. Too small forces more often than needed; too large makes each wait for more.");
    public static final Setting<Integer> ENTRIES_UNDER_WAY_MAX = Setting.count(
            "replication.entriesUnderWayMax",
            4,
            1,
            1_024,
            "Entries of a group that are gathered and not yet answered. Too few leave the disk idle while the network"
                    + " answers; too many make small entries, each with a force of its own.");
    public static final Setting<Long> WAITING_BYTES_MAX = Setting.size(
            "replication.waitingBytesMax",
            "64MiB",
            "Appends of a group that wait to be gathered; over it they are refused with 429. Too small refuses bursts;"
                    + " too large trades memory for delay.");
    public static final Setting<Integer> PENDING_ENTRIES_MAX = Setting.count(
            "replication.pendingEntriesMax",
            10_000,
            1,
            1_000_000,
            "Entries of a group's log that are written and not yet committed; more are refused. Too few leave a fast"
                    + " disk idle; too many make a slow one answer late.");
    public static final Setting<Long> PENDING_BYTES_MAX =
            Setting.size("replication.pendingBytesMax", "64MiB", "Likewise in bytes; must hold the largest append.");
    public static final Setting<Integer> LOG_ENTRIES_MAX = Setting.count(
            "replication.logEntriesMax",
            200_000,
            2,
            100_000_000,
            "Entries that a group keeps since its last checkpoint, about 100 bytes of heap each. Too few make appends"
                    + " wait for a checkpoint; must hold checkpointEntries and retainedEntries.");
    public static final Setting<Integer> CHECKPOINT_ENTRIES = Setting.count(
            "replication.checkpointEntries",
            50_000,
            1,
            50_000_000,
            "Entries applied after which a group forces its shards and lets its log go. Too few force often; too many"
                    + " make a start after a crash long.");
    public static final Setting<Long> CHECKPOINT_BYTES =
            Setting.size("replication.checkpointBytes", "128MiB", "Likewise in bytes of the group's log.");
    public static final Setting<Integer> RETAINED_ENTRIES = Setting.count(
            "replication.retainedEntries",
            5_000,
            1,
            50_000_000,
            "Entries of a group's log kept before a checkpoint for members that lag a little. Too few make a member"
                    + " that was away for a moment copy segments; too many take heap and disk.");
    public static final Setting<Long> RETAINED_BYTES = Setting.size(
            "replication.retainedBytes",
            "128MiB",
            "Bytes of a group's log kept before a checkpoint for members that lag a little, even if they are fewer"
                    + " entries. Too few make them copy segments; with many more than checkpointBytes a burst of large"
                    + " appends finds no file of the log to use again, and fills new ones with zeros first.");
    public static final Setting<Integer> MESSAGE_ENTRIES_MAX = Setting.count(
            "replication.messageEntriesMax",
            512,
            1,
            100_000,
            "Entries in one message to a member. Too few make one that lags take many round trips; too many delay"
                    + " heartbeats behind it.");
    public static final Setting<Long> MESSAGE_BYTES_MAX = Setting.size(
            "replication.messageBytesMax", "2MiB", "Likewise in bytes, for a message of more than one entry.");
    public static final Setting<Long> CACHED_PAYLOAD_BYTES = Setting.size(
            "replication.cachedPayloadBytes",
            "32MiB",
            "Newest entries of a group that are kept in memory. Too few make the leader read its log again for a member"
                    + " that is a little behind; it is heap of each group.");
    public static final Setting<Integer> WAL_FILES_KEPT = Setting.count(
            "replication.walFilesKept",
            6,
            2,
            10_000,
            "Files of a group's write-ahead log that are kept for use again in any case; more are while they were"
                    + " needed lately. Too few, and each burst fills new ones with zeros first, two more than"
                    + " checkpointBytes takes are right; too many take disk of idle groups.");
    public static final Setting<Integer> WAL_FILES_MAX = Setting.count(
            "replication.walFilesMax",
            64,
            2,
            10_000,
            "Most of them: appends are refused until a checkpoint frees some. Too few let a slow checkpoint stop"
                    + " appends; too many let one that is stuck fill the disk.");

    public static final Setting<Duration> CUTOVER_MAX = Setting.duration(
            "plans.cutoverMax",
            "PT30S",
            "How long a split, merge or move may wait at its cutover before a shard ends; then it is given up, and the"
                    + " shards stay as they are. Too short gives up for an election or a busy disk; too long keeps"
                    + " other plans of the log waiting for one that cannot go on.");

    static final List<Setting<?>> ALL = List.of(
            FRAME_BYTES_MAX,
            QUEUE_BYTES_MAX,
            RECONNECT_MIN,
            RECONNECT_MAX,
            PING_INTERVAL,
            GREET_TIMEOUT,
            SILENCE_MAX,
            ENDED_TIMEOUT,
            ENTRY_BYTES_MAX,
            ENTRIES_UNDER_WAY_MAX,
            WAITING_BYTES_MAX,
            PENDING_ENTRIES_MAX,
            PENDING_BYTES_MAX,
            LOG_ENTRIES_MAX,
            CHECKPOINT_ENTRIES,
            CHECKPOINT_BYTES,
            RETAINED_ENTRIES,
            RETAINED_BYTES,
            MESSAGE_ENTRIES_MAX,
            MESSAGE_BYTES_MAX,
            CACHED_PAYLOAD_BYTES,
            WAL_FILES_KEPT,
            WAL_FILES_MAX,
            CUTOVER_MAX);

    private GroupSettings() {}
}
