package io.forelog.raft.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small value on disk that is replaced as a whole: a term and vote, a manifest. The file is preallocated, so a full
 * disk cannot hinder a replacement.
 *
 * <p>The value is written to two slots, one after the other, each forced. A crash in between leaves one of them whole.
 * Once a replacement has returned, both hold it: a flipped bit then damages one copy only, and never brings back an
 * older vote. Not thread-safe.
 */
public final class SlotFile implements Closeable {

    private static final int HEADER_BYTES = 16;
    private static final long NONE = 0;

    private final WalFile file;
    private final int slotBytes;
    private long generation = NONE;
    private Optional<ByteBuffer> value = Optional.empty();

    private SlotFile(WalFile file, int slotBytes) {
        this.file = file;
        this.slotBytes = slotBytes;
    }

    /**
     * Opens the file {@code name}, or makes it.
     *
     * @param bytesMax largest value
     * @throws CorruptLogException if there was a value and both copies are damaged
     */
    public static SlotFile open(WalStorage storage, String name, int bytesMax) throws IOException {
        if (!storage.names().contains(name)) {
            var slotBytes = bytesMax + HEADER_BYTES;
            // Under its final name only when whole, so that a crash midway leaves nothing to misread.
            var temporary = name + ".new";
            storage.delete(temporary);
            var file = storage.allocate(temporary, 2L * slotBytes);
            storage.rename(temporary, name);
            return new SlotFile(file, slotBytes);
        }
        var file = storage.open(name);
        var slots = new SlotFile(file, (int) (file.size() / 2));
        try {
            slots.recover(name);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return slots;
    }

    /** Returns the value last written. */
    public Optional<ByteBuffer> read() {
        return value.map(ByteBuffer::asReadOnlyBuffer);
    }

    /** Returns the size of the largest value. */
    public int bytesMax() {
        return slotBytes - HEADER_BYTES;
    }

    /** Replaces the value, durably. */
    public void write(ByteBuffer newValue) throws IOException {
        if (newValue.remaining() > bytesMax()) {
            throw new IllegalArgumentException(newValue.remaining() + " bytes exceed a slot of " + bytesMax());
        }
        var slot = ByteBuffer.allocate(HEADER_BYTES + newValue.remaining());
        slot.putInt(0).putInt(newValue.remaining()).putLong(generation + 1).put(newValue.duplicate());
        slot.putInt(0, crc(slot, newValue.remaining()));
        for (var position : new long[] {0, slotBytes}) {
            file.write(slot.clear(), position);
            file.force();
        }
        generation++;
        value = Optional.of(slot.slice(HEADER_BYTES, newValue.remaining()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void recover(String name) throws IOException {
        var blank = true;
        for (var position : new long[] {0, slotBytes}) {
            var header = ByteBuffer.allocate(HEADER_BYTES);
            file.read(header, position);
            var length = header.getInt(4);
            blank &= length == 0 && header.getLong(8) == NONE;
            if (length >= 0 && length <= bytesMax()) {
                recover(position, length);
            }
        }
        // The first write may have been torn before it returned: then the second slot was never touched.
        if (generation == NONE && !blank && secondTouched()) {
            throw new CorruptLogException("both copies in " + name + " are damaged");
        }
    }

    private void recover(long position, int length) throws IOException {
        var slot = ByteBuffer.allocate(HEADER_BYTES + length);
        file.read(slot, position);
        if (slot.getInt(0) == crc(slot, length) && slot.getLong(8) > generation) {
            generation = slot.getLong(8);
            value = Optional.of(slot.slice(HEADER_BYTES, length));
        }
    }

    private boolean secondTouched() throws IOException {
        var header = ByteBuffer.allocate(HEADER_BYTES);
        file.read(header, slotBytes);
        return header.getInt(4) != 0 || header.getLong(8) != NONE;
    }

    private static int crc(ByteBuffer slot, int length) {
        var crc = new CRC32C();
        crc.update(slot.slice(4, HEADER_BYTES - 4 + length));
        return (int) crc.getValue();
    }
}
