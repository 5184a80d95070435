package io.forelog.loadgen.bench;

import io.forelog.loadgen.bench.BenchResult.CaseResult;
import io.forelog.loadgen.bench.BenchResult.Description;
import io.forelog.loadgen.bench.BenchResult.PeerTurns;
import io.forelog.loadgen.load.LoadListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A comparison from beginning to end: starts all peers, gives each the same work in alternation (A B C A B C), and ends
 * them. All servers run all the time, and one of them works at a time. Use it once.
 */
public final class BenchRun implements AutoCloseable {

    /** What has done an operation before is warm sooner: it gets this part of the time. */
    static final int WARM_SHARE = 4;

    private final BenchSettings settings;
    private final Path folder;
    private final LoadListener listener;
    private final List<Peer> peers = new ArrayList<>();
    private final Set<BenchOperation> warmedUp = EnumSet.noneOf(BenchOperation.class);

    /** @param folder must exist; all peers keep their data in it */
    public BenchRun(BenchSettings settings, Path folder, LoadListener listener) {
        this.settings = settings;
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * Runs it. Blocks.
     *
     * @param programs how the peers' servers are started
     * @throws IOException if a peer does not start
     * @throws Exception if an operation failed: what is compared must have worked
     */
    public BenchResult run(Programs programs) throws Exception {
        var machine = Machine.of(folder);
        var began = Instant.now();
        listener.phase("starting the servers");
        peers.add(ForelogPeer.start(
                programs.forelog(),
                settings.nodes(),
                settings.clients().stream().mapToInt(each -> each).max().orElse(1),
                folder));
        for (var name : settings.peers()) {
            peers.add(programs.start(name, settings.nodes(), folder));
        }
        var results = new ArrayList<CaseResult>();
        for (var work : BenchCase.all(settings)) {
            results.add(measure(work));
        }
        var descriptions = peers.stream()
                .map(peer -> new Description(peer.name(), peer.version(), peer.settings()))
                .toList();
        return new BenchResult(began, settings, machine, descriptions, results);
    }

    private CaseResult measure(BenchCase work) throws Exception {
        var contestants = new ArrayList<Contestant>();
        try {
            for (var peer : peers) {
                contestants.add(Contestant.open(peer, work, settings.records()));
            }
            listener.phase(work + ", warm-up");
            var warmUp = warmedUp.add(work.operation()) ? settings.warmUp() : settings.warmUp().dividedBy(WARM_SHARE);
            for (var contestant : contestants) {
                contestant.turn(warmUp);
            }
            listener.phase(work.toString());
            return new CaseResult(work, alternate(contestants));
        } finally {
            for (var contestant : contestants) {
                contestant.close();
            }
        }
    }

    private List<PeerTurns> alternate(List<Contestant> contestants) throws Exception {
        var turns = contestants.stream()
                .map(contestant -> new PeerTurns(contestant.name(), new ArrayList<>()))
                .toList();
        int total = settings.rounds() * contestants.size();
        for (int turn = 0; turn < total; turn++) {
            int who = turn % contestants.size();
            listener.progress(turn, total, contestants.get(who).name());
            turns.get(who).turns().add(contestants.get(who).turn(settings.duration()));
        }
        listener.progress(total, total, "");
        return turns;
    }

    /** Ends all servers. */
    @Override
    public void close() {
        peers.reversed().forEach(Peer::close);
        peers.clear();
    }
}
