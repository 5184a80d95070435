package io.forelog.loadgen.bench;

import java.io.IOException;

/**
 * A log of a peer. Its clients are each for one thread; closed, its records are gone as far as the peer lets go of
 * them.
 */
interface PeerLog extends AutoCloseable {

    /** Appends one record and returns when it is acknowledged. */
    interface Appender extends AutoCloseable {
        void append(byte[] value) throws Exception;

        @Override
        void close() throws IOException;
    }

    /** Appends records as they come; {@link #flush} returns when all of them are acknowledged, or throws. */
    interface BulkAppender extends AutoCloseable {
        void send(byte[] value) throws Exception;

        void flush() throws Exception;

        @Override
        void close() throws IOException;
    }

    /** Reads one record by its number among those of {@link PeerLog#fill}. */
    interface PointReader extends AutoCloseable {
        byte[] read(int number) throws Exception;

        @Override
        void close() throws IOException;
    }

    Appender appender(int client) throws Exception;

    BulkAppender bulkAppender(int client) throws Exception;

    PointReader reader(int client) throws Exception;

    /** Appends records 0 to {@code count} - 1, so that readers find each by its number. */
    void fill(int count, Payload payload) throws Exception;

    /** Called between turns: lets go of what was appended, where it would only fill memory. */
    default void rest() throws IOException {}

    @Override
    void close() throws IOException;
}
