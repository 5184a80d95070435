/**
 * The node: HTTP API, verticles, configuration, and {@code Node}, the one place that wires components. The only
 * package that knows Vert.x, HTTP and JSON.
 */
@NullMarked
package io.forelog.server;

import org.jspecify.annotations.NullMarked;
