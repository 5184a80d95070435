package io.forelog.loadgen.bench;

import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a comparison came to.
 *
 * @param peers what was compared, Forelog first
 * @param cases in the order measured
 */
public record BenchResult(
        Instant began, BenchSettings settings, Machine machine, List<Description> peers, List<CaseResult> cases) {

    public BenchResult {
        peers = List.copyOf(peers);
        cases = List.copyOf(cases);
    }

    /** A peer and how it was set up. */
    public record Description(String name, String version, List<String> settings) {}

    /** The turns of one peer, one for each round. */
    public record PeerTurns(String peer, List<Turn> turns) {

        Spread spread(ToDoubleFunction<Turn> figure) {
            return Spread.of(turns.stream().mapToDouble(figure).toArray());
        }
    }

    /** All peers in one case, Forelog first. */
    public record CaseResult(BenchCase work, List<PeerTurns> peers) {

        PeerTurns forelog() {
            return peers.getFirst();
        }

        Stream<Comparison> comparisons() {
            return peers.stream()
                    .skip(1)
                    .map(peer -> new Comparison(
                            work,
                            peer.peer(),
                            Ratio.of(forelog().turns(), peer.turns(), Turn::perSecond),
                            Ratio.of(forelog().turns(), peer.turns(), turn -> turn.latencyMicros()
                                    .p99()),
                            Ratio.of(forelog().turns(), peer.turns(), Turn::serverMicros)));
        }
    }

    /**
     * Forelog's figures divided by a peer's.
     *
     * @param throughput above 1 where Forelog does more
     * @param p99 below 1 where Forelog is quicker; not a number where single operations have no latency
     * @param serverTime below 1 where Forelog's servers take less processor time for each record
     */
    public record Comparison(BenchCase work, String peer, Ratio throughput, Ratio p99, Ratio serverTime) {}

    /** Returns every case beside every peer. */
    public List<Comparison> comparisons() {
        return cases.stream().flatMap(CaseResult::comparisons).toList();
    }
}
