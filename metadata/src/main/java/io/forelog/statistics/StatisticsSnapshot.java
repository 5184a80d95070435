package io.forelog.statistics;

import io.forelog.statistics.PeriodHistory.Resolution;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * All histories as one file: magic, version, length, CRC32C of the content, the content. Big-endian. Written beside the
 * old one, forced, and put in its place, so that there always is a whole one.
 */
final class StatisticsSnapshot {

    private static final int MAGIC = 0x464C5354;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 20;

    private final Map<String, PeriodHistory> histories = new LinkedHashMap<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    /** Takes the periods of a subject as they are now. */
    void put(String name, PeriodHistory history) {
        try (var out = new DataOutputStream(content)) {
            out.writeUTF(name);
            for (var resolution : Resolution.values()) {
                var periods = history.at(resolution);
                out.writeInt(periods.size());
                for (var period : periods) {
                    period.write(out);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail", e);
        }
    }

    void write(Path file) throws IOException {
        var bytes = content.toByteArray();
        var header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(bytes.length)
                .putInt((int) crc(bytes))
                .flip();
        var beside = file.resolveSibling(file.getFileName() + ".new");
        try (var channel = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (var buffer : List.of(header, ByteBuffer.wrap(bytes))) {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static StatisticsSnapshot read(Path file) throws IOException {
        var snapshot = new StatisticsSnapshot();
        if (!Files.exists(file)) {
            return snapshot;
        }
        var all = ByteBuffer.wrap(Files.readAllBytes(file));
        if (all.remaining() < HEADER_BYTES || all.getInt() != MAGIC) {
            throw new IOException(file + " is no file of statistics");
        }
        int version = all.getInt();
        if (version != VERSION) {
            throw new IOException(file + " has version " + version + " of the format; this reads " + VERSION);
        }
        long length = all.getLong();
        int crc = all.getInt();
        var bytes = new byte[all.remaining()];
        all.get(bytes);
        if (length != bytes.length || crc != (int) crc(bytes)) {
            throw new IOException(
                    file + " is damaged: " + bytes.length + " bytes of " + length + ", or another checksum");
        }
        snapshot.parse(bytes, file);
        return snapshot;
    }

    private void parse(byte[] bytes, Path file) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            while (in.available() > 0) {
                var history = new PeriodHistory();
                histories.put(in.readUTF(), history);
                for (var resolution : Resolution.values()) {
                    for (int left = in.readInt(); left > 0; left--) {
                        history.restore(resolution, Period.read(in));
                    }
                }
            }
        } catch (EOFException e) {
            throw new IOException(file + " ends within a period though its checksum is right", e);
        }
    }

    Map<String, PeriodHistory> histories() {
        return histories;
    }

    private static long crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }
}
