package io.forelog.server.cluster;

import io.forelog.raft.MemberId;
import io.forelog.server.peer.ControlCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a node that belongs to no cluster part of one: it founds one alone, or joins through the nodes that it was told
 * of. Blocks the thread that starts the node.
 */
final class Entry {

    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);
    private static final Duration CALL_MAX = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final List<String> seeds;
    private final Duration patience;
    private final ControlCalls calls;

    /**
     * @param seeds HOST:PORT of the API of any nodes of the cluster; empty to found one
     * @param patience how long seeds are asked before the node gives up
     */
    Entry(List<String> seeds, Duration patience, ControlCalls calls) {
        this.seeds = List.copyOf(seeds);
        this.patience = patience;
        this.calls = calls;
    }

    /** Returns who the node is in the cluster that it should be in, as far as that is known before it has joined. */
    Identity find(Identity fresh) throws IOException {
        if (seeds.isEmpty()) {
            return fresh.in(UUID.randomUUID().toString(), 0, List.of(MemberId.of(fresh.node())), Map.of());
        }
        var asked = new JoinRequest(JoinRequest.Kind.ASK, fresh.node(), fresh.disk(), "", "", "", "");
        var answer = untilAnswered(asked);
        return fresh.in(answer.cluster(), 0, answer.founders(), answer.nodes());
    }

    /** Joins; returns who the node is from here on. */
    Identity join(Identity found, String region, String http, String raft) throws IOException {
        if (seeds.isEmpty()) {
            return found;
        }
        var cluster = String.valueOf(found.cluster());
        var answer = untilAnswered(
                new JoinRequest(JoinRequest.Kind.JOIN, found.node(), found.disk(), cluster, region, http, raft));
        LOG.info("joined cluster {} through {}, as incarnation {}", cluster, answer.node(), answer.incarnation());
        return found.in(cluster, answer.incarnation(), answer.founders(), answer.nodes());
    }

    private JoinAnswer untilAnswered(JoinRequest request) throws IOException {
        long began = System.nanoTime();
        var failures = new LinkedHashMap<String, String>();
        do {
            for (var seed : seeds) {
                try {
                    var answer = JoinDesk.read(calls.join(seed, JoinDesk.write(request), CALL_MAX)
                            .get(CALL_MAX.toSeconds() + 1, TimeUnit.SECONDS));
                    if (!answer.cluster().isEmpty()) {
                        return answer;
                    }
                    failures.put(seed, "belongs to no cluster yet");
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IllegalArgumentException refused) {
                        throw new IOException("the cluster refuses this node: " + refused.getMessage(), refused);
                    }
                    failures.put(
                            seed,
                            String.valueOf(
                                    e.getCause() == null ? e : e.getCause().getMessage()));
                } catch (TimeoutException e) {
                    failures.put(seed, "no answer");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while the node joined", e);
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        } while (System.nanoTime() - began < patience.toNanos());
        throw new IOException("no node of the cluster took this one within " + patience + ": " + failures
                + "; check --join, and that those nodes run and serve");
    }
}
