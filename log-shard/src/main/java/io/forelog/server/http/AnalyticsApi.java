package io.forelog.server.http;

import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.live.HotKeys;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is read most. */
final class AnalyticsApi {

    private static final int LIMIT_DEFAULT = 20;
    private static final int LIMIT_MAX = 500;

    private final MetadataStore metadata;
    private final HotKeys hotKeys;

    AnalyticsApi(MetadataStore metadata, HotKeys hotKeys) {
        this.metadata = metadata;
        this.hotKeys = hotKeys;
    }

    void register(Routes routes) {
        routes.get("/v1/analytics/hot-keys", this::hotKeys);
    }

    private record Hot(Log log, HotKeys.HotKey key) {}

    private void hotKeys(Call call) {
        int limit = (int) call.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        var name = call.query("log");
        var logs = name == null
                ? metadata.state().logs().values()
                : List.of(metadata.state().log(name));
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("keys");
        logs.stream()
                .flatMap(log -> hot(log, limit))
                .sorted(Comparator.comparingDouble((Hot hot) -> hot.key().reads())
                        .reversed())
                .limit(limit)
                .forEach(hot -> {
                    var each = list.addObject().put("log", hot.log().name());
                    var text = RecordWriter.text(hot.key().key());
                    if (text == null) {
                        each.put("keyBase64", hot.key().key());
                    } else {
                        each.put("key", text);
                    }
                    each.put("shard", hot.key().shard())
                            .put("reads", Math.round(hot.key().reads()))
                            .put("error", Math.round(hot.key().error()));
                });
        call.json(200, document);
    }

    private Stream<Hot> hot(Log log, int limit) {
        return hotKeys.top(log.incarnation(), limit).stream().map(key -> new Hot(log, key));
    }
}
