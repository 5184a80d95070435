package io.forelog.raft;

import java.nio.ByteBuffer;

/**
 * An operation that is committed and applied here.
 *
 * @param index its place in the group's log
 * @param result what the state machine answered
 */
public record Committed(long index, ByteBuffer result) {}
