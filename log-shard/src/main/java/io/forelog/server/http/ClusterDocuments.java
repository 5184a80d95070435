package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.server.peer.PeerDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Answers about the whole cluster, put together of what each node counted. Every one of them says in {@code unanswered}
 * which nodes did not tell theirs in time.
 */
final class ClusterDocuments {

    private static final int NAMES_SHOWN = 10;

    private final PeerDocuments peers;

    ClusterDocuments(PeerDocuments peers) {
        this.peers = peers;
    }

    /** @param document made for another node that asks, of the argument that it sent */
    void serve(String name, Function<String, JsonNode> document) {
        peers.serve(name, argument -> {
            try {
                return Call.JSON.writeValueAsBytes(document.apply(argument));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * Asks the other nodes, and puts what they say together with what is known here.
     *
     * @param merge takes the document and what the others said, by their names
     */
    CompletableFuture<ObjectNode> gather(
            String name,
            String argument,
            BiFunction<ObjectNode, Map<String, JsonNode>, ObjectNode> merge,
            ObjectNode here) {
        return peers.ask(name, argument).thenApply(answers -> {
            var said = new TreeMap<String, JsonNode>();
            var unanswered = new ArrayList<>(answers.silent());
            answers.byNode().forEach((node, bytes) -> {
                try {
                    said.put(node, Call.JSON.readTree(bytes));
                } catch (IOException e) {
                    // Of another release, perhaps: as good as no answer, and told as such.
                    unanswered.add(node);
                }
            });
            var merged = merge.apply(here, said);
            var list = merged.putArray("unanswered");
            unanswered.forEach(list::add);
            return merged;
        });
    }

    /** Adds up what nodes counted of the same thing: times with times, names with names, figures with figures. */
    static void addInto(ObjectNode sum, JsonNode more) {
        for (var member : List.of("minutes", "tenMinutes")) {
            add(
                    sum,
                    more,
                    member,
                    "at",
                    Comparator.comparing(each -> each.path("at").asText()),
                    Integer.MAX_VALUE);
        }
        Comparator<JsonNode> most =
                Comparator.comparingLong(each -> -each.path("accesses").asLong());
        add(sum, more, "hotKeys", "key", most, NAMES_SHOWN);
        add(sum, more, "hotPrefixes", "prefix", most, NAMES_SHOWN);
        if (sum.get("history") instanceof ObjectNode history) {
            addInto(history, more.path("history"));
        }
    }

    private static void add(
            ObjectNode sum, JsonNode more, String member, String label, Comparator<JsonNode> order, int countMax) {
        if (!(sum.get(member) instanceof ArrayNode list) || !more.path(member).isArray()) {
            return;
        }
        var byLabel = new TreeMap<String, JsonNode>();
        list.forEach(each -> byLabel.put(each.path(label).asText(), each));
        more.path(member).forEach(each -> byLabel.merge(each.path(label).asText(), each, ClusterDocuments::plus));
        list.removeAll();
        byLabel.values().stream().sorted(order).limit(countMax).forEach(list::add);
    }

    private static JsonNode plus(JsonNode one, JsonNode other) {
        if (one.isObject()) {
            var sum = Call.JSON.createObjectNode();
            one.properties().forEach(each -> sum.set(each.getKey(), plus(each.getValue(), other.path(each.getKey()))));
            return sum;
        }
        if (one.isArray()) {
            var sum = Call.JSON.createArrayNode();
            for (int i = 0; i < one.size(); i++) {
                sum.add(plus(one.get(i), other.path(i)));
            }
            return sum;
        }
        if (one.isIntegralNumber() && other.isIntegralNumber()) {
            return Call.JSON.getNodeFactory().numberNode(one.asLong() + other.asLong());
        }
        return one.isNumber() && other.isNumber()
                ? Call.JSON.getNodeFactory().numberNode(one.asDouble() + other.asDouble())
                : one;
    }
}
