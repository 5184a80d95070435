package io.forelog.server.cluster;

import io.forelog.server.peer.ControlCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other nodes what the cluster takes this one for. A node that was away for long hears nothing of the metadata any
 * more, for another votes in its place: only others can tell it that it must come as its next incarnation, or not at
 * all.
 */
final class IdentityCheck {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityCheck.class);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

    private final ControlCalls calls;
    private final AddressBook addresses;

    IdentityCheck(ControlCalls calls, AddressBook addresses) {
        this.calls = calls;
        this.addresses = addresses;
    }

    /**
     * Asks all nodes that this one knows, at once.
     *
     * @return the highest incarnation that one knows it as, or {@link JoinAnswer#REMOVED}; its own if nobody says
     *     anything
     */
    CompletableFuture<Integer> of(Identity self) {
        var request = JoinDesk.write(new JoinRequest(
                JoinRequest.Kind.ASK, self.node(), self.disk(), String.valueOf(self.cluster()), "", "", ""));
        var answers = addresses.all().keySet().stream()
                .filter(peer -> !peer.equals(self.node()))
                .map(peer -> calls.join(String.valueOf(addresses.http(peer)), request, ANSWER_MAX)
                        .orTimeout(2 * ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
                        .thenApply(JoinDesk::read)
                        .thenApply(answer -> answer.cluster().equals(self.cluster()) ? answer.incarnation() : 0)
                        .exceptionally(failure -> {
                            LOG.debug("{} does not say what it takes this node for", peer, failure);
                            return 0;
                        }))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> answers.stream()
                        .map(CompletableFuture::join)
                        .reduce(
                                self.incarnation(),
                                (one, other) -> Math.min(one, other) == JoinAnswer.REMOVED
                                        ? JoinAnswer.REMOVED
                                        : Math.max(one, other)));
    }
}
