package io.forelog.server.config;

import io.forelog.prefetch.model.Source;
import io.forelog.server.http.SocketTransport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Every setting of a node; those of its caches and groups are in {@link CacheSettings} and {@link GroupSettings}. */
public final class Settings {

    /** How a node writes its log. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    public static final Setting<String> HTTP_HOST = Setting.text(
            "http.host", "127.0.0.1", "Address to listen on. Other than loopback needs TLS and authentication.");
    public static final Setting<Integer> HTTP_PORT =
            Setting.count("http.port", 8420, 0, 65535, "Port to listen on; 0 takes a free one.");
    public static final Setting<Integer> HTTP_EVENT_LOOPS = Setting.count(
            "http.eventLoops",
            0,
            0,
            256,
            "Threads that serve connections; 0 is one a core. More than cores only adds switches between them.");
    public static final Setting<SocketTransport> HTTP_TRANSPORT = Setting.choice(
            "http.transport",
            SocketTransport.AUTO,
            SocketTransport.class,
            SocketTransport::choice,
            "How connections reach their threads; auto is epoll where the machine has it, else java. io_uring takes a"
                    + " fifth less of a processor for a small read than epoll, and is younger; containers often forbid"
                    + " it.");
    public static final Setting<Long> HTTP_BODY_BYTES_MAX = Setting.size(
            "http.bodyBytesMax",
            "16MiB",
            "Largest request body. Too low refuses bulk appends; too high lets few clients fill the heap.");
    public static final Setting<Duration> HTTP_IDLE_TIMEOUT = Setting.duration(
            "http.idleTimeout",
            "PT3M",
            "A connection on which nothing was sent or received for so long is closed. Must be above the longest wait"
                    + " of a read, a minute; too high lets idle callers hold connections.");
    public static final Setting<Integer> HTTP_BATCH_RECORDS_MAX = Setting.count(
            "http.batchRecordsMax",
            10_000,
            1,
            1_000_000,
            "Most records in one append. Too high lets one request hold a shard for long.");
    public static final Setting<List<String>> HTTP_CORS_ORIGINS = Setting.list(
            "http.corsOrigins",
            "",
            "Origins, such as https://example.org, whose pages a browser lets call the API; * is any, empty none. Each"
                    + " one more is a site that may act with what its visitors know.");
    public static final Setting<Duration> HTTP_BODY_TIMEOUT = Setting.duration(
            "http.bodyTimeout",
            "PT30S",
            "How long the body of a request may take to arrive. Too short refuses large bodies over slow lines, too"
                    + " long lets few callers hold many.");
    public static final Setting<Integer> HTTP_REQUESTS_MAX = Setting.count(
            "http.requestsMax",
            20_000,
            1,
            10_000_000,
            "Requests under way at a time, waiting reads and tails among them; further ones are refused with 429. Too"
                    + " high lets work pile up that nobody waits for any more.");
    public static final Setting<Long> HTTP_PENDING_BYTES_MAX = Setting.size(
            "http.pendingBytesMax",
            "128MiB",
            "Bodies and large answers in memory at a time; what goes beyond is refused with 429. Must leave room in the"
                    + " heap for several times as much, for records are taken apart from it.");
    public static final Setting<Integer> HTTP_CONNECTIONS_MAX = Setting.count(
            "http.connectionsMax",
            20_000,
            1,
            10_000_000,
            "Connections open at a time; further ones are closed at once. Must stay below the descriptors that the"
                    + " process may have.");
    public static final Setting<LogFormat> LOG_FORMAT = Setting.choice(
            "log.format",
            LogFormat.TEXT,
            LogFormat.class,
            "How the node writes its log: lines for people, or a JSON object each.");
    public static final Setting<Boolean> LOG_REQUESTS = Setting.flag(
            "log.requests",
            false,
            "Whether each request is logged in a line. May be changed while running, by the logger io.forelog.access.");
    public static final Setting<Integer> HTTP_TAILS_MAX = Setting.count(
            "http.tailsMax",
            10_000,
            1,
            1_000_000,
            "Tails open at a time; further ones are refused with 429. Each takes some kilobytes, and up to 128 KiB"
                    + " while its reader is slow.");
    public static final Setting<Duration> HTTP_TAIL_SLOW_MAX = Setting.duration(
            "http.tailSlowMax",
            "PT10S",
            "How long a tail's reader may take nothing of what waits for it before it is told so and cut off. Too short"
                    + " cuts off who has a short stop, too long keeps memory for who is gone.");
    public static final Setting<Duration> HTTP_TAIL_HEARTBEAT = Setting.duration(
            "http.tailHeartbeat",
            "PT15S",
            "How often a quiet tail is sent a comment. Too long and something on the way takes it for dead.");
    public static final Setting<String> TRACES_ENDPOINT = Setting.text(
            "traces.endpoint",
            "",
            "URL of an OpenTelemetry collector that is told of each call by OTLP over HTTP, usually"
                    + " http://HOST:4318/v1/traces; empty for none.");
    public static final Setting<Integer> TRACES_PERCENT = Setting.count(
            "traces.percent",
            10,
            0,
            100,
            "Share of the traces that begin at this node and are sent, in percent; a trace that a caller begins is"
                    + " sent if the caller says so. Too high costs memory and traffic, too low misses what is rare.");
    public static final Setting<String> NODE_NAME =
            Setting.text("node.name", "node-1", "The node's name, unique in its cluster.");
    public static final Setting<String> NODE_REGION =
            Setting.text("node.region", "local", "The region whose regional cache the node shares.");
    public static final Setting<String> CLUSTER_NAME =
            Setting.text("cluster.name", "forelog", "The cluster's name; nodes and caches of other names do not meet.");
    public static final Setting<String> CLUSTER_LISTEN = Setting.address(
            "cluster.listen",
            "127.0.0.1:0",
            "HOST:PORT where replication groups listen for other nodes. Port 0 takes a free one, and the same again"
                + " after a restart; give one where a firewall must know it. Other than loopback needs cluster.ca.");
    public static final Setting<String> CLUSTER_ADVERTISE = Setting.text(
            "cluster.advertise",
            "",
            "Host under which other nodes reach this one; empty for the ones that are listened on. Needed where those"
                    + " are wildcards or behind address translation.");
    public static final Setting<List<String>> CLUSTER_VIA = Setting.list(
            "cluster.via",
            "",
            "NODE=HOST:PORT/HOST:PORT, the API and the groups of another node as this one reaches them, where that is"
                    + " not as the other says itself: through a tunnel, a forwarder, a NAT. A wrong one makes that node"
                    + " down to this one alone.");
    public static final Setting<List<String>> CLUSTER_JOIN = Setting.list(
            "cluster.join",
            "",
            "HOST:PORT of the API of nodes to join through; empty founds a cluster. Once the node belongs to one it is"
                    + " not asked again.");
    public static final Setting<Duration> CLUSTER_START_TIMEOUT = Setting.duration(
            "cluster.startTimeout",
            "PT1M",
            "How long a node that starts waits for its cluster. Too short fails when all nodes start at once; too long"
                    + " hides a wrong address.");
    public static final Setting<Duration> CLUSTER_DEAD_AFTER = Setting.duration(
            "cluster.deadAfter",
            "PT10M",
            "Silence of a node after which its replicas are placed on others, and another votes on the metadata. Too"
                + " short moves data for a restart or a cut cable; too long leaves groups a copy short, and the next"
                + " loss stops them.");
    public static final Setting<Integer> CLUSTER_SHARDS_TOGETHER = Setting.count(
            "cluster.shardsTogether",
            4,
            1,
            1_024,
            "Shards of a new log that begin in one replication group, whose appends share its forces and messages. Too"
                    + " few force each little batch by itself; too many leave a log on one leader until the shard"
                    + " manager moves some.");
    public static final Setting<Integer> CLUSTER_SLACK_PERCENT = Setting.count(
            "cluster.slackPercent",
            20,
            0,
            1_000,
            "By how much a node may hold more replicas than the mean before some go to others. Too low moves data for"
                    + " little; too high leaves a node that was added idle.");
    public static final Setting<Integer> CLUSTER_MOVING_GROUPS_MAX = Setting.count(
            "cluster.movingGroupsMax",
            2,
            1,
            1_000,
            "Groups whose replicas go to other nodes at once. Too many take disk and network from appends and reads;"
                    + " too few make a drain, or the replacement of a dead node, last.");
    public static final Setting<Duration> LEFTOVERS_GRACE = Setting.duration(
            "replication.leftoversGrace",
            "PT1H",
            "How long a node keeps the files of shards and groups that went to other nodes. Too short copies all again"
                    + " when they come back soon; too long fills the disk.");
    public static final Setting<Duration> HEARTBEAT_PERIOD = Setting.duration(
            "replication.heartbeatPeriod",
            "PT0.1S",
            "How often an idle leader says that it is there; whole tenths of a second. Too long notices its death late;"
                    + " too short takes CPU in each group.");
    public static final Setting<Duration> HEARTBEAT_TIMEOUT = Setting.duration(
            "replication.heartbeatTimeout",
            "PT0.7S",
            "Silence of a leader after which another is elected; whole tenths of a second. Too short deposes one that"
                    + " only paused; too long lets appends wait after a failure.");
    public static final Setting<Duration> ELECTION_TIMEOUT = Setting.duration(
            "replication.electionTimeout",
            "PT0.2S",
            "After which an election without a winner is held again. Too short never ends one where a vote takes longer"
                    + " to be forced and answered; too long adds to the time without a leader.");
    public static final Setting<Duration> STALL_TIMEOUT = Setting.duration(
            "replication.stallTimeout",
            "PT15S",
            "After which a replica that answers and takes nothing is reported. Too short takes a slow disk for it; too"
                    + " long goes on with a copy less.");
    public static final Setting<Duration> TRANSFER_QUIET_TIMEOUT = Setting.duration(
            "replication.transferQuietTimeout",
            "PT2S",
            "How long a leader that hands over waits for its successor to come near, and then, refusing new appends,"
                    + " for those under way and for the successor to have all. Too short gives up under load; too long"
                    + " holds appends up.");
    public static final Setting<Duration> PEER_CONNECT_TIMEOUT = Setting.duration(
            "peer.connectTimeout",
            "PT1S",
            "How long a connection to another node may take. Too low fails on a busy machine; too high lets calls to"
                    + " one that is gone wait before they are tried elsewhere.");
    public static final Setting<Duration> PEER_SILENCE_MAX = Setting.duration(
            "peer.silenceMax",
            "PT3S",
            "A connection to another node on which calls wait and nothing, not even a ping, was answered for so long is"
                    + " closed. Too low cuts off a node that is busy; too high lets calls hang on one that is paused.");
    public static final Setting<Duration> APPEND_TIMEOUT = Setting.duration(
            "append.timeout",
            "PT5S",
            "How long an append looks for the leader of its shard and waits for its answer. Too low refuses appends"
                    + " while a leader is elected, which takes up to about two seconds; too high lets callers wait for"
                    + " what will not come.");
    public static final Setting<Duration> READ_TIMEOUT = Setting.duration(
            "read.timeout",
            "PT5S",
            "Likewise for a read that this node cannot answer. Each node that is asked gets half of it.");
    public static final Setting<String> DATA =
            Setting.text("data", "data", "Directory of the records and of what the node knows of itself.");

    public static final Setting<Long> SHARD_PENDING_BYTES_MAX = Setting.size(
            "shard.pendingBytesMax",
            "16MiB",
            "Appends of a shard that may wait. Over it they are refused with 429; too high trades memory for delay.");
    public static final Setting<Long> SHARD_BATCH_BYTES_MAX = Setting.size(
            "shard.batchBytesMax",
            "64KiB",
            "Appends gathered into one stored batch. Too high makes a point read skip more records, too low makes"
                    + " more batches.");
    public static final Setting<Duration> SHARD_OPEN_TIMEOUT = Setting.duration(
            "shard.openTimeout",
            "PT10S",
            "How long the creation of a log, and the start of a node, waits for shards to open. Too short answers 503"
                    + " to a creation that a busy disk delays; too long lets callers wait for nodes that are down.");
    public static final Setting<Long> SEGMENT_BYTES = Setting.size(
            "storage.segmentBytes",
            "64MiB",
            "A segment takes no further batch once it has so many bytes. Too low makes many files, each of which a"
                    + " read by key may ask; too high makes retention and archive coarse and the start after a crash"
                    + " longer.");
    public static final Setting<Integer> SEGMENT_RECORDS_MAX = Setting.count(
            "storage.segmentRecordsMax",
            1 << 19,
            16,
            1 << 24,
            "Likewise for records; bounds the heap of an open segment's indexes.");
    public static final Setting<Long> FREE_BYTES_MIN = Setting.size(
            "storage.freeBytesMin",
            "256MiB",
            "Appends are refused as disk-full when less than this is free. Too low leaves nothing to work with when the"
                    + " disk fills, too high leaves disk unused.");
    public static final Setting<Integer> OPEN_QUEUES_MAX = Setting.count(
            "storage.openQueuesMax",
            512,
            1,
            1 << 20,
            "Shards that keep files open for appends, two descriptors each. Beyond it the least recently used are"
                    + " closed, and opened again at their next append, for milliseconds.");
    public static final Setting<Integer> MAPPED_SEGMENTS_MAX = Setting.count(
            "storage.mappedSegmentsMax",
            8192,
            2,
            1 << 20,
            "Closed segments that are mapped at once. Too low maps them again at many reads, too high may reach the"
                    + " kernel's bound on mappings.");
    public static final Setting<Long> SCRUB_BYTES_PER_SECOND = Setting.size(
            "storage.scrubBytesPerSecond",
            "16MiB",
            "How fast closed segments are re-read in the background; an eighth of it while more than that is appended,"
                    + " 0 is never. Too high takes from reads.");
    public static final Setting<Duration> HOUSEKEEPING_INTERVAL = Setting.duration(
            "storage.housekeepingInterval",
            "PT1M",
            "How often retention and archive look for segments that are past. Too long keeps them longer than the log"
                    + " says; too short only looks more often.");
    public static final Setting<Duration> PLANS_WATCH = Setting.duration(
            "plans.watch",
            "PT5M",
            "How long a split, merge or move can be rolled back. Too long keeps copies for long.");
    public static final Setting<Boolean> STATISTICS_ENABLED = Setting.flag(
            "statistics.enabled",
            true,
            "Whether reads and appends are counted, by shard and key. Off, for a machine that has nothing to spare or"
                    + " to measure what counting costs: nothing is forecast and no plan is made by itself, for all"
                    + " shards would look idle, and there are no hot keys to show. To be set alike on all nodes.");
    public static final Setting<Boolean> CONTROL_RECORDS = Setting.flag(
            "control.records",
            true,
            "Whether decisions, plans and statistics are kept as records of the cluster's own log, _control, for 14"
                    + " days and up to 256 MiB. Off, they are known only while the nodes run that made them.");
    public static final Setting<String> ARCHIVE_DIRECTORY = Setting.text(
            "archive.directory", "", "Directory of the archive, on another disk or machine; empty for none.");
    public static final Setting<String> ARCHIVE_S3_BUCKET =
            Setting.text("archive.s3.bucket", "", "Bucket of the archive, instead of a directory; empty for none.");
    public static final Setting<String> ARCHIVE_S3_PREFIX =
            Setting.text("archive.s3.prefix", "forelog/", "What the names of all objects in the bucket begin with.");
    public static final Setting<String> ARCHIVE_S3_REGION =
            Setting.text("archive.s3.region", "us-east-1", "Region of the bucket, as its provider names it.");
    public static final Setting<String> ARCHIVE_S3_ENDPOINT =
            Setting.text("archive.s3.endpoint", "", "Address of an S3-compatible service; empty for Amazon's own.");
    public static final Setting<Duration> FORCE_INTERVAL = Setting.duration(
            "storage.forceInterval",
            "PT0.05S",
            "How often logs with fsync=interval are forced. What was acknowledged within it is lost if the machine"
                    + " loses power.");
    public static final Setting<Integer> RAFT_THREADS = Setting.count(
            "replication.raftThreads",
            4,
            1,
            256,
            "Threads that run replication groups and force their logs. Fewer than groups: one group's forced write"
                    + " delays another's heartbeats; more is idle.");
    public static final Setting<Integer> APPLY_THREADS = Setting.count(
            "replication.applyThreads",
            4,
            1,
            256,
            "Threads that write what is committed to shards. Fewer than groups: a slow disk write of one delays"
                    + " others.");
    public static final Setting<Long> WAL_FILE_BYTES = Setting.size(
            "replication.walFileBytes",
            "40MiB",
            "Size of the preallocated files of a group's write-ahead log; half of it bounds one append. Too small rolls"
                    + " often; too large makes groups slow to create and takes disk: up to six of them are kept.");
    public static final Setting<Long> COPY_BYTES_PER_SECOND = Setting.size(
            "replication.copyBytesPerSecond",
            "200MiB",
            "How fast a shard is copied to a replica that is behind. Too high takes disk and network from appends and"
                    + " reads; too low leaves records with a copy less for long.");
    public static final Setting<Integer> READ_THREADS = Setting.count(
            "storage.readThreads",
            4,
            1,
            256,
            "Threads that read shards. Too few wait for each other on a cold disk; each keeps open cursors.");

    public static final Setting<Boolean> PREFETCH_ENABLED = Setting.flag(
            "prefetch.enabled",
            true,
            "Whether records are fetched before they are asked for. May be changed while running.");
    public static final Setting<Long> PREFETCH_MODEL_BYTES_MAX = Setting.size(
            "prefetch.modelBytesMax",
            "64MiB",
            "Heap of the access model. Too low forgets what is read rarely; it is never exceeded.");
    public static final Setting<Integer> PREFETCH_CONCURRENCY = Setting.count(
            "prefetch.concurrency",
            16,
            1,
            4096,
            "Fetches under way at a time. Too high takes from demand reads, too low comes too late.");
    public static final Setting<Set<Source>> PREFETCH_SOURCES = Setting.choices(
            "prefetch.sources",
            Source.class,
            "Where guesses come from. Each learns a pattern that the others miss, so leave all on; without any, nothing"
                    + " is guessed. A model that was saved with others begins anew.");

    private static final List<Setting<?>> OWN = List.of(
            HTTP_HOST,
            HTTP_PORT,
            HTTP_EVENT_LOOPS,
            HTTP_TRANSPORT,
            HTTP_BODY_BYTES_MAX,
            HTTP_IDLE_TIMEOUT,
            HTTP_BATCH_RECORDS_MAX,
            HTTP_CORS_ORIGINS,
            HTTP_BODY_TIMEOUT,
            HTTP_REQUESTS_MAX,
            HTTP_PENDING_BYTES_MAX,
            HTTP_CONNECTIONS_MAX,
            LOG_FORMAT,
            LOG_REQUESTS,
            HTTP_TAILS_MAX,
            HTTP_TAIL_SLOW_MAX,
            HTTP_TAIL_HEARTBEAT,
            TRACES_ENDPOINT,
            TRACES_PERCENT,
            NODE_NAME,
            NODE_REGION,
            CLUSTER_NAME,
            CLUSTER_LISTEN,
            CLUSTER_ADVERTISE,
            CLUSTER_VIA,
            CLUSTER_JOIN,
            CLUSTER_START_TIMEOUT,
            CLUSTER_DEAD_AFTER,
            CLUSTER_SHARDS_TOGETHER,
            CLUSTER_SLACK_PERCENT,
            CLUSTER_MOVING_GROUPS_MAX,
            LEFTOVERS_GRACE,
            HEARTBEAT_PERIOD,
            HEARTBEAT_TIMEOUT,
            ELECTION_TIMEOUT,
            STALL_TIMEOUT,
            TRANSFER_QUIET_TIMEOUT,
            PEER_CONNECT_TIMEOUT,
            PEER_SILENCE_MAX,
            APPEND_TIMEOUT,
            READ_TIMEOUT,
            DATA,
            SHARD_PENDING_BYTES_MAX,
            SHARD_BATCH_BYTES_MAX,
            SHARD_OPEN_TIMEOUT,
            SEGMENT_BYTES,
            SEGMENT_RECORDS_MAX,
            FREE_BYTES_MIN,
            OPEN_QUEUES_MAX,
            MAPPED_SEGMENTS_MAX,
            SCRUB_BYTES_PER_SECOND,
            HOUSEKEEPING_INTERVAL,
            PLANS_WATCH,
            STATISTICS_ENABLED,
            CONTROL_RECORDS,
            ARCHIVE_DIRECTORY,
            ARCHIVE_S3_BUCKET,
            ARCHIVE_S3_PREFIX,
            ARCHIVE_S3_REGION,
            ARCHIVE_S3_ENDPOINT,
            FORCE_INTERVAL,
            RAFT_THREADS,
            APPLY_THREADS,
            WAL_FILE_BYTES,
            COPY_BYTES_PER_SECOND,
            READ_THREADS,
            PREFETCH_ENABLED,
            PREFETCH_MODEL_BYTES_MAX,
            PREFETCH_CONCURRENCY,
            PREFETCH_SOURCES);

    static final List<Setting<?>> ALL = Stream.of(OWN, CacheSettings.ALL, GroupSettings.ALL, SecuritySettings.ALL)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private Settings() {}
}
