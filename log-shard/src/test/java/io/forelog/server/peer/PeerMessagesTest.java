package io.forelog.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.cache.Outcome;
import io.forelog.error.CommitUnknownException;
import io.forelog.error.DiskFullException;
import io.forelog.error.ForelogException;
import io.forelog.error.LogExistsException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoQuorumException;
import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.error.OverloadedException;
import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
import io.forelog.error.RecordExpiredException;
import io.forelog.error.RecordTooLargeException;
import io.forelog.error.ShardSealedException;
import io.forelog.error.WrongShardException;
import io.forelog.raft.MemberId;
import io.forelog.record.Compression;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.ShardId;
import io.forelog.server.peer.Messages.Append;
import io.forelog.server.peer.Messages.Stopped;
import io.forelog.server.peer.ReadMessages.Point;
import io.forelog.server.peer.ReadMessages.PointAnswers;
import io.forelog.server.peer.ReadMessages.Query;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages and failures as bytes, and bytes that are none. */
class PeerMessagesTest {

    private static final LogRecord RECORD = new LogRecord(
            new byte[] {1, 2}, new byte[] {3}, List.of(new LogRecord.Header("name", "text")), 1_700_000_000_000L);

    private static RecordBatch batch() {
        return new RecordBatchBuilder(Compression.NONE).add(RECORD).build();
    }

    private static Buffer written(PeerMessage message) {
        var out = new WireWriter(message.sizeHint());
        message.write(out);
        return out.end();
    }

    static List<ForelogException> everyFailure() {
        return List.of(
                new CommitUnknownException("who knows"),
                new DiskFullException("full"),
                new LogExistsException("exists"),
                new NoLeaderException("none", "b"),
                new NoLeaderException("none"),
                new NoQuorumException("few"),
                new NoSuchLogException("log"),
                new NoSuchRecordException(1, 2, 3),
                new NoSuchShardException("log", 4),
                new OffsetMismatchException(1, 2, 3),
                new OverloadedException("busy", Duration.ofMillis(250)),
                new ProducerFencedException("7", 1, 2),
                new ProducerGapException("7", 9, 5),
                new RecordExpiredException(1, 2, 3),
                new RecordTooLargeException("large"),
                new ShardSealedException(1, List.of(2, 3)),
                new WrongShardException(1, 2));
    }

    @ParameterizedTest
    @MethodSource("everyFailure")
    void everyFailureComesOutAsItWas(ForelogException failure) {
        var out = new WireWriter(64);
        Failures.write(failure, out);

        var read = WireReader.read(out.end(), Failures::read);

        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("cause", "stackTrace")
                .isEqualTo(failure);
        assertThat(read).hasSameClassAs(failure).hasMessage(failure.getMessage());
    }

    @Test
    void aDefectOfThePeerIsAnUnknownOutcome() {
        var out = new WireWriter(64);
        Failures.write(new NullPointerException("oh"), out);

        assertThat(WireReader.read(out.end(), Failures::read))
                .isInstanceOfSatisfying(
                        PeerException.class, e -> assertThat(e.mayHaveArrived()).isTrue());
    }

    @Test
    void anAppendComesOutAsItWent() {
        var sent = new Append(new ShardId(7, 3), batch(), 1201, true, false);

        var read = WireReader.read(written(sent), Append::read);

        assertThat(read.batch().buffer()).isEqualTo(sent.batch().buffer());
        assertThat(List.of(read.shard(), read.nextOffset(), read.forced(), read.everywhere()))
                .isEqualTo(List.of(sent.shard(), 1201L, true, false));
    }

    @Test
    void aReplicaThatStoppedIsNamedWithItsIncarnation() {
        var sent = new Stopped(3, new MemberId("n2", 7));

        assertThat(WireReader.read(written(sent), Stopped::read)).isEqualTo(sent);
    }

    @Test
    void aRecordThatWasAlteredOnTheWayIsNotTaken() {
        var sent = new PointAnswers(List.of(new Point(new GlobalAddress(1, 2, 3), new Outcome.Found<>(RECORD))));
        var bytes = written(sent);
        int last = bytes.length() - 1;
        bytes.setByte(last, (byte) (bytes.getByte(last) + 1));

        assertThatThrownBy(() -> WireReader.read(bytes, PointAnswers::read))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void aMessageOfAnotherVersionIsRefusedWithBothVersions() {
        var bytes = written(new Query(new ShardId(1, 2), new byte[0], 3, 4)).setByte(0, (byte) 9);

        assertThatThrownBy(() -> WireReader.read(bytes, Query::read))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContainingAll("9", "1");
    }

    @Test
    void anyCutOrAlteredMessageIsReadOrRefusedAndNothingElse() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        List<PeerMessage> sent = List.of(
                new Append(new ShardId(7, 3), batch(), 1201, true, false),
                new Messages.Batches(List.of(batch(), batch())),
                new PointAnswers(List.of(new Point(new GlobalAddress(1, 2, 3), new Outcome.Found<>(RECORD)))),
                new ReadMessages.Offsets(new long[] {1, 2, 3}));
        List<Function<WireReader, ?>> readers =
                List.of(Append::read, Messages.Batches::read, PointAnswers::read, ReadMessages.Offsets::read);
        for (int i = 0; i < 20_000; i++) {
            int which = random.nextInt(sent.size());
            byte[] bytes = written(sent.get(which)).getBytes();
            if (random.nextBoolean()) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            var altered = Buffer.buffer(bytes);
            try {
                WireReader.read(altered, readers.get(which));
            } catch (MalformedMessageException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void aClaimedLengthAllocatesNothing() {
        var claims = Buffer.buffer().appendByte(WireWriter.VERSION).appendInt(Integer.MAX_VALUE);

        assertThatThrownBy(() -> WireReader.read(claims, Messages.Opaque::read))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> WireReader.read(claims, ReadMessages.Offsets::read))
                .isInstanceOf(MalformedMessageException.class);
    }
}
