package io.forelog.server.ahead;

import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.Prefetcher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What this node knows of who reads what of a shard, as bytes that go along with a shard that moves. Any thread. */
public final class ShardModel {

    private final Prefetcher prefetcher;

    public ShardModel(Prefetcher prefetcher) {
        this.prefetcher = prefetcher;
    }

    /**
     * Returns what is known of a shard, for {@link #learn} on another node. Holds up this node's learning meanwhile.
     *
     * @param log the log's incarnation
     * @param bytesMax keys that are read seldom are left out for it
     * @return no bytes if the model does not know shards of such a number
     */
    public byte[] of(long log, int shard, int bytesMax) {
        long key = ModelKey.of(log, shard, 0);
        var bytes = new ByteArrayOutputStream();
        if (key != ModelKey.NONE) {
            try {
                prefetcher.exportShard(ModelKey.logAndShard(key), bytesMax, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("an array took no bytes", e);
            }
        }
        return bytes.toByteArray();
    }

    /**
     * Adds what another node knew of a shard.
     *
     * @param model what {@link #of} returned there
     * @throws IOException if it was altered on its way, or is of another version; nothing was learnt from it
     */
    public void learn(byte[] model) throws IOException {
        if (model.length > 0) {
            prefetcher.importShard(new ByteArrayInputStream(model));
        }
    }
}
