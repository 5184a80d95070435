package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;

/** Comparison of records, which as Java records compare their arrays by identity. */
public final class Records {

    private Records() {}

    /** Asserts that {@code record} is the one of {@link TestOwner} under {@code address}. */
    public static void assertRight(GlobalAddress address, LogRecord record) {
        assertSame(record, TestOwner.recordAt(address));
    }

    public static void assertSame(LogRecord record, LogRecord expected) {
        assertThat(record.key()).isEqualTo(expected.key());
        assertThat(record.value()).isEqualTo(expected.value());
        assertThat(record.headers()).isEqualTo(expected.headers());
        assertThat(record.timestamp()).isEqualTo(expected.timestamp());
    }
}
