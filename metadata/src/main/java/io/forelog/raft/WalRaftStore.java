package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.wal.CorruptLogException;
import io.forelog.raft.wal.SlotFile;
import io.forelog.raft.wal.WalEntry;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MicroRaft's store on the write-ahead log, and on one slot file for the member's state and one for the manifest of its
 * last checkpoint. Confined to the Raft thread. Any error stops the replica.
 */
final class WalRaftStore implements RaftStore {

    private final WriteAheadLog log;
    private final MemberState member;
    private final SlotFile manifest;
    private final PayloadCache cache;
    private final FailStop failStop;
    private final Runnable onBuffered;
    private boolean forceWanted;
    private boolean buffered;

    /** Creates the store; {@code onBuffered} is run when there is something that {@link #flush} does not force. */
    WalRaftStore(
            WriteAheadLog log,
            MemberState member,
            SlotFile manifest,
            PayloadCache cache,
            FailStop failStop,
            Runnable onBuffered) {
        this.log = log;
        this.member = member;
        this.manifest = manifest;
        this.cache = cache;
        this.failStop = failStop;
        this.onBuffered = onBuffered;
    }

    /** Returns what a replica of this directory was when it stopped; empty if it never was one. */
    Optional<RestoredRaftState> restore() throws IOException {
        if (!member.isComplete()) {
            return Optional.empty();
        }
        var snapshot = restoreSnapshot();
        var snapshotIndex = snapshot.map(SnapshotEntry::getIndex).orElse(0L);
        if (log.endIndex() <= snapshotIndex) {
            // A crash between the manifest and the log's reset; or nothing came since.
            log.reset(snapshotIndex + 1);
            log.flush();
        } else if (log.firstIndex() > snapshotIndex + 1) {
            throw new CorruptLogException(
                    "the log begins at " + log.firstIndex() + ", the checkpoint ends at " + snapshotIndex);
        }
        var entries = new ArrayList<LogEntry>();
        for (var index = Math.max(snapshotIndex + 1, log.firstIndex()); index < log.endIndex(); index++) {
            entries.add(restoreEntry(index));
        }
        return Optional.of(new RestoredRaftState(
                member.endpoint(), member.initialMembers(), member.term(), snapshot.orElse(null), entries));
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) throws IOException {
        failStop.guard(() -> member.endpoint(state));
    }

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) throws IOException {
        failStop.guard(() -> member.initialMembers(members));
    }

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState state) throws IOException {
        failStop.guard(() -> member.term(state));
    }

    @Override
    public void persistLogEntries(List<LogEntry> entries) throws IOException {
        failStop.guard(() -> {
            for (var entry : entries) {
                append(entry);
            }
            return entries;
        });
    }

    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
        failStop.guard(() -> {
            if (chunk.getSnapshotChunkCount() != 1) {
                throw new IOException("a checkpoint of " + chunk.getSnapshotChunkCount() + " chunks");
            }
            var target = new FrameWriter();
            target.putLong(chunk.getIndex());
            target.putInt(chunk.getTerm());
            EntryCodec.writeView(chunk.getGroupMembersView(), target);
            target.putBytes((ByteBuffer) chunk.getOperation());
            manifest.write(target.toBuffer());
            return chunk;
        });
    }

    @Override
    public void truncateLogEntriesFrom(long index) throws IOException {
        failStop.guard(() -> {
            log.truncateFrom(index);
            forceWanted = true;
            return index;
        });
    }

    @Override
    public void truncateLogEntriesUntil(long index) throws IOException {
        failStop.guard(() -> {
            if (index >= log.endIndex()) {
                log.reset(index + 1);
                forceWanted = true;
            }
            log.truncateUntil(index);
            return index;
        });
    }

    @Override
    public void deleteSnapshotChunks(long index, int chunkCount) {
        // There is one chunk: a checkpoint is there as a whole or not at all.
    }

    /** Forces if anything was appended that must be on disk to count; else a killed process must lose nothing. */
    @Override
    public void flush() throws IOException {
        if (forceWanted) {
            force();
        } else {
            failStop.guard(() -> {
                log.write();
                return log;
            });
        }
    }

    /** Forces whatever was appended. */
    void force() throws IOException {
        failStop.guard(() -> {
            log.flush();
            forceWanted = false;
            buffered = false;
            return log;
        });
    }

    private void append(LogEntry entry) throws IOException {
        var kind = EntryCodec.kind(entry);
        log.append(new WalEntry(entry.getIndex(), entry.getTerm(), kind.code(), EntryCodec.payload(entry, log)));
        if (entry.getOperation() instanceof LogOperation operation) {
            operation.place(entry.getIndex(), entry.getTerm());
            cache.add(operation);
        }
        if (kind != EntryKind.BUFFERED) {
            forceWanted = true;
        } else if (!buffered) {
            buffered = true;
            onBuffered.run();
        }
    }

    private Optional<SnapshotEntry> restoreSnapshot() throws IOException {
        var stored = manifest.read();
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        var source = new FrameReader(stored.get());
        var index = source.getLong();
        var term = source.getInt();
        var view = EntryCodec.readView(source);
        var chunk = SnapshotRequestFormat.chunk(index, term, view, source.getBytes());
        return Optional.of(snapshot(chunk));
    }

    static SnapshotEntry snapshot(SnapshotChunk chunk) {
        return EntryCodec.MODELS
                .createSnapshotEntryBuilder()
                .setIndex(chunk.getIndex())
                .setTerm(chunk.getTerm())
                .setGroupMembersView(chunk.getGroupMembersView())
                .setSnapshotChunks(List.of(chunk))
                .build();
    }

    private LogEntry restoreEntry(long index) throws IOException {
        var term = log.term(index);
        var kind = EntryKind.of(log.kind(index));
        if (kind == EntryKind.MEMBERSHIP) {
            return EntryCodec.entry(index, term, kind, log.read(index, term).payload());
        }
        return EntryCodec.entry(index, term, LogOperation.stored(kind, log.payloadBytes(index), index, term));
    }
}
