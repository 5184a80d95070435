package io.forelog.server.config;

import io.forelog.cache.ReadOrder;
import java.time.Duration;
import java.util.List;

/** Every setting of a node. */
public final class Settings {

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
    public static final Setting<Long> HTTP_BODY_BYTES_MAX = Setting.size(
            "http.bodyBytesMax",
            "16MiB",
            "Largest request body. Too low refuses bulk appends; too high lets few clients fill the heap.");
    public static final Setting<Duration> HTTP_IDLE_TIMEOUT = Setting.duration(
            "http.idleTimeout",
            "PT3M",
            "A connection on which nothing was sent or received for so long is closed. Must be above the longest wait of"
                    + " a read, a minute; too high lets idle callers hold connections.");
    public static final Setting<Integer> HTTP_BATCH_RECORDS_MAX = Setting.count(
            "http.batchRecordsMax",
            10_000,
            1,
            1_000_000,
            "Most records in one append. Too high lets one request hold a shard for long.");
    public static final Setting<String> NODE_NAME =
            Setting.text("node.name", "node-1", "The node's name, unique in its cluster.");
    public static final Setting<String> NODE_REGION =
            Setting.text("node.region", "local", "The region whose regional cache the node shares.");
    public static final Setting<String> CLUSTER_NAME = Setting.text(
            "cluster.name", "forelog", "The cluster's name; nodes and caches of other names do not meet.");
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
    public static final Setting<Long> SEGMENT_BYTES = Setting.size(
            "storage.segmentBytes",
            "64MiB",
            "A segment takes no further batch once it has so many bytes. Too low makes many files, each of which a read"
                    + " by key may ask; too high makes retention and archive coarse and the start after a crash longer.");
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
            "How fast closed segments are re-read in the background; 0 is never. Too high takes from reads.");
    public static final Setting<Duration> HOUSEKEEPING_INTERVAL = Setting.duration(
            "storage.housekeepingInterval",
            "PT1M",
            "How often retention and archive look for segments that are past. Too long keeps them longer than the log"
                    + " says; too short only looks more often.");
    public static final Setting<String> ARCHIVE_DIRECTORY = Setting.text(
            "archive.directory", "", "Directory of the archive, on another disk or machine; empty for none.");
    public static final Setting<String> ARCHIVE_S3_BUCKET = Setting.text(
            "archive.s3.bucket", "", "Bucket of the archive, instead of a directory; empty for none.");
    public static final Setting<String> ARCHIVE_S3_PREFIX = Setting.text(
            "archive.s3.prefix", "forelog/", "What the names of all objects in the bucket begin with.");
    public static final Setting<String> ARCHIVE_S3_REGION =
            Setting.text("archive.s3.region", "us-east-1", "Region of the bucket, as its provider names it.");
    public static final Setting<String> ARCHIVE_S3_ENDPOINT = Setting.text(
            "archive.s3.endpoint", "", "Address of an S3-compatible service; empty for Amazon's own.");
    public static final Setting<Duration> FORCE_INTERVAL = Setting.duration(
            "storage.forceInterval",
            "PT0.05S",
            "How often logs with fsync=interval are forced. What was acknowledged within it is lost if the machine"
                    + " loses power.");
    public static final Setting<Integer> FORCE_THREADS = Setting.count(
            "storage.forceThreads", 4, 1, 64, "Shards forced at a time. More than the disk takes at once gains nothing.");
    public static final Setting<Integer> READ_THREADS = Setting.count(
            "storage.readThreads",
            4,
            1,
            256,
            "Threads that read shards. Too few wait for each other on a cold disk; each keeps open cursors.");

    public static final Setting<ReadOrder> CACHE_ORDER = Setting.choice(
            "cache.order",
            ReadOrder.OWNER_FIRST,
            ReadOrder.class,
            "owner-first reads a shard held here before asking remote caches, which pays unless its disk is slow;"
                    + " tiers-first asks the regional and the global cache first.");
    public static final Setting<Long> CACHE_LOCAL_BYTES_MAX = Setting.size(
            "cache.local.bytesMax",
            "64MiB",
            "Heap for cached records. Too low loses hits, too high leaves the node without memory for its work.");
    public static final Setting<Boolean> CACHE_REGIONAL_ENABLED = Setting.flag(
            "cache.regional.enabled", true, "Whether the node is a member of its region's Hazelcast cluster.");
    public static final Setting<String> CACHE_REGIONAL_BIND = Setting.text(
            "cache.regional.bind",
            "127.0.0.1",
            "Address of the Hazelcast member. Its protocol is not encrypted: the interface must be private.");
    public static final Setting<Integer> CACHE_REGIONAL_PORT = Setting.count(
            "cache.regional.port",
            5701,
            1,
            65535,
            "First port to try for the Hazelcast member; the hundred after it are tried too.");
    public static final Setting<List<String>> CACHE_REGIONAL_MEMBERS = Setting.list(
            "cache.regional.members", "", "HOST:PORT of other members of the region, to join.");
    public static final Setting<Long> CACHE_REGIONAL_BYTES_MAX = Setting.size(
            "cache.regional.bytesMax", "128MiB", "Heap of this member for the region's records, backups counted.");
    public static final Setting<Duration> CACHE_REGIONAL_DEADLINE = Setting.duration(
            "cache.regional.deadline",
            "PT0.05S",
            "Longest wait for the regional cache. Too low loses hits, too high delays a read when it is slow.");
    public static final Setting<String> CACHE_GLOBAL_ADDRESS = Setting.text(
            "cache.global.address",
            "embedded",
            "Redis as the global cache: 'embedded' starts one, 'off' does without, else redis://HOST:PORT.");
    public static final Setting<Long> CACHE_GLOBAL_BYTES_MAX = Setting.size(
            "cache.global.bytesMax", "128MiB", "Memory of the Redis that the node starts.");
    public static final Setting<Duration> CACHE_GLOBAL_TTL = Setting.duration(
            "cache.global.ttl", "P1D", "How long a record stays in the global cache unless it is pushed out.");
    public static final Setting<Duration> CACHE_GLOBAL_DEADLINE = Setting.duration(
            "cache.global.deadline",
            "PT0.1S",
            "Longest wait for the global cache. Too low loses hits, too high delays a read when it is slow.");

    public static final Setting<Boolean> PREFETCH_ENABLED = Setting.flag(
            "prefetch.enabled", true, "Whether records are fetched before they are asked for. May be changed while running.");
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

    static final List<Setting<?>> ALL = List.of(
            HTTP_HOST,
            HTTP_PORT,
            HTTP_EVENT_LOOPS,
            HTTP_BODY_BYTES_MAX,
            HTTP_IDLE_TIMEOUT,
            HTTP_BATCH_RECORDS_MAX,
            NODE_NAME,
            NODE_REGION,
            CLUSTER_NAME,
            DATA,
            SHARD_PENDING_BYTES_MAX,
            SHARD_BATCH_BYTES_MAX,
            SEGMENT_BYTES,
            SEGMENT_RECORDS_MAX,
            FREE_BYTES_MIN,
            OPEN_QUEUES_MAX,
            MAPPED_SEGMENTS_MAX,
            SCRUB_BYTES_PER_SECOND,
            HOUSEKEEPING_INTERVAL,
            ARCHIVE_DIRECTORY,
            ARCHIVE_S3_BUCKET,
            ARCHIVE_S3_PREFIX,
            ARCHIVE_S3_REGION,
            ARCHIVE_S3_ENDPOINT,
            FORCE_INTERVAL,
            FORCE_THREADS,
            READ_THREADS,
            CACHE_ORDER,
            CACHE_LOCAL_BYTES_MAX,
            CACHE_REGIONAL_ENABLED,
            CACHE_REGIONAL_BIND,
            CACHE_REGIONAL_PORT,
            CACHE_REGIONAL_MEMBERS,
            CACHE_REGIONAL_BYTES_MAX,
            CACHE_REGIONAL_DEADLINE,
            CACHE_GLOBAL_ADDRESS,
            CACHE_GLOBAL_BYTES_MAX,
            CACHE_GLOBAL_TTL,
            CACHE_GLOBAL_DEADLINE,
            PREFETCH_ENABLED,
            PREFETCH_MODEL_BYTES_MAX,
            PREFETCH_CONCURRENCY);

    private Settings() {}
}
