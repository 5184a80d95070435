package io.forelog.record;

import org.jspecify.annotations.Nullable;

/** A record of a batch where it lies, not copied; valid only during the call that shows it, and on its thread. */
public interface RecordView {

    /** Returns the key's length in bytes, or -1 for a record without a key. */
    int keyLength();

    /** Returns the value's length in bytes. */
    int valueLength();

    int headerCount();

    /** Returns the hash of the key as {@link KeyHash#of(byte[], String)} does; the record must have one. */
    long keyHash(@Nullable String delimiter);

    LogRecord copy();
}
