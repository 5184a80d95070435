package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;
import java.util.ArrayList;

/** Entries from the leader, or its heartbeat. An entry is its term, its kind and its payload; its index follows. */
record AppendRequestFormat(WriteAheadLog log) implements MessageFormat<AppendEntriesRequest> {

    private static final int ENTRY_BYTES_MIN = 9;

    @Override
    public Class<AppendEntriesRequest> type() {
        return AppendEntriesRequest.class;
    }

    @Override
    public void write(AppendEntriesRequest message, FrameWriter target) throws IOException {
        target.putInt(message.getPreviousLogTerm());
        target.putLong(message.getPreviousLogIndex());
        target.putLong(message.getCommitIndex());
        target.putLong(message.getQuerySequenceNumber());
        target.putLong(message.getFlowControlSequenceNumber());
        target.putInt(message.getLogEntries().size());
        for (var entry : message.getLogEntries()) {
            target.putInt(entry.getTerm());
            target.putByte(EntryCodec.kind(entry).code());
            target.putBytes(EntryCodec.payload(entry, log));
        }
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        var previousTerm = source.getInt();
        var previousIndex = source.getLong();
        var builder = MODELS.createAppendEntriesRequestBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setPreviousLogTerm(previousTerm)
                .setPreviousLogIndex(previousIndex)
                .setCommitIndex(source.getLong())
                .setQuerySequenceNumber(source.getLong())
                .setFlowControlSequenceNumber(source.getLong());
        var count = source.getCount(ENTRY_BYTES_MIN);
        var entries = new ArrayList<LogEntry>(count);
        for (var i = 1; i <= count; i++) {
            var term = source.getInt();
            var kind = EntryKind.of(source.getByte());
            entries.add(EntryCodec.entry(previousIndex + i, term, kind, source.getBytes()));
        }
        return builder.setLogEntries(entries).build();
    }
}
