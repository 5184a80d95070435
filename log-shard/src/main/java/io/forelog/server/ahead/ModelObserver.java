package io.forelog.server.ahead;

import io.forelog.cache.Answer;
import io.forelog.cache.AnsweredBy;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.Prefetcher;
import io.forelog.prefetch.ReadOutcome;
import io.forelog.record.GlobalAddress;
import io.forelog.record.KeyHash;
import io.forelog.server.http.Call;
import io.forelog.server.http.ReadObserver;
import java.nio.charset.StandardCharsets;

/** Tells the access model of every read: by whom, of what, and who answered. */
public final class ModelObserver implements ReadObserver {

    private final Prefetcher prefetcher;

    public ModelObserver(Prefetcher prefetcher) {
        this.prefetcher = prefetcher;
    }

    @Override
    public void read(Call call, GlobalAddress address, Answer answer) {
        prefetcher.onRead(reader(call), ModelKey.of(address), outcome(answer));
    }

    private static long reader(Call call) {
        var name = call.readerName();
        return name == null ? call.connectionId() : KeyHash.of(name.getBytes(StandardCharsets.UTF_8));
    }

    private static ReadOutcome outcome(Answer answer) {
        return switch (answer.detail()) {
            case PREFETCHED -> ReadOutcome.PREFETCHED_HIT;
            case JOINED -> ReadOutcome.JOINED;
            case NONE -> answer.by() == AnsweredBy.LOCAL ? ReadOutcome.HIT : ReadOutcome.MISS;
        };
    }
}
