package io.forelog.loadgen.client;

import org.jspecify.annotations.Nullable;

/**
 * A record to append. The array is handed over, not copied.
 *
 * @param key null for none
 * @param value any bytes
 */
public record NewRecord(@Nullable String key, byte[] value) {}
