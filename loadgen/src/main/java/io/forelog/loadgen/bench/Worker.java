package io.forelog.loadgen.bench;

import java.io.IOException;
import java.util.SplittableRandom;

/** One client of one peer in one case; for one thread at a time. */
interface Worker extends AutoCloseable {

    /** Does one operation, or hands one on. */
    void step() throws Exception;

    /** Returns when all that was handed on is acknowledged. */
    void finish() throws Exception;

    @Override
    void close() throws IOException;

    /** @param client its number among the case's clients */
    static Worker open(PeerLog log, BenchCase work, int records, int client) throws Exception {
        var payload = new Payload(work.bytes());
        return switch (work.operation()) {
            case APPEND -> of(log.appender(client), client, payload);
            case BULK -> of(log.bulkAppender(client), client, payload);
            case READ -> of(log.reader(client), new SplittableRandom(client), records, payload);
        };
    }

    private static Worker of(PeerLog.Appender appender, int client, Payload payload) {
        return new Worker() {
            private long next = (long) client << Integer.SIZE;

            @Override
            public void step() throws Exception {
                appender.append(payload.of(next++));
            }

            @Override
            public void finish() {}

            @Override
            public void close() throws IOException {
                appender.close();
            }
        };
    }

    private static Worker of(PeerLog.BulkAppender appender, int client, Payload payload) {
        return new Worker() {
            private long next = (long) client << Integer.SIZE;

            @Override
            public void step() throws Exception {
                appender.send(payload.of(next++));
            }

            @Override
            public void finish() throws Exception {
                appender.flush();
            }

            @Override
            public void close() throws IOException {
                appender.close();
            }
        };
    }

    private static Worker of(PeerLog.PointReader reader, SplittableRandom random, int records, Payload payload) {
        return new Worker() {
            @Override
            public void step() throws Exception {
                int number = random.nextInt(records);
                payload.check(number, reader.read(number));
            }

            @Override
            public void finish() {}

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }
}
