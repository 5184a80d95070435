package io.forelog.replication;

import java.util.concurrent.CompletableFuture;

/** The end of a replica on this node: what was taken for it is committed, then its log is closed. */
record ReleaseCommand(ShardReplica replica, CompletableFuture<Void> done) implements CommitStep {}
