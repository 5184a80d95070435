package io.forelog.manager;

/**
 * A shard of a log.
 *
 * @param shard its number in the log
 */
public record ShardId(String log, int shard) implements Comparable<ShardId> {

    @Override
    public int compareTo(ShardId other) {
        int byLog = log.compareTo(other.log);
        return byLog != 0 ? byLog : Integer.compare(shard, other.shard);
    }

    @Override
    public String toString() {
        return log + ":" + shard;
    }
}
