package io.forelog.storage;

import java.nio.ByteBuffer;
import net.openhft.chronicle.wire.Wires;

/**
 * Walks the excerpts of a Chronicle file by their four-byte headers alone, without its header or index words:
 * those have no checksum. The buffer is little-endian. Each excerpt begins at a multiple of four.
 *
 * <p>Confined to one thread.
 */
final class Excerpts {

    private final ByteBuffer file;
    private int next;
    private int position;
    private int length;

    /** Walks from {@code from} on, where an excerpt's header is. */
    Excerpts(ByteBuffer file, int from) {
        this.file = file;
        this.next = from;
    }

    /**
     * Goes to the next excerpt with data.
     *
     * @return false at the first place where no whole, ready excerpt begins
     */
    boolean next() {
        while (next <= file.limit() - Integer.BYTES) {
            int header = file.getInt(next);
            if (header == Wires.NOT_INITIALIZED || Wires.isNotComplete(header)) {
                return false;
            }
            length = Wires.lengthOf(header);
            position = next + Integer.BYTES;
            if (length > file.limit() - position) {
                return false;
            }
            next = (position + length + 3) & ~3;
            if (Wires.isReadyData(header)) {
                return true;
            }
        }
        return false;
    }

    /** Returns where the walk stands: the next excerpt's header, or the place where there is none. */
    int nextHeader() {
        return next;
    }

    /** Returns where the excerpt's content begins. */
    int position() {
        return position;
    }

    /** Returns the length of its content in bytes. */
    int length() {
        return length;
    }
}
