package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.control.ControlLog;
import io.forelog.server.control.ControlPlane;
import io.forelog.server.control.ControlPlane.Made;
import io.forelog.statistics.Counter;
import io.forelog.statistics.Dimension;
import io.forelog.statistics.Period;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Turns what the control plane decides, does and counts into records of the cluster's own log: of
 * {@code decision/SUBJECT} and {@code plan/ID} by the node that leads the metadata, as {@code GET /v1/decisions} and
 * {@code GET /v1/plans} show them; of {@code statistics/LOG:SHARD} by each node what it counted in a minute. Whoever
 * reads one key gets its history.
 */
public final class ControlRecords {

    private static final int NAMES_KEPT = 5;
    /** Of each node and minute, the busiest first. */
    private static final int SHARDS_MAX = 500;

    private final String node;
    private final MetadataStore metadata;
    private final ControlLog log;
    private final BooleanSupplier leads;

    /** @param leads whether this node leads the metadata */
    public ControlRecords(String node, MetadataStore metadata, ControlLog log, BooleanSupplier leads) {
        this.node = node;
        this.metadata = metadata;
        this.log = log;
        this.leads = leads;
    }

    /** Writes what comes from here on. */
    public void follow(ControlPlane control) {
        control.onDecided(this::decided);
        control.onMinute(this::counted);
        metadata.watch((before, after) -> {
            if (before.plans() != after.plans() && leads.getAsBoolean()) {
                planned(before, after);
            }
        });
    }

    private void decided(Made made) {
        add("decision/" + made.decision().subject(), ControlJson.decision(made.decision(), made.begun()));
    }

    private void planned(ClusterState before, ClusterState after) {
        for (var plan : after.plans().all()) {
            if (!plan.equals(before.plans().find(plan.id()))) {
                add("plan/" + plan.id(), PlanJson.of(plan));
            }
        }
    }

    private void counted(Map<String, Period> byShard) {
        var state = metadata.state();
        byShard.entrySet().stream()
                .sorted((one, other) ->
                        Long.compare(other.getValue().accesses(), one.getValue().accesses()))
                .limit(SHARDS_MAX)
                .forEach(entry -> counted(entry.getKey(), entry.getValue(), state));
    }

    /** @param name of the shard's statistics: its log's incarnation and its number */
    private void counted(String name, Period period, ClusterState state) {
        int slash = name.indexOf('/');
        var of = state.find(Long.parseLong(name.substring(0, slash)));
        if (of == null || io.forelog.metadata.Log.isOwn(of.name())) {
            return;
        }
        int shard = Integer.parseInt(name.substring(slash + 1));
        var json = Call.JSON
                .createObjectNode()
                .put("at", ControlJson.at(period))
                .put("node", node)
                .put("log", of.name())
                .put("shard", shard);
        for (var counter : Counter.values()) {
            json.put(camel(counter.name()), period.count(counter));
        }
        ControlJson.put(json, "distinctKeys", period.distinctKeys());
        ControlJson.frequent(json.putArray("hotKeys"), "key", period.mostFrequent(Dimension.KEY, NAMES_KEPT));
        ControlJson.frequent(json.putArray("hotPrefixes"), "prefix", period.mostFrequent(Dimension.PREFIX, NAMES_KEPT));
        add("statistics/" + of.name() + ":" + shard, json);
    }

    private static String camel(String constant) {
        var text = new StringBuilder();
        for (var word : constant.toLowerCase(Locale.ROOT).split("_")) {
            text.append(text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }

    private void add(String key, ObjectNode json) {
        try {
            log.add(key, Call.JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
