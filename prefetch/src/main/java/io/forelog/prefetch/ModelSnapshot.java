package io.forelog.prefetch;

import io.forelog.prefetch.model.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;

/**
 * What was learnt, as bytes: magic, version, the sources in use, the tables, and a CRC32C of all before it. Big endian.
 * Of two kinds: a whole model for a restart, and the keys of one shard for another node.
 */
final class ModelSnapshot {

    private static final int MODEL = 0x464c414d;
    private static final int SHARD = 0x464c4153;
    private static final int VERSION = 5;
    /** Magic, version, sources and CRC32C. */
    private static final int FRAME_BYTES = 4 * Integer.BYTES;

    private static final int AROUND = 1 << 20;

    private interface Body {
        void write(DataOutput out) throws IOException;
    }

    private ModelSnapshot() {}

    static void write(PrefetchConfig config, PrefetchCore core, OutputStream out) throws IOException {
        write(MODEL, config.sources(), out, data -> {
            core.model().write(data);
            core.judge().write(data);
        });
    }

    /** @throws IOException if these are not the whole, unaltered bytes of a snapshot that {@code config} allows */
    static void read(PrefetchConfig config, PrefetchCore core, InputStream in) throws IOException {
        var data = open(MODEL, config, in);
        core.model().read(data);
        core.judge().read(data);
        expect("bytes left over", 0, data.available());
    }

    /** @param bytesMax what may be written, at least {@value #FRAME_BYTES} */
    static void writeShard(
            PrefetchConfig config, PrefetchCore core, LongPredicate inShard, long bytesMax, OutputStream out)
            throws IOException {
        write(SHARD, config.sources(), out, data -> core.model().writeKeys(inShard, bytesMax - FRAME_BYTES, data));
    }

    /** @throws IOException if these are not the whole, unaltered bytes that {@link #writeShard} wrote */
    static void readShard(PrefetchConfig config, PrefetchCore core, InputStream in) throws IOException {
        var data = open(SHARD, config, in);
        core.model().mergeKeys(data);
        expect("bytes left over", 0, data.available());
    }

    private static void write(int magic, Set<Source> sources, OutputStream out, Body body) throws IOException {
        var bytes = new ByteArrayOutputStream(1 << 16);
        var data = new DataOutputStream(bytes);
        data.writeInt(magic);
        data.writeInt(VERSION);
        data.writeInt(bits(sources));
        body.write(data);
        var crc = new CRC32C();
        crc.update(bytes.toByteArray());
        data.writeInt((int) crc.getValue());
        bytes.writeTo(out);
    }

    private static DataInputStream open(int magic, PrefetchConfig config, InputStream in) throws IOException {
        int bytesMax = (int) Math.min(Integer.MAX_VALUE - 8, config.modelBytesMax() * 2 + AROUND);
        byte[] bytes = in.readNBytes(bytesMax);
        int end = bytes.length - Integer.BYTES;
        if (end < 3 * Integer.BYTES || bytes.length == bytesMax) {
            throw new IOException(
                    "a snapshot of the access model has between 16 and " + bytesMax + " bytes, not " + bytes.length);
        }
        var crc = new CRC32C();
        crc.update(bytes, 0, end);
        var data = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
        expect("magic", magic, data.readInt());
        expect("version", VERSION, data.readInt());
        int found = new DataInputStream(new ByteArrayInputStream(bytes, end, Integer.BYTES)).readInt();
        expect("CRC32C", found, (int) crc.getValue());
        expect("sources", bits(config.sources()), data.readInt());
        return data;
    }

    private static void expect(String what, int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException(
                    "%s of a snapshot of the access model: expected %08x, found %08x".formatted(what, expected, found));
        }
    }

    private static int bits(Set<Source> sources) {
        int bits = 0;
        for (var source : sources) {
            bits |= 1 << source.ordinal();
        }
        return bits;
    }
}
