package io.forelog.replication;

/**
 * A shard for ever.
 *
 * @param log incarnation of its log
 * @param number its number in the log
 */
public record ShardId(long log, int number) implements Comparable<ShardId> {

    @Override
    public int compareTo(ShardId other) {
        int byLog = Long.compare(log, other.log);
        return byLog != 0 ? byLog : Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return log + "/" + number;
    }
}
