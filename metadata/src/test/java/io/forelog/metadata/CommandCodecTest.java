package io.forelog.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.metadata.ClientState.SavedCursor;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataCommand.CommitCursor;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.DropCursor;
import io.forelog.metadata.MetadataCommand.ForgetNode;
import io.forelog.metadata.MetadataCommand.GroupFormed;
import io.forelog.metadata.MetadataCommand.GroupLed;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataCommand.MoveNode;
import io.forelog.metadata.MetadataCommand.NodeSilent;
import io.forelog.metadata.MetadataCommand.PlaceGroup;
import io.forelog.metadata.MetadataCommand.PutApiKey;
import io.forelog.metadata.MetadataCommand.PutPolicy;
import io.forelog.metadata.MetadataCommand.RemoveNode;
import io.forelog.metadata.MetadataCommand.RenewNode;
import io.forelog.metadata.MetadataCommand.ReplaceReplica;
import io.forelog.metadata.MetadataCommand.RevokeApiKey;
import io.forelog.metadata.MetadataCommand.UpdateLog;
import io.forelog.raft.MemberId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandCodecTest {

    private static final List<MetadataCommand> ONE_OF_EACH = List.of(
            new CreateLog("a", LogSettings.defaults(3), 42, 4),
            new UpdateLog("a", LogSettings.defaults(1), LogSettings.defaults(2)),
            new PutApiKey(new ApiKey("id", "name", "hash", List.of("read:*"), 1, 2, 3, 4)),
            new RevokeApiKey("id"),
            new PutPolicy(new StoredPolicy("hybrid", Map.of("shardLimit", 2500.0, "splitAt", 0.5))),
            new CommitCursor("a", "cursor", new SavedCursor("position", 7), List.of("", "before")),
            new DropCursor("a", "cursor"),
            new ChangePlan(new PlanCommand.Cut(3, List.of(1), List.of(4, 5), 2, 99)),
            new DeleteLog("a"),
            new JoinNode("n1", "disk", "here", "127.0.0.1:1", "127.0.0.1:2"),
            new MoveNode("n1", "disk", "there", "127.0.0.1:3", "127.0.0.1:4"),
            new DrainNode("n1", true),
            new RemoveNode("n1"),
            new ForgetNode("n1"),
            new RenewNode("n1", 4),
            new NodeSilent("n1", Duration.ofSeconds(90)),
            new GroupFormed(3, 17, List.of(MemberId.of("n1"), new MemberId("n2", 5))),
            new ReplaceReplica(3, new MemberId("n2", 4)),
            new GroupLed(3, "n1", 7),
            new PlaceGroup(3, List.of("n1", "n2"), "n2"));

    @Test
    void everyCommandComesBackAsItWas() throws IOException {
        assertThat(ONE_OF_EACH.stream().map(Object::getClass))
                .containsExactlyInAnyOrder(MetadataCommand.class.getPermittedSubclasses());
        for (var command : ONE_OF_EACH) {
            assertThat(CommandCodec.read(source(bytes(command)))).isEqualTo(command);
        }
    }

    @Test
    void theShardsOfALogOfTheFirstLayoutBeginInGroupsOfTheirOwn() throws IOException {
        byte[] second = bytes(new CreateLog("a", LogSettings.defaults(3), 42, 4));
        byte[] first = Arrays.copyOf(second, second.length - Integer.BYTES);
        first[1] = 1;

        assertThat(CommandCodec.read(source(first))).isEqualTo(new CreateLog("a", LogSettings.defaults(3), 42, 1));
    }

    @Test
    void aCommitOfTheFirstLayoutFollowsWhateverIsCommitted() throws IOException {
        byte[] second = bytes(new CommitCursor("a", "cursor", new SavedCursor("position", 7), List.of()));
        byte[] first = Arrays.copyOf(second, second.length - Integer.BYTES);
        first[1] = 1;

        assertThat(CommandCodec.read(source(first)))
                .isEqualTo(new CommitCursor("a", "cursor", new SavedCursor("position", 7), List.of()));
    }

    @Test
    void aCommandOfANewerReleaseIsRefusedByName() throws IOException {
        byte[] bytes = bytes(new DeleteLog("a"));
        bytes[1]++;

        assertThatThrownBy(() -> CommandCodec.read(source(bytes))).hasMessageContaining("DeleteLog of layout 2");
        bytes[0] = (byte) 200;
        assertThatThrownBy(() -> CommandCodec.read(source(bytes))).hasMessageContaining("tag 200");
    }

    @Test
    void aStateComesBackWithItsPolicyAndOneOfTheFirstLayoutHasTheDefaultOne() throws IOException {
        var state = new PutPolicy(new StoredPolicy("reactive", Map.of("splitAt", 0.7))).apply(ClusterState.EMPTY);
        var bytes = new ByteArrayOutputStream();
        StateCodec.write(state, new DataOutputStream(bytes));
        assertThat(StateCodec.read(source(bytes.toByteArray()))).isEqualTo(state);

        // The first layout ends where the policy begins: a mode's text, a count, a name's text and a
        // number; the plans follow, an id and a count.
        int planBytes = 8 + 4;
        int policyBytes = planBytes + 2 + "reactive".length() + 4 + 2 + "splitAt".length() + 8;
        byte[] first = Arrays.copyOf(bytes.toByteArray(), bytes.size() - policyBytes);
        first[3] = 1;

        assertThat(StateCodec.read(source(first)).policy()).isEqualTo(StoredPolicy.DEFAULT);
    }

    @Test
    void aStateComesBackWithItsRemovedAndItsSilentNodesAndTheReplicasOfItsGroupsLostOnesToo() throws IOException {
        var state = ClusterState.EMPTY;
        for (var node : List.of("n1", "n2", "n3")) {
            state = new JoinNode(node, node, "here", "h:1", "r:1").apply(state);
        }
        state = new CreateLog("log", LogSettings.defaults(2), 1).apply(state);
        state = new RemoveNode("n3").apply(new GroupFormed(0, 9, List.of(MemberId.of("n1"))).apply(state));
        state = new JoinNode("n2", "another", "here", "h:1", "r:1").apply(state.withoutNode("n3"));
        state = new NodeSilent("n2", Duration.ofMinutes(3)).apply(state);

        var bytes = new ByteArrayOutputStream();
        StateCodec.write(state, new DataOutputStream(bytes));

        assertThat(StateCodec.read(source(bytes.toByteArray()))).isEqualTo(state);
    }

    @Test
    void inTheThirdLayoutAReplicaHasTheIncarnationOfItsNode() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(3);
        out.writeLong(17);
        out.writeLong(1);
        out.writeInt(0); // logs
        out.writeInt(2);
        for (var node : List.of("n1", "n2")) {
            out.writeUTF(node);
            out.writeInt(node.equals("n2") ? 3 : 0);
            for (var text : List.of("disk", "here", "h:1", "r:1")) {
                out.writeUTF(text);
            }
            out.writeBoolean(node.equals("n1"));
        }
        out.writeInt(1);
        StateCodec.writeMembers(List.of(MemberId.of("n1"), MemberId.of("n2")), out);
        out.writeInt(2);
        out.writeUTF("n1");
        out.writeUTF("n2");
        out.writeUTF("n2");
        out.writeUTF("");
        out.writeInt(5);
        ClientCodec.write(ClientState.EMPTY, out);
        StateCodec.writePolicy(StoredPolicy.DEFAULT, out);
        PlanCodec.write(PlanBook.EMPTY, out);

        var state = StateCodec.read(source(bytes.toByteArray()));

        var replicas = List.of(MemberId.of("n1"), new MemberId("n2", 3));
        assertThat(state.groups())
                .containsExactly(new Group(
                        0,
                        List.of(MemberId.of("n1"), MemberId.of("n2")),
                        replicas,
                        replicas,
                        0,
                        4,
                        Map.of(),
                        "n2",
                        null,
                        5));
        assertThat(state.nodes().get("n1").draining()).isTrue();
        assertThat(state.nodes().get("n1").leaving()).isFalse();
    }

    private static byte[] bytes(MetadataCommand command) throws IOException {
        var bytes = new ByteArrayOutputStream();
        CommandCodec.write(command, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream source(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
