package io.forelog.raft.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a log back after a stop of whatever kind.
 *
 * <p>The log is a chain of records. Where the chain breaks, either a crash tore the last write, and what is beyond was
 * never acknowledged: it is cut. Or bytes that were once forced have changed: the replica must stop, for silently
 * dropping them could lose a committed entry. The two are told apart by what lies beyond the break:
 * <ul>
 *   <li>A file's header is written when all before it is forced, so a break in any file but the newest is damage.
 *   <li>The first record after each force says so. If such a record is found whole beyond the break, the break was
 *       forced before, and is damage. The record of an orderly close is one too, and so is that of a log that found
 *       itself damaged.
 *   <li>Else the break is within the last write. If one other bit would mend it, that bit has changed, see
 *       {@link FlippedBit}. More that has changed in there cannot be told from a torn write: the limit of any log that
 *       forces once per commit (Alagappan et al., "Protocol-Aware Recovery", FAST 2018, section 3.3).
 * </ul>
 * Whole records of a torn write that lie beyond the cut are overwritten with zeros, lest a later recovery meet them.
 */
final class LogRecovery {

    private final FileRing ring;
    private final EntryIndex index;
    private final int fileBytes;

    LogRecovery(FileRing ring, EntryIndex index, int fileBytes) {
        this.ring = ring;
        this.index = index;
        this.fileBytes = fileBytes;
    }

    /** Fills the index and returns the tail at which to go on. */
    LogTail recover() throws IOException {
        var files = bornFiles(ring.open());
        if (files.isEmpty()) {
            var first = ring.advance(0, 0);
            return new LogTail(ring, fileBytes, first, LogFile.HEADER_BYTES, 0);
        }
        var bytes = ByteBuffer.allocate(fileBytes);
        var header = load(files.getFirst(), bytes);
        var scan = new Scan(header.chainSeed());
        for (var i = 0; i < files.size(); i++) {
            var last = i == files.size() - 1;
            scan.scan(files.get(i), bytes);
            if (last) {
                cut(files.get(i), bytes, scan);
            } else {
                var next = load(files.get(i + 1), bytes);
                if (next.previousEnd() != scan.position || next.chainSeed() != scan.chain) {
                    throw damaged(files.get(i), scan.position);
                }
            }
        }
        var newest = files.getLast();
        // What was read may still be in memory only; from here on it counts as durable.
        newest.file().force();
        return new LogTail(ring, fileBytes, newest, scan.position, scan.chain);
    }

    private List<LogFile> bornFiles(List<LogFile> files) throws IOException {
        var born = new ArrayList<>(files);
        for (var i = 1; i < files.size(); i++) {
            if (files.get(i).sequence() != files.get(i - 1).sequence() + 1) {
                throw new CorruptLogException(
                        "no file " + LogFile.name(files.get(i - 1).sequence() + 1));
            }
        }
        if (!born.isEmpty() && isUnborn(born.getLast())) {
            ring.unborn(born.removeLast());
        }
        return born;
    }

    /** A crash between a file's renaming and its header leaves a header of another life, and no records of this. */
    private boolean isUnborn(LogFile newest) throws IOException {
        var bytes = ByteBuffer.allocate(fileBytes);
        read(newest, bytes);
        if (LogFile.hasHeader(bytes, newest.sequence())) {
            return false;
        }
        if (wholeRecords(bytes, LogFile.HEADER_BYTES, newest.sequence()).end() > 0) {
            throw new CorruptLogException("header of " + LogFile.name(newest.sequence()) + " is damaged");
        }
        return true;
    }

    private LogFile.Header load(LogFile file, ByteBuffer bytes) throws IOException {
        read(file, bytes);
        var name = LogFile.name(file.sequence());
        var header = LogFile.readHeader(bytes, name);
        if (header.sequence() != file.sequence()) {
            throw new CorruptLogException(name + " holds the file of sequence " + header.sequence());
        }
        return header;
    }

    private void read(LogFile file, ByteBuffer bytes) throws IOException {
        if (file.file().size() != fileBytes) {
            throw new IOException(LogFile.name(file.sequence()) + " has "
                    + file.file().size() + " bytes, but files of " + fileBytes + " are configured");
        }
        file.file().read(bytes.clear(), 0);
        bytes.clear();
    }

    private void cut(LogFile file, ByteBuffer bytes, Scan scan) throws IOException {
        int position = scan.position;
        var beyond = wholeRecords(bytes, position, file.sequence());
        if (beyond.afterForce() || FlippedBit.isIn(bytes, position, file.sequence(), scan.chain)) {
            throw damaged(file, position);
        }
        if (beyond.end() > position) {
            file.file().write(ByteBuffer.allocate(beyond.end() - position), position);
        }
    }

    /**
     * Whole records of a file beyond a position.
     *
     * @param afterForce whether one of them says that all before it was forced
     * @param end end of the last, 0 if there is none
     */
    private record Beyond(boolean afterForce, int end) {}

    private static Beyond wholeRecords(ByteBuffer bytes, int from, long sequence) {
        var afterForce = false;
        var end = 0;
        for (var at = from; at + LogRecord.HEADER_BYTES <= bytes.limit(); at += LogRecord.ALIGNMENT) {
            if (LogRecord.valid(bytes, at, sequence)) {
                afterForce |= LogRecord.afterForce(bytes, at);
                end = at + LogRecord.size(LogRecord.payloadBytes(bytes, at));
            }
        }
        return new Beyond(afterForce, end);
    }

    private static CorruptLogException damaged(LogFile file, int position) {
        return new CorruptLogException(
                "a forced record of " + LogFile.name(file.sequence()) + " at " + position + " has changed on disk");
    }

    /** Follows the chain through one file after the other. */
    private final class Scan {

        private int chain;
        private int position;

        Scan(int chainSeed) {
            this.chain = chainSeed;
        }

        void scan(LogFile file, ByteBuffer bytes) throws IOException {
            position = LogFile.HEADER_BYTES;
            while (LogRecord.valid(bytes, position, file.sequence())
                    && LogRecord.previousCrc(bytes, position) == chain) {
                replay(file, bytes);
                chain = LogRecord.crcOf(bytes, position);
                position += LogRecord.size(LogRecord.payloadBytes(bytes, position));
            }
        }

        private void replay(LogFile file, ByteBuffer bytes) throws IOException {
            var at = LogRecord.index(bytes, position);
            switch (LogRecord.type(bytes, position)) {
                case ENTRY -> {
                    if (index.first() == index.end()) {
                        index.reset(at);
                    }
                    if (at != index.end()) {
                        throw new CorruptLogException("entry " + at + " follows entry " + (index.end() - 1) + " in "
                                + LogFile.name(file.sequence()) + " at " + position);
                    }
                    file.holds(at);
                    index.add(new EntryIndex.Location(
                            file.sequence(),
                            position,
                            LogRecord.payloadBytes(bytes, position),
                            LogRecord.term(bytes, position),
                            LogRecord.kind(bytes, position)));
                }
                case TRUNCATE -> index.truncateFrom(at);
                case RESET -> index.reset(at);
                case CLOSE, NONE -> {}
            }
        }
    }
}
