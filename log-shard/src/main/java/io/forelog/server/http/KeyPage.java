package io.forelog.server.http;

import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.server.http.ContentCoding.Encoded;
import io.forelog.server.http.RunWriter.Form;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.shard.ShardReader;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One page of the records with a key, from shard to shard. Used once; its steps follow each other. */
final class KeyPage {

    /** A page ends, with a cursor, once it has so many bytes. */
    private static final int BYTES_MAX = 8 << 20;

    /** @param next the cursor of the first record that did not fit, or null if there is none */
    record Page(Encoded content, int count, @Nullable String next) {}

    private final ShardReaders shards;
    private final Log log;
    private final byte[] key;
    private final boolean ascending;
    private final int limit;
    private final ContentCoding coding;
    private final RunWriter writer;

    KeyPage(ShardReaders shards, Log log, byte[] key, boolean ascending, int limit, Form form, ContentCoding coding) {
        this.shards = shards;
        this.log = log;
        this.key = key;
        this.ascending = ascending;
        this.limit = limit;
        this.coding = coding;
        this.writer = new RunWriter(form);
    }

    /**
     * @param lineage the shards that ever took the key, parents first
     * @param start where to go on from, or null to begin
     */
    CompletableFuture<Page> read(List<Shard> lineage, @Nullable RecordAddress start) {
        var order = ascending ? lineage : lineage.reversed();
        return next(order.stream().filter(shard -> !isPassed(shard, start)).iterator(), start);
    }

    private boolean isPassed(Shard shard, @Nullable RecordAddress start) {
        return start != null && (ascending ? shard.number() < start.shard() : shard.number() > start.shard());
    }

    private CompletableFuture<Page> next(Iterator<Shard> rest, @Nullable RecordAddress start) {
        if (!rest.hasNext()) {
            return CompletableFuture.completedFuture(end(null));
        }
        int shard = rest.next().number();
        var reader = shards.of(log, shard);
        boolean resumed = start != null && shard == start.shard();
        // One more than fits tells whether there is a next page, and where it begins.
        int wanted = limit - writer.count() + 1;
        var offsets = ascending
                ? reader.offsetsFrom(key, resumed ? start.offset() : 0, wanted)
                : reader.offsetsBelow(key, resumed ? start.offset() + 1 : Long.MAX_VALUE, wanted);
        return offsets.thenCompose(found -> write(reader, shard, found, rest));
    }

    private CompletableFuture<Page> write(ShardReader reader, int shard, long[] offsets, Iterator<Shard> rest) {
        int fit = Math.min(offsets.length, limit - writer.count());
        if (offsets.length > 0 && (fit == 0 || writer.bytes() > BYTES_MAX)) {
            return CompletableFuture.completedFuture(end(new RecordAddress(shard, offsets[0])));
        }
        if (fit == 0) {
            return next(rest, null);
        }
        return reader.records(Arrays.copyOf(offsets, fit), BYTES_MAX - writer.bytes())
                .thenCompose(records -> {
                    for (int i = 0; i < records.size(); i++) {
                        LogRecord record = records.get(i);
                        writer.add(new RecordAddress(shard, offsets[i]), record);
                    }
                    return write(reader, shard, Arrays.copyOfRange(offsets, records.size(), offsets.length), rest);
                });
    }

    private Page end(@Nullable RecordAddress next) {
        var cursor = next == null ? null : next.toString();
        return new Page(coding.encode(writer.end(cursor)), writer.count(), cursor);
    }
}
