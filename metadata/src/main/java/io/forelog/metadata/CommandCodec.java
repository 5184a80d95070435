package io.forelog.metadata;

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
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands as bytes: the tag of the command, the version of its layout, its fields. A command is added as a line of
 * {@link #FORMATS}; a field is added at the end of its layout, under the next version, and read if that is there.
 */
public final class CommandCodec {

    /** A tag is never given to another command. */
    private static final List<Format<?>> FORMATS = List.of(
            new Format<>(
                    1,
                    2,
                    CreateLog.class,
                    CommandCodec::write,
                    (in, version) -> new CreateLog(
                            in.readUTF(), StateCodec.readSettings(in), in.readLong(), version < 2 ? 1 : in.readInt())),
            new Format<>(
                    2,
                    1,
                    UpdateLog.class,
                    CommandCodec::write,
                    (in, version) ->
                            new UpdateLog(in.readUTF(), StateCodec.readSettings(in), StateCodec.readSettings(in))),
            new Format<>(
                    3,
                    1,
                    DeleteLog.class,
                    (command, out) -> out.writeUTF(command.name()),
                    (in, version) -> new DeleteLog(in.readUTF())),
            new Format<>(
                    4,
                    1,
                    JoinNode.class,
                    CommandCodec::write,
                    (in, version) ->
                            new JoinNode(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF())),
            new Format<>(
                    5,
                    1,
                    DrainNode.class,
                    CommandCodec::write,
                    (in, version) -> new DrainNode(in.readUTF(), in.readBoolean())),
            new Format<>(
                    6,
                    1,
                    GroupLed.class,
                    CommandCodec::write,
                    (in, version) -> new GroupLed(in.readInt(), in.readUTF(), in.readInt())),
            new Format<>(
                    7,
                    1,
                    PlaceGroup.class,
                    CommandCodec::write,
                    (in, version) -> new PlaceGroup(in.readInt(), readNames(in), in.readUTF())),
            new Format<>(
                    8,
                    1,
                    PutApiKey.class,
                    (command, out) -> ClientCodec.writeKey(command.key(), out),
                    (in, version) -> new PutApiKey(ClientCodec.readKey(in))),
            new Format<>(
                    9,
                    1,
                    RevokeApiKey.class,
                    (command, out) -> out.writeUTF(command.id()),
                    (in, version) -> new RevokeApiKey(in.readUTF())),
            new Format<>(
                    10,
                    2,
                    CommitCursor.class,
                    CommandCodec::write,
                    (in, version) -> new CommitCursor(
                            in.readUTF(),
                            in.readUTF(),
                            new SavedCursor(in.readUTF(), in.readLong()),
                            version < 2 ? List.of() : readNames(in))),
            new Format<>(
                    11,
                    1,
                    DropCursor.class,
                    CommandCodec::write,
                    (in, version) -> new DropCursor(in.readUTF(), in.readUTF())),
            new Format<>(
                    12,
                    1,
                    MoveNode.class,
                    CommandCodec::write,
                    (in, version) ->
                            new MoveNode(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF())),
            new Format<>(
                    13,
                    1,
                    PutPolicy.class,
                    (command, out) -> StateCodec.writePolicy(command.policy(), out),
                    (in, version) -> new PutPolicy(StateCodec.readPolicy(in))),
            new Format<>(
                    14,
                    1,
                    ChangePlan.class,
                    (command, out) -> PlanCodec.write(command.change(), out),
                    (in, version) -> new ChangePlan(PlanCodec.readCommand(in))),
            new Format<>(
                    15,
                    1,
                    RemoveNode.class,
                    (command, out) -> out.writeUTF(command.name()),
                    (in, version) -> new RemoveNode(in.readUTF())),
            new Format<>(
                    16,
                    1,
                    ForgetNode.class,
                    (command, out) -> out.writeUTF(command.name()),
                    (in, version) -> new ForgetNode(in.readUTF())),
            new Format<>(
                    17,
                    1,
                    RenewNode.class,
                    CommandCodec::write,
                    (in, version) -> new RenewNode(in.readUTF(), in.readInt())),
            new Format<>(
                    18,
                    1,
                    GroupFormed.class,
                    CommandCodec::write,
                    (in, version) -> new GroupFormed(in.readInt(), in.readLong(), StateCodec.readMembers(in))),
            new Format<>(
                    19,
                    1,
                    NodeSilent.class,
                    CommandCodec::write,
                    (in, version) -> new NodeSilent(in.readUTF(), Duration.ofMillis(in.readLong()))),
            new Format<>(
                    20,
                    1,
                    ReplaceReplica.class,
                    CommandCodec::write,
                    (in, version) -> new ReplaceReplica(in.readInt(), new MemberId(in.readUTF(), in.readInt()))));

    private record Format<C extends MetadataCommand>(
            int tag, int version, Class<C> type, Writer<C> writer, Reader<C> reader) {

        void write(MetadataCommand command, DataOutputStream out) throws IOException {
            out.writeByte(tag);
            out.writeByte(version);
            writer.write(type.cast(command), out);
        }
    }

    private interface Writer<C> {
        void write(C command, DataOutputStream out) throws IOException;
    }

    private interface Reader<C> {
        C read(DataInputStream in, int version) throws IOException;
    }

    private CommandCodec() {}

    public static void write(MetadataCommand command, DataOutputStream out) throws IOException {
        for (var format : FORMATS) {
            if (format.type().isInstance(command)) {
                format.write(command, out);
                return;
            }
        }
        throw new IllegalArgumentException("no format for " + command.getClass());
    }

    /** @throws IOException if the command, or the version of its layout, is of a newer release */
    public static MetadataCommand read(DataInputStream in) throws IOException {
        int tag = in.readUnsignedByte();
        int version = in.readUnsignedByte();
        for (var format : FORMATS) {
            if (format.tag() == tag) {
                if (version > format.version()) {
                    throw new IOException(format.type().getSimpleName() + " of layout " + version
                            + " is not known here; this release knows " + format.version());
                }
                return format.reader().read(in, version);
            }
        }
        throw new IOException("a command with tag " + tag + " is not known here; it is of a newer release");
    }

    private static void write(CreateLog command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        StateCodec.writeSettings(command.settings(), out);
        out.writeLong(command.createdAt());
        out.writeInt(command.together());
    }

    private static void write(UpdateLog command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        StateCodec.writeSettings(command.expected(), out);
        StateCodec.writeSettings(command.settings(), out);
    }

    private static void write(CommitCursor command, DataOutputStream out) throws IOException {
        out.writeUTF(command.log());
        out.writeUTF(command.name());
        out.writeUTF(command.cursor().position());
        out.writeLong(command.cursor().committedAt());
        writeNames(command.after(), out);
    }

    private static void write(DropCursor command, DataOutputStream out) throws IOException {
        out.writeUTF(command.log());
        out.writeUTF(command.name());
    }

    private static void write(JoinNode command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        out.writeUTF(command.disk());
        out.writeUTF(command.region());
        out.writeUTF(command.http());
        out.writeUTF(command.raft());
    }

    private static void write(MoveNode command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        out.writeUTF(command.disk());
        out.writeUTF(command.region());
        out.writeUTF(command.http());
        out.writeUTF(command.raft());
    }

    private static void write(DrainNode command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        out.writeBoolean(command.draining());
    }

    private static void write(GroupLed command, DataOutputStream out) throws IOException {
        out.writeInt(command.group());
        out.writeUTF(command.leader());
        out.writeInt(command.term());
    }

    private static void write(RenewNode command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        out.writeInt(command.incarnation());
    }

    private static void write(ReplaceReplica command, DataOutputStream out) throws IOException {
        out.writeInt(command.group());
        out.writeUTF(command.stopped().node());
        out.writeInt(command.stopped().incarnation());
    }

    private static void write(NodeSilent command, DataOutputStream out) throws IOException {
        out.writeUTF(command.name());
        out.writeLong(command.silence().toMillis());
    }

    private static void write(GroupFormed command, DataOutputStream out) throws IOException {
        out.writeInt(command.group());
        out.writeLong(command.index());
        StateCodec.writeMembers(command.members(), out);
    }

    private static void write(PlaceGroup command, DataOutputStream out) throws IOException {
        out.writeInt(command.group());
        writeNames(command.members(), out);
        out.writeUTF(command.preferred());
    }

    private static void writeNames(List<String> names, DataOutputStream out) throws IOException {
        out.writeInt(names.size());
        for (var name : names) {
            out.writeUTF(name);
        }
    }

    private static List<String> readNames(DataInputStream in) throws IOException {
        var names = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            names.add(in.readUTF());
        }
        return names;
    }
}
