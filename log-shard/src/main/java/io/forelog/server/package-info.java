/**
 * The node: {@code Node} wires its components, verticles run them on event loops, {@code http} speaks to clients.
 * With its subpackages the only package that knows Vert.x, HTTP and JSON.
 */
@NullMarked
package io.forelog.server;

import org.jspecify.annotations.NullMarked;
