package io.forelog.storage;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

public final class Storage implements AutoCloseable {
    private final Map<String, ShardLog> logs = new ConcurrentHashMap<>();
    public Storage(Path dir, StorageConfig c) {}
    public ShardLog open(long inc, int shard) { return logs.computeIfAbsent(inc + "/" + shard, k -> new Mem()); }
    public void delete(long inc, int shard) { logs.remove(inc + "/" + shard); }
    public void close() {}

    static final class Mem implements ShardLog {
        final List<RecordBatch> batches = new ArrayList<>();
        volatile long end;
        public long startOffset() { return 0; }
        public long endOffset() { return end; }
        public long forcedOffset() { return end; }
        public long bytes() { return 0; }
        public synchronized long append(RecordBatch b, int epoch) {
            long at = end; batches.add(b.withBaseOffset(at, epoch)); end += b.count(); return at;
        }
        public void force() {}
        public synchronized LogRecord read(long o) {
            for (var b : batches) if (b.baseOffset() <= o && o < b.endOffset()) return b.record((int) (o - b.baseOffset()));
            throw new IndexOutOfBoundsException();
        }
        public synchronized List<RecordBatch> readBatches(long from, long e, int max) {
            var l = new ArrayList<RecordBatch>(); int n = 0;
            for (var b : batches) if (b.endOffset() > from && b.baseOffset() < e && n < max) { l.add(b); n += b.sizeBytes(); }
            return l;
        }
        public synchronized long newestOffset(byte[] key, long e) {
            for (long o = e - 1; o >= 0; o--) if (Arrays.equals(key, read(o).key())) return o;
            return -1;
        }
        public long[] offsetsFrom(byte[] key, long from, long e, int limit) {
            return java.util.stream.LongStream.range(from, e).filter(o -> Arrays.equals(key, read(o).key())).limit(limit).toArray();
        }
        public long[] offsetsBelow(byte[] key, long e, int limit) {
            return java.util.stream.LongStream.range(0, e).map(o -> e - 1 - o).filter(o -> Arrays.equals(key, read(o).key())).limit(limit).toArray();
        }
        public long offsetAtTime(long t) { for (long o = 0; o < end; o++) if (read(o).timestamp() >= t) return o; return end; }
        public List<ProducerState> producers() { return List.of(); }
        public @org.jspecify.annotations.Nullable String damage() { return null; }
        public void close() {}
    }
}
