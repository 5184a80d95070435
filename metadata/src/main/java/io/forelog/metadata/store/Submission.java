package io.forelog.metadata.store;

import io.forelog.metadata.CommandCodec;
import io.forelog.metadata.MetadataCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A command as its submitter sent it, perhaps several times.
 *
 * @param session the submitter: one run of one node
 * @param sequence the command's number in its session
 * @param pendingFrom the lowest number of the session whose outcome the submitter still waits for
 */
record Submission(long session, long sequence, long pendingFrom, MetadataCommand command) {

    private static final byte VERSION = 1;

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(session);
            out.writeLong(sequence);
            out.writeLong(pendingFrom);
            CommandCodec.write(command, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if it is damaged, or of a newer release */
    static Submission of(ByteBuffer source) throws IOException {
        var bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("a submission of layout " + version + " is not known here");
            }
            var submission = new Submission(in.readLong(), in.readLong(), in.readLong(), CommandCodec.read(in));
            if (in.read() != -1) {
                throw new IOException("bytes after the end of " + submission.command());
            }
            return submission;
        } catch (IllegalArgumentException e) {
            throw new IOException("a command that cannot be: " + e.getMessage(), e);
        }
    }
}
