/**
 * Replays recorded reads against a server: appends a record for each key, then reads as the trace does, each client's
 * reads in order, and compares every value with what was appended. One replay is confined to one Vert.x context.
 */
@NullMarked
package io.forelog.loadgen.replay;

import org.jspecify.annotations.NullMarked;
