package io.forelog.server;

import io.forelog.cache.FillPolicy;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataStore;
import java.util.HashMap;
import java.util.Map;

/** Into which tiers the records of each log are copied: looked up on every miss, so kept by incarnation. */
final class FillPolicies {

    private volatile Map<Long, FillPolicy> byIncarnation;

    FillPolicies(MetadataStore metadata) {
        byIncarnation = of(metadata.state());
        metadata.watch((before, after) -> byIncarnation = of(after));
    }

    FillPolicy of(long incarnation) {
        return byIncarnation.getOrDefault(incarnation, FillPolicy.DEFAULT);
    }

    private static Map<Long, FillPolicy> of(ClusterState state) {
        var policies = new HashMap<Long, FillPolicy>();
        for (var log : state.logs().values()) {
            policies.put(log.incarnation(), log.settings().critical() ? FillPolicy.CRITICAL : FillPolicy.DEFAULT);
        }
        return Map.copyOf(policies);
    }
}
