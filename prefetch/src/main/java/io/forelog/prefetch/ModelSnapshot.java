package io.forelog.prefetch;

import io.forelog.prefetch.model.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * What was learnt, as bytes: magic, version, the sources in use, length, the tables, and a CRC32C of all before it.
 * Big endian.
 */
final class ModelSnapshot {

    private static final int MAGIC = 0x464c414d;
    private static final int VERSION = 1;

    private ModelSnapshot() {}

    static void write(Set<Source> sources, PrefetchCore core, OutputStream out) throws IOException {
        var bytes = new ByteArrayOutputStream(1 << 16);
        var data = new DataOutputStream(bytes);
        data.writeInt(MAGIC);
        data.writeInt(VERSION);
        data.writeInt(bits(sources));
        core.model().write(data);
        core.judge().write(data);
        var crc = new CRC32C();
        crc.update(bytes.toByteArray());
        data.writeInt((int) crc.getValue());
        bytes.writeTo(out);
    }

    /** @throws IOException if these are not the whole, unaltered bytes of a snapshot of the same version and sources */
    static void read(Set<Source> sources, PrefetchCore core, InputStream in) throws IOException {
        byte[] bytes = in.readAllBytes();
        int end = bytes.length - Integer.BYTES;
        if (end < 3 * Integer.BYTES) {
            throw new IOException("a snapshot of the access model is longer than " + bytes.length + " bytes");
        }
        var crc = new CRC32C();
        crc.update(bytes, 0, end);
        var data = new DataInputStream(new ByteArrayInputStream(bytes));
        expect("magic", MAGIC, data.readInt());
        expect("version", VERSION, data.readInt());
        expect("CRC32C", new DataInputStream(new ByteArrayInputStream(bytes, end, Integer.BYTES)).readInt(), (int) crc.getValue());
        expect("sources", bits(sources), data.readInt());
        core.model().read(data);
        core.judge().read(data);
    }

    private static void expect(String what, int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException("%s of a snapshot of the access model: expected %08x, found %08x".formatted(what, expected, found));
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
