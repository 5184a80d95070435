package io.forelog.server;

import io.forelog.cache.FillPolicy;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import io.forelog.server.security.Permission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Into which tiers the records of each log are copied: looked up on every miss, so kept by incarnation. */
final class FillPolicies {

    private final List<String> readThrough;
    private final List<String> writeThrough;
    private volatile Map<Long, FillPolicy> byIncarnation;

    FillPolicies(Config config, MetadataStore metadata) {
        readThrough = config.get(CacheSettings.READ_THROUGH);
        writeThrough = config.get(CacheSettings.WRITE_THROUGH);
        byIncarnation = of(metadata.state());
        metadata.watch((before, after) -> byIncarnation = of(after));
    }

    FillPolicy of(long incarnation) {
        return byIncarnation.getOrDefault(incarnation, FillPolicy.DEFAULT);
    }

    private Map<Long, FillPolicy> of(ClusterState state) {
        var policies = new HashMap<Long, FillPolicy>();
        state.logs().values().forEach(log -> policies.put(log.incarnation(), of(log)));
        return Map.copyOf(policies);
    }

    private FillPolicy of(Log log) {
        return new FillPolicy(
                log.settings().critical(), isAmong(readThrough, log.name()), isAmong(writeThrough, log.name()));
    }

    private static boolean isAmong(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> Permission.matches(pattern, name));
    }
}
