package io.forelog.raft;

import io.forelog.raft.wal.SlotFile;
import io.forelog.raft.wal.WalStorage;
import io.forelog.raft.wal.WriteAheadLog;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * What a replica has open on disk: its log, its member's state, and the manifest of its last checkpoint. All of them,
 * or none: a replica that cannot be opened is tried again, and must not keep files open each time.
 */
record ReplicaFiles(WriteAheadLog log, SlotFile member, SlotFile manifest) {

    private static final String MEMBER_FILE = "member.state";
    private static final String MANIFEST_FILE = "checkpoint.state";

    static ReplicaFiles open(GroupConfig config, WalStorage storage, Executor housekeeping) throws IOException {
        var log = WriteAheadLog.open(storage, config.wal(), housekeeping);
        try {
            var member = SlotFile.open(storage, MEMBER_FILE, MemberState.BYTES_MAX);
            try {
                int manifestBytesMax = config.manifestBytesMax() + MemberState.BYTES_MAX;
                return new ReplicaFiles(log, member, SlotFile.open(storage, MANIFEST_FILE, manifestBytesMax));
            } catch (IOException | RuntimeException e) {
                member.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            log.abandon();
            throw e;
        }
    }

    /** @param inOrder whether the log is to know that it was closed, as one that failed must not */
    void close(boolean inOrder) throws IOException {
        if (inOrder) {
            log.close();
        } else {
            log.abandon();
        }
        member.close();
        manifest.close();
    }
}
