/**
 * Changes of a log's shards as values: what is to be done, why, what it costs and gains, and how far it has come. The
 * metadata keeps plans, the manager proposes them, replication carries them out; this is what they agree on.
 *
 * <p>Imports nothing of ours.
 */
@NullMarked
package io.forelog.plan;

import org.jspecify.annotations.NullMarked;
