package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.forelog.raft.wal.WalConfig;
import io.forelog.raft.wal.WriteAheadLog;
import io.forelog.simulation.SimulatedStorage;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {

    private static final RaftModelFactory MODELS = EntryCodec.MODELS;
    private static final MemberId SELF = new MemberId("n1", 3);
    private static final RaftEndpoint SENDER = new Endpoint(new MemberId("n2", 7));
    private static final List<RaftEndpoint> MEMBERS = List.of(new Endpoint(SELF), SENDER);

    private final MessageCodec codec;

    MessageCodecTest() throws IOException {
        codec = new MessageCodec(
                "g", SELF, WriteAheadLog.open(new SimulatedStorage(), new WalConfig(4096, 2, 2), Runnable::run));
    }

    static List<RaftMessage> messagesWithoutPayload() {
        return List.of(
                MODELS.createAppendEntriesSuccessResponseBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setLastLogIndex(1L << 40)
                        .setQuerySequenceNumber(5)
                        .setFlowControlSequenceNumber(6)
                        .build(),
                MODELS.createAppendEntriesFailureResponseBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setExpectedNextIndex(9)
                        .setQuerySequenceNumber(5)
                        .setFlowControlSequenceNumber(6)
                        .build(),
                MODELS.createPreVoteRequestBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setLastLogTerm(3)
                        .setLastLogIndex(12)
                        .build(),
                MODELS.createPreVoteResponseBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setGranted(true)
                        .build(),
                MODELS.createVoteRequestBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setLastLogTerm(3)
                        .setLastLogIndex(12)
                        .setSticky(true)
                        .build(),
                MODELS.createVoteResponseBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setGranted(false)
                        .build(),
                MODELS.createInstallSnapshotResponseBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setSnapshotIndex(100)
                        .setRequestedSnapshotChunkIndex(0)
                        .setQuerySequenceNumber(5)
                        .setFlowControlSequenceNumber(6)
                        .build(),
                MODELS.createTriggerLeaderElectionRequestBuilder()
                        .setGroupId("g")
                        .setSender(SENDER)
                        .setTerm(4)
                        .setLastLogTerm(3)
                        .setLastLogIndex(12)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("messagesWithoutPayload")
    void messageIsReadAsItWasWritten(RaftMessage message) throws IOException {
        var read = codec.read("n2", write(message)).orElseThrow();

        assertThat(read).hasSameClassAs(message).hasToString(message.toString());
        assertThat(read.getSender()).isEqualTo(SENDER);
    }

    @Test
    void entriesAreReadAsTheyWereWritten() throws IOException {
        var read = (AppendEntriesRequest) codec.read("n2", write(append())).orElseThrow();

        assertThat(read.getPreviousLogIndex()).isEqualTo(41);
        assertThat(read.getPreviousLogTerm()).isEqualTo(2);
        assertThat(read.getCommitIndex()).isEqualTo(40);
        assertThat(read.getQuerySequenceNumber()).isEqualTo(8);
        assertThat(read.getFlowControlSequenceNumber()).isEqualTo(9);
        assertThat(read.getLogEntries())
                .extracting(entry -> entry.getIndex() + "/" + entry.getTerm())
                .containsExactly("42/3", "43/4", "44/4", "45/4");
        assertThat(read.getLogEntries())
                .extracting(EntryCodec::kind)
                .containsExactly(EntryKind.FORCED, EntryKind.BUFFERED, EntryKind.NEW_TERM, EntryKind.MEMBERSHIP);
        var operation = (LogOperation) read.getLogEntries().getFirst().getOperation();
        assertThat(operation.bytes()).isEqualTo(3);
        var change = (UpdateRaftGroupMembersOp) read.getLogEntries().getLast().getOperation();
        assertThat(change.getMode()).isEqualTo(MembershipChangeMode.REMOVE_MEMBER);
        assertThat(change.getMembers()).containsExactlyElementsOf(MEMBERS);
        assertThat(change.getVotingMembers()).containsExactly(SENDER);
        assertThat(change.getEndpoint()).isEqualTo(SENDER);
    }

    @Test
    void checkpointIsReadAsItWasWritten() throws IOException {
        var read = (InstallSnapshotRequest) codec.read("n2", write(snapshot())).orElseThrow();

        assertThat(read.getSnapshotIndex()).isEqualTo(100);
        assertThat(read.getSnapshotTerm()).isEqualTo(3);
        assertThat(read.isSenderLeader()).isTrue();
        assertThat(read.getGroupMembersView().getLogIndex()).isEqualTo(17);
        assertThat(read.getGroupMembersView().getVotingMembers()).containsExactly(SENDER);
        assertThat(read.getSnapshottedMembers()).containsExactly(SENDER);
        assertThat((ByteBuffer) read.getSnapshotChunk().getOperation()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    }

    @Test
    void messageForAnotherIncarnationIsDropped() throws IOException {
        var bytes = new FrameWriter();
        codec.write(new Endpoint(SELF.next()), messagesWithoutPayload().getFirst(), bytes);

        assertThat(codec.read("n2", bytes.toBuffer())).isEmpty();
    }

    @Test
    void noNodeSpeaksForAnother() throws IOException {
        var bytes = write(messagesWithoutPayload().getFirst());

        assertThatThrownBy(() -> codec.read("n3", bytes)).isInstanceOf(MalformedFrameException.class);
    }

    /** Whatever arrives, it is read or refused: never another exception, never more memory than the frame. */
    @Test
    void damagedMessagesAreRefused() throws IOException {
        var random = new Random(1);
        for (var message :
                List.of(append(), snapshot(), messagesWithoutPayload().getFirst())) {
            for (var run = 0; run < 5000; run++) {
                var bytes = write(message);
                for (var flips = random.nextInt(1, 4); flips > 0; flips--) {
                    bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt());
                }
                if (random.nextInt(4) == 0) {
                    bytes.limit(random.nextInt(bytes.limit()));
                }
                try {
                    codec.read("n2", bytes);
                } catch (MalformedFrameException e) {
                    assertThat(e).hasMessageNotContaining("null");
                }
            }
        }
    }

    private ByteBuffer write(RaftMessage message) throws IOException {
        var bytes = new FrameWriter();
        codec.write(new Endpoint(SELF), message, bytes);
        return bytes.toBuffer();
    }

    private static AppendEntriesRequest append() {
        var change = MODELS.createUpdateRaftGroupMembersOpBuilder()
                .setMode(MembershipChangeMode.REMOVE_MEMBER)
                .setEndpoint(SENDER)
                .setMembers(MEMBERS)
                .setVotingMembers(List.of(SENDER))
                .build();
        return MODELS.createAppendEntriesRequestBuilder()
                .setGroupId("g")
                .setSender(SENDER)
                .setTerm(4)
                .setPreviousLogTerm(2)
                .setPreviousLogIndex(41)
                .setCommitIndex(40)
                .setQuerySequenceNumber(8)
                .setFlowControlSequenceNumber(9)
                .setLogEntries(List.of(
                        EntryCodec.entry(42, 3, operation(EntryKind.FORCED)),
                        EntryCodec.entry(43, 4, operation(EntryKind.BUFFERED)),
                        EntryCodec.entry(44, 4, LogOperation.newTerm()),
                        EntryCodec.entry(45, 4, change)))
                .build();
    }

    private static LogOperation operation(EntryKind kind) {
        return LogOperation.received(kind, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    private static InstallSnapshotRequest snapshot() {
        var view = MODELS.createRaftGroupMembersViewBuilder()
                .setLogIndex(17)
                .setMembers(MEMBERS)
                .setVotingMembers(List.of(SENDER))
                .build();
        return MODELS.createInstallSnapshotRequestBuilder()
                .setGroupId("g")
                .setSender(SENDER)
                .setTerm(4)
                .setSenderLeader(true)
                .setSnapshotTerm(3)
                .setSnapshotIndex(100)
                .setTotalSnapshotChunkCount(1)
                .setQuerySequenceNumber(0)
                .setFlowControlSequenceNumber(0)
                .setSnapshottedMembers(List.of(SENDER))
                .setGroupMembersView(view)
                .setSnapshotChunk(SnapshotRequestFormat.chunk(100, 3, view, ByteBuffer.wrap(new byte[] {1, 2})))
                .build();
    }
}
