package io.forelog.raft.wal;

/**
 * Size of a write-ahead log.
 *
 * @param fileBytes size of each preallocated file, and so a bound on an entry. Too small: a roll, which forces twice,
 *     comes often; too large: a checkpoint frees room late, and a replica takes long to create
 * @param filesKept files in use and free together that are kept in any case; more are while they were needed lately.
 *     Too small: each burst fills files with zeros first; too large: idle disk. Two more than what is written between
 *     two checkpoints is right
 * @param filesMax bound of the ring: with this many files in use appends are refused until a checkpoint frees some.
 *     Too small: a slow checkpoint stops writes; too large: a stuck one fills the disk
 */
public record WalConfig(int fileBytes, int filesKept, int filesMax) {

    public static final WalConfig DEFAULT = new WalConfig(32 << 20, 6, 64);

    private static final int FILE_BYTES_MIN = 4 << 10;

    public WalConfig {
        if (fileBytes < FILE_BYTES_MIN || fileBytes % LogRecord.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "fileBytes must be at least " + FILE_BYTES_MIN + " and a multiple of 8: " + fileBytes);
        }
        if (filesKept < 2 || filesMax < filesKept) {
            throw new IllegalArgumentException("need 2 <= filesKept <= filesMax: " + filesKept + ", " + filesMax);
        }
    }

    /** Returns the largest payload that fits a file. */
    public int payloadBytesMax() {
        return fileBytes - LogFile.HEADER_BYTES - LogRecord.HEADER_BYTES;
    }
}
