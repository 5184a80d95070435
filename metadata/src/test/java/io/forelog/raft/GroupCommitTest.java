package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

    private final List<ByteBuffer> entries = new ArrayList<>();
    private final List<CompletableFuture<Committed>> outcomes = new ArrayList<>();
    private final GroupCommit commit = new GroupCommit("g", this::submit, 100, 1, 1000);

    @Test
    void firstPartWaitsForNothingAndTheRestShareAnEntry() {
        commit.add(bytes("a"));
        commit.add(bytes("b"));
        commit.add(bytes("c"));
        assertThat(entries).hasSize(1);

        outcomes.getFirst().complete(answers(1, "A"));

        assertThat(entries).hasSize(2);
        assertThat(GroupCommit.split(entries.getLast())).containsExactly(bytes("b"), bytes("c"));
    }

    @Test
    void eachPartGetsItsOwnAnswer() {
        commit.add(bytes("a"));
        var b = commit.add(bytes("b"));
        var c = commit.add(bytes("c"));
        outcomes.get(0).complete(answers(1, "A"));
        outcomes.get(1).complete(answers(2, "B", "C"));

        assertThat(b.join()).isEqualTo(new Committed(2, bytes("B")));
        assertThat(c.join()).isEqualTo(new Committed(2, bytes("C")));
    }

    @Test
    void aPartThatGoesAloneIsNotCopiedIfThereIsRoomBeforeIt() {
        byte[] owned = "........alone".getBytes(StandardCharsets.UTF_8);
        commit.add(ByteBuffer.wrap(owned).position(GroupCommit.HEADROOM));

        assertThat(entries.getFirst().array()).isSameAs(owned);
        assertThat(entries.getFirst()).isEqualTo(GroupCommit.join(List.of(bytes("alone"))));
    }

    @Test
    void entryKeepsToItsSize() {
        commit.add(bytes("a"));
        for (var i = 0; i < 10; i++) {
            commit.add(bytes("x".repeat(30)));
        }
        for (var i = 0; i < outcomes.size(); i++) {
            var parts = GroupCommit.split(entries.get(i));
            outcomes.get(i).complete(new Committed(i, GroupCommit.join(parts)));
        }

        assertThat(entries).hasSizeGreaterThan(4).allMatch(entry -> entry.remaining() <= 100);
    }

    @Test
    void failureOfAnEntryIsThatOfItsParts() {
        commit.add(bytes("a"));
        var b = commit.add(bytes("b"));
        outcomes.get(0).completeExceptionally(new SubmitException.Stopped("g"));
        outcomes.get(1).completeExceptionally(new SubmitException.OutcomeUnknown("g", "test"));

        assertThatThrownBy(b::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
    }

    @Test
    void moreThanMayWaitIsRefused() {
        commit.add(bytes("a"));
        for (var i = 0; i < 10; i++) {
            commit.add(bytes("x".repeat(90)));
        }

        var refused = commit.add(bytes("x".repeat(90)));

        assertThatThrownBy(refused::join).hasCauseInstanceOf(SubmitException.Overloaded.class);
    }

    private CompletableFuture<Committed> submit(ByteBuffer entry) {
        var outcome = new CompletableFuture<Committed>();
        entries.add(entry);
        outcomes.add(outcome);
        return outcome;
    }

    private static Committed answers(long index, String... texts) {
        var results = new ArrayList<ByteBuffer>();
        for (var text : texts) {
            results.add(bytes(text));
        }
        return new Committed(index, GroupCommit.join(results));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
