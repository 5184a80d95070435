package io.forelog.cache;

import io.forelog.cache.value.ValueCodec;
import io.forelog.cache.value.ValueSealer;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import org.jspecify.annotations.Nullable;

/** Records as what the shared tiers hold, and back. */
record Values(ValueSealer sealer) {

    byte[] encode(GlobalAddress address, LogRecord record) {
        return sealer.seal(address, ValueCodec.encode(address, record));
    }

    /** Returns the record, or null if {@code bytes} do not check. */
    @Nullable
    LogRecord decode(GlobalAddress address, byte[] bytes) {
        var plain = sealer.open(address, bytes);
        return plain == null ? null : ValueCodec.decode(address, plain);
    }
}
