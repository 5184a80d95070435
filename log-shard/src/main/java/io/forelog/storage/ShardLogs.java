package io.forelog.storage;

/**
 * The logs of the shard replicas on one node. There is one on a file system, and a simulated one. Safe for use by any
 * thread.
 */
public interface ShardLogs {

    /**
     * Opens the log of a shard replica, which is created empty if it is not there. After an unclean stop its tail is
     * verified first: see {@link ShardLog#damage}.
     *
     * @param logIncarnation unique for ever in a cluster
     * @throws IllegalStateException if it is open already
     */
    ShardLog open(long logIncarnation, int shard);

    /** Closes the log of a shard replica, whose files stay: it may be opened again. */
    void close(long logIncarnation, int shard);

    /**
     * Deletes the log of a shard replica from this node; closes it first if it is open. What is in the archive stays:
     * it is there for all replicas.
     */
    void delete(long logIncarnation, int shard);

    /** Deletes all that a shard has in the archive: for a log that is deleted on every node. */
    void deleteArchived(long logIncarnation, int shard);
}
