package io.forelog.loadgen.bench;

import java.io.IOException;
import java.util.List;

/** A stream of {@link RedisPeer}. Record i of those that are read has the id (i+1)-0. */
final class RedisStream implements PeerLog {

    private static final int PIPELINE = 64;
    private static final int WAIT_MILLIS = 10_000;
    private static final int REPLICAS_MIN = 1;

    private final int port;
    private final String stream;
    private final Durability durability;
    private final boolean replicated;
    private boolean isFilled;

    RedisStream(int port, String stream, Durability durability, boolean replicated) {
        this.port = port;
        this.stream = stream;
        this.durability = durability;
        this.replicated = replicated;
    }

    /** How often Redis forces is for the whole server, and one case runs at a time. */
    private RedisConnection connect() throws IOException {
        var connection = new RedisConnection(port);
        connection.call("CONFIG", "SET", "appendfsync", durability == Durability.ALWAYS ? "always" : "everysec");
        return connection;
    }

    @Override
    public Appender appender(int client) throws IOException {
        var pipeline = new Pipeline(connect(), 1);
        return new Appender() {
            @Override
            public void append(byte[] value) throws IOException {
                pipeline.send(value);
            }

            @Override
            public void close() throws IOException {
                pipeline.close();
            }
        };
    }

    @Override
    public BulkAppender bulkAppender(int client) throws IOException {
        return new Pipeline(connect(), PIPELINE);
    }

    @Override
    public PointReader reader(int client) throws IOException {
        var connection = connect();
        return new PointReader() {
            @Override
            public byte[] read(int number) throws IOException {
                var id = (number + 1) + "-0";
                // [[id, [field, value]]]
                if (connection.call("XRANGE", stream, id, id, "COUNT", "1") instanceof List<?> entries
                        && entries.size() == 1
                        && entries.getFirst() instanceof List<?> entry
                        && entry.get(1) instanceof List<?> fields
                        && fields.get(1) instanceof byte[] value) {
                    return value;
                }
                throw new IOException("Redis has no record " + id);
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    @Override
    public void fill(int count, Payload payload) throws IOException {
        isFilled = true;
        try (var connection = connect()) {
            for (int from = 0; from < count; from += PIPELINE) {
                int end = Math.min(count, from + PIPELINE);
                for (int i = from; i < end; i++) {
                    connection.write("XADD", stream, (i + 1) + "-0", "f", payload.of(i));
                }
                connection.flush();
                for (int i = from; i < end; i++) {
                    connection.reply();
                }
            }
        }
    }

    @Override
    public void rest() throws IOException {
        if (!isFilled) {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        try (var connection = connect()) {
            connection.call("DEL", stream);
        }
    }

    /** Appends that are sent together; their replies are read before the next are sent. */
    private final class Pipeline implements BulkAppender {

        private final RedisConnection connection;
        private final int depth;
        private int waiting;

        Pipeline(RedisConnection connection, int depth) {
            this.connection = connection;
            this.depth = depth;
        }

        @Override
        public void send(byte[] value) throws IOException {
            connection.write("XADD", stream, "*", "f", value);
            if (++waiting == depth) {
                flush();
            }
        }

        @Override
        public void flush() throws IOException {
            if (waiting == 0) {
                return;
            }
            if (replicated) {
                connection.write("WAIT", REPLICAS_MIN, WAIT_MILLIS);
            }
            connection.flush();
            for (; waiting > 0; waiting--) {
                connection.reply();
            }
            if (replicated && !(connection.reply() instanceof Long replicas && replicas >= REPLICAS_MIN)) {
                throw new IOException("no replica of Redis had the records within " + WAIT_MILLIS + " ms");
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
