/**
 * Proof that a log kept what it acknowledged: what was sent and answered is written down while a load runs, and
 * compared with what the log holds afterwards. Knows nothing of HTTP.
 */
@NullMarked
package io.forelog.loadgen.verify;

import org.jspecify.annotations.NullMarked;
