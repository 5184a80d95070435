package io.forelog.server.config;

import io.forelog.cache.ReadOrder;
import java.time.Duration;
import java.util.List;

/** The settings of a node's caches. */
public final class CacheSettings {

    public static final Setting<ReadOrder> ORDER = Setting.choice(
            "cache.order",
            ReadOrder.OWNER_FIRST,
            ReadOrder.class,
            "owner-first reads a shard held here before asking remote caches, which pays unless its disk is slow;"
                    + " tiers-first asks the regional and the global cache first.");
    public static final Setting<Long> LOCAL_BYTES_MAX = Setting.size(
            "cache.local.bytesMax",
            "64MiB",
            "Heap for cached records. Too low loses hits, too high leaves the node without memory for its work.");
    public static final Setting<Integer> HEDGE_PERCENT = Setting.count(
            "cache.hedgePercent",
            5,
            0,
            100,
            "Most reads in a hundred that are sent to a second replica because the first is late; 0 sends none. Too"
                    + " high adds to the load that makes reads late.");
    public static final Setting<Duration> DEADLINE = Setting.duration(
            "cache.deadline",
            "PT0.2S",
            "Longest wait of a read for the regional and the global cache together. Too low loses hits, too high delays"
                    + " reads when both are slow.");
    public static final Setting<List<String>> WRITE_THROUGH = Setting.list(
            "cache.writeThrough",
            "",
            "Logs, * for any text, whose records are copied into the shared caches when they commit, whether or not"
                + " the append waits for it. Pays where what was just written is read soon elsewhere; else it pushes"
                + " out better records.");
    public static final Setting<List<String>> READ_THROUGH = Setting.list(
            "cache.readThrough",
            "*",
            "Logs, * for any text, whose records are copied into the shared caches when they are read from their shard."
                    + " Leave out what is read once, which would push out better records.");
    public static final Setting<String> SEALING_KEY_FILE = Setting.text(
            "cache.sealing.keyFile",
            "",
            "File of the keys that seal what is put into shared caches, a line each: a number, a space, 64 hexadecimal"
                + " digits. The first line seals, all of them open; read again when it changes. Add a new key below on"
                + " every node before it goes first. Empty takes a key from cluster.key, and none where there is no"
                + " security.");

    public static final Setting<Boolean> REGIONAL_ENABLED = Setting.flag(
            "cache.regional.enabled", true, "Whether the node is a member of its region's Hazelcast cluster.");
    public static final Setting<String> REGIONAL_BIND = Setting.text(
            "cache.regional.bind",
            "127.0.0.1",
            "Address of the Hazelcast member. Its protocol is not encrypted: the interface must be private. Other than"
                    + " loopback needs cluster.key, without which nobody joins.");
    public static final Setting<Integer> REGIONAL_PORT =
            Setting.count("cache.regional.port", 5701, 1, 65535, "First port to try for the Hazelcast member.");
    public static final Setting<Integer> REGIONAL_PORT_COUNT = Setting.count(
            "cache.regional.portCount",
            100,
            1,
            1000,
            "How many ports from there on are tried. 1 where a firewall, or the other members, must know it.");
    public static final Setting<String> REGIONAL_ADVERTISE = Setting.text(
            "cache.regional.advertise",
            "",
            "HOST:PORT at which other members reach this one, if that is not where it listens.");
    public static final Setting<List<String>> REGIONAL_MEMBERS = Setting.list(
            "cache.regional.members",
            "",
            "HOST:PORT of members of the region to join; this node may be among them. A node that finds none begins a"
                    + " cache of its own, and meets the others if any of them names it.");
    public static final Setting<Integer> REGIONAL_BACKUPS = Setting.count(
            "cache.regional.backups",
            1,
            0,
            1,
            "Copies of each record on other members. With none a member that dies takes its share along.");
    public static final Setting<Long> REGIONAL_BYTES_MAX = Setting.size(
            "cache.regional.bytesMax", "128MiB", "Heap of this member for the region's records, backups counted.");
    public static final Setting<Duration> REGIONAL_DEADLINE = Setting.duration(
            "cache.regional.deadline",
            "PT0.05S",
            "Longest wait for the regional cache. Too low loses hits, too high delays a read when it is slow.");

    public static final Setting<String> GLOBAL_ADDRESS = Setting.text(
            "cache.global.address",
            "embedded",
            "Redis as the global cache: 'embedded' starts one that this node alone uses, 'off' does without, else"
                    + " redis://HOST:PORT, or rediss:// for TLS.");
    public static final Setting<String> GLOBAL_USERNAME =
            Setting.text("cache.global.username", "", "Name to give to Redis, if it has users.");
    public static final Setting<String> GLOBAL_PASSWORD_FILE = Setting.text(
            "cache.global.passwordFile",
            "",
            "File whose first line is the password of Redis. In a file, since settings are shown by commands and"
                    + " logs.");
    public static final Setting<String> GLOBAL_CA = Setting.text(
            "cache.global.ca",
            "",
            "File of certificates, PEM, that sign Redis' own; empty takes those that this Java trusts.");
    public static final Setting<String> GLOBAL_REDISSON_FILE = Setting.text(
            "cache.global.redissonFile",
            "",
            "File of Redisson's own configuration, YAML, instead of an address: for Sentinel, Cluster, or certificates"
                    + " of this node. Redisson's retries should be 0 there: a cache that answers late is of no use.");
    public static final Setting<Long> GLOBAL_BYTES_MAX = Setting.size(
            "cache.global.bytesMax",
            "128MiB",
            "Memory of the Redis that the node starts; beyond it the least recently read records go. The bound of any"
                    + " other is its own, and one that is full and evicts nothing refuses records until some expire.");
    public static final Setting<Duration> GLOBAL_TTL = Setting.duration(
            "cache.global.ttl", "P1D", "How long a record stays in the global cache unless it is pushed out.");
    public static final Setting<Duration> GLOBAL_DEADLINE = Setting.duration(
            "cache.global.deadline",
            "PT0.1S",
            "Longest wait for the global cache. Too low loses hits, too high delays a read when it is slow.");

    static final List<Setting<?>> ALL = List.of(
            ORDER,
            LOCAL_BYTES_MAX,
            HEDGE_PERCENT,
            DEADLINE,
            WRITE_THROUGH,
            READ_THROUGH,
            SEALING_KEY_FILE,
            REGIONAL_ENABLED,
            REGIONAL_BIND,
            REGIONAL_PORT,
            REGIONAL_PORT_COUNT,
            REGIONAL_ADVERTISE,
            REGIONAL_MEMBERS,
            REGIONAL_BACKUPS,
            REGIONAL_BYTES_MAX,
            REGIONAL_DEADLINE,
            GLOBAL_ADDRESS,
            GLOBAL_USERNAME,
            GLOBAL_PASSWORD_FILE,
            GLOBAL_CA,
            GLOBAL_REDISSON_FILE,
            GLOBAL_BYTES_MAX,
            GLOBAL_TTL,
            GLOBAL_DEADLINE);

    private CacheSettings() {}
}
