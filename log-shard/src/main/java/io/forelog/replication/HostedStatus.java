package io.forelog.replication;

import io.forelog.raft.GroupStatus;

/** A group that this node is a member of, at a moment. */
public record HostedStatus(int group, GroupStatus status) {}
