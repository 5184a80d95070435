/**
 * A record as the bytes that leave the process for a shared cache: layout, checksum, and encryption.
 *
 * <p>Imports {@code record} only. Nothing that comes back is trusted: what does not check is a miss.
 */
@NullMarked
package io.forelog.cache.value;

import org.jspecify.annotations.NullMarked;
