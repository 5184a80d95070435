package io.forelog.raft.wal;

import java.nio.ByteBuffer;

/**
 * One entry of a log.
 *
 * @param index position in the log, from 1, dense
 * @param term term of the leader that appended it
 * @param kind what the payload is, for whoever wrote it; not interpreted here
 * @param payload bytes from position to limit; not copied, and never changed
 */
public record WalEntry(long index, int term, byte kind, ByteBuffer payload) {}
