/**
 * Spans sent to a collector. The only package that knows how OpenTelemetry keeps and sends them; the API's calls know
 * no more than OpenTelemetry's interface. May import nothing of Forelog.
 */
@NullMarked
package io.forelog.server.telemetry;

import org.jspecify.annotations.NullMarked;
