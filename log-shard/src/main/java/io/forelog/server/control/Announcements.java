package io.forelog.server.control;

import io.forelog.manager.Descriptor;
import io.forelog.manager.ShardId;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.PlanKind;
import io.forelog.server.peer.PeerDocuments;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The splits and moves that this node has announced while it leads the cluster. The node that shall take the upper
 * child, or the shard, is told, and makes itself ready; for a move, the nodes of its group copy the shard, too. Once
 * they say that they are ready, the split goes there when its hour comes, and the move copies only what is new. A node
 * that does not answer is told again with the next round, and the split, if it comes first, stays where its parent is.
 * Safe for use by any thread.
 */
final class Announcements {

    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);
    private static final int ENDED_MAX = 1000;
    private static final String PREPARE = "prepare";
    private static final int RADIX = 16;

    /** What is announced of a shard: both may be. */
    private record Key(PlanKind kind, ShardId parent) {

        static Key of(Descriptor descriptor) {
            return new Key(descriptor.kind(), descriptor.parent());
        }
    }

    private final String node;
    private final PeerDocuments documents;
    private final MovesAhead moves;
    private final Function<Descriptor, CompletableFuture<Void>> prepare;
    private final Deque<Descriptor> ended = new ArrayDeque<>();
    private final Set<Key> prepared = new HashSet<>();
    /** What this node makes itself ready for, asked by whoever leads. */
    private final Map<Key, CompletableFuture<Void>> preparing = new HashMap<>();

    private List<Descriptor> announced = List.of();

    /** @param prepare makes this node ready for what it shall take */
    Announcements(
            String node,
            PeerDocuments documents,
            MovesAhead moves,
            Function<Descriptor, CompletableFuture<Void>> prepare) {
        this.node = node;
        this.moves = moves;
        this.documents = documents;
        this.prepare = prepare;
        documents.serve(PREPARE, this::answer);
    }

    /** Returns what may yet come, prepared or not. */
    synchronized List<Descriptor> open() {
        return announced;
    }

    /** Returns what may yet come, then what was used or withdrawn, the newest first. */
    synchronized List<Descriptor> all() {
        var all = new ArrayList<>(announced);
        all.addAll(ended);
        return List.copyOf(all);
    }

    /** Takes what a round decided. */
    synchronized void decided(List<Descriptor> descriptors) {
        var open = new ArrayList<Descriptor>();
        for (var descriptor : descriptors) {
            switch (descriptor.state()) {
                case ANNOUNCED, PREPARED ->
                    open.add(
                            prepared.contains(Key.of(descriptor))
                                    ? descriptor.in(Descriptor.State.PREPARED)
                                    : descriptor);
                case USED, WITHDRAWN -> end(descriptor);
            }
        }
        announced = List.copyOf(open);
    }

    private void end(Descriptor descriptor) {
        prepared.remove(Key.of(descriptor));
        ended.addFirst(descriptor);
        if (ended.size() > ENDED_MAX) {
            ended.removeLast();
        }
    }

    synchronized void resign() {
        announced.forEach(descriptor -> end(descriptor.in(Descriptor.State.WITHDRAWN)));
        announced = List.of();
    }

    /** Asks those who shall take something to make themselves ready. */
    void prepare() {
        var open = open();
        var copied = moves.tell(open);
        for (var descriptor : open) {
            if (descriptor.state() == Descriptor.State.ANNOUNCED) {
                var done = descriptor.target().equals(node)
                        ? prepare.apply(descriptor).thenApply(ready -> true)
                        : documents
                                .ask(PREPARE, text(descriptor))
                                .thenApply(answers -> isReady(answers.byNode().get(descriptor.target())));
                done.thenCombine(
                                copied,
                                (isWarm, ready) -> isWarm
                                        && (descriptor.kind() != PlanKind.MOVE || ready.contains(descriptor.parent())))
                        .whenComplete((ready, failure) -> {
                    if (failure == null && ready) {
                        ready(descriptor);
                    } else {
                        LOG.info("{} is not ready for {} yet", descriptor.target(), descriptor, failure);
                    }
                });
            }
        }
    }

    private static boolean isReady(byte @Nullable [] answer) {
        return answer != null && answer.length > 0 && answer[0] == 1;
    }

    private synchronized void ready(Descriptor descriptor) {
        prepared.add(Key.of(descriptor));
        announced = announced.stream()
                .map(each -> Key.of(each).equals(Key.of(descriptor)) ? each.in(Descriptor.State.PREPARED) : each)
                .toList();
    }

    /** All nodes are asked alike; only the one that is meant makes itself ready, and says so once it is. */
    private synchronized byte[] answer(String text) {
        var descriptor = descriptor(text);
        if (!descriptor.target().equals(node)) {
            return new byte[] {0};
        }
        if (preparing.size() >= ENDED_MAX) {
            preparing.clear();
        }
        var begun = preparing.get(Key.of(descriptor));
        if (begun == null || begun.isCompletedExceptionally()) {
            begun = prepare.apply(descriptor);
            preparing.put(Key.of(descriptor), begun);
        }
        return new byte[] {(byte) (begun.isDone() && !begun.isCompletedExceptionally() ? 1 : 0)};
    }

    private static String text(Descriptor descriptor) {
        return String.join(
                "\n",
                descriptor.kind().name(),
                descriptor.parent().log(),
                Integer.toString(descriptor.parent().shard()),
                KeyRange.hex(descriptor.range().from()),
                KeyRange.hex(descriptor.range().last()),
                KeyRange.hex(descriptor.at()),
                descriptor.target(),
                Long.toString(descriptor.whenMillis()),
                Double.toString(descriptor.confidence()));
    }

    private static Descriptor descriptor(String text) {
        var parts = text.split("\n", -1);
        return new Descriptor(
                PlanKind.valueOf(parts[0]),
                new ShardId(parts[1], Integer.parseInt(parts[2])),
                new KeyRange(Long.parseUnsignedLong(parts[3], RADIX), Long.parseUnsignedLong(parts[4], RADIX)),
                Long.parseUnsignedLong(parts[5], RADIX),
                parts[6],
                Long.parseLong(parts[7]),
                Double.parseDouble(parts[8]),
                Descriptor.State.ANNOUNCED);
    }
}
