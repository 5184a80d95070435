package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.raft.wal.EntryGoneException;
import io.forelog.raft.wal.WalConfig;
import io.forelog.raft.wal.WalEntry;
import io.forelog.raft.wal.WriteAheadLog;
import io.forelog.simulation.SimulatedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PayloadCacheTest {

    private final WriteAheadLog log;

    PayloadCacheTest() throws IOException {
        log = WriteAheadLog.open(new SimulatedStorage(), new WalConfig(32 << 10, 2, 4), Runnable::run);
    }

    /** Trap 3: what is kept in memory is bounded in bytes, and the rest is read from the log. */
    @Test
    void oldestPayloadsLeaveMemoryAndAreReadFromTheLog() throws IOException {
        var cache = new PayloadCache(2500);
        var oldest = append(cache, 1);
        append(cache, 2);
        append(cache, 3);

        assertThat(oldest.payload(log).getLong(0)).isEqualTo(1);
        log.reset(10);
        assertThatThrownBy(() -> oldest.payload(log)).isInstanceOf(EntryGoneException.class);
    }

    @Test
    void newestPayloadsStayInMemory() throws IOException {
        var cache = new PayloadCache(2500);
        append(cache, 1);
        append(cache, 2);
        var newest = append(cache, 3);
        log.reset(10);

        assertThat(newest.payload(log).getLong(0)).isEqualTo(3);
    }

    private LogOperation append(PayloadCache cache, long index) throws IOException {
        var operation = LogOperation.received(
                EntryKind.FORCED, ByteBuffer.allocate(1000).putLong(0, index));
        log.append(new WalEntry(index, 1, EntryKind.FORCED.code(), operation.payload(log)));
        operation.place(index, 1);
        cache.add(operation);
        return operation;
    }
}
