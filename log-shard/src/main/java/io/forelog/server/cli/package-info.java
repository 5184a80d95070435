/**
 * Commands beside the node itself: keys and certificates. They speak to a node by HTTP only, and import nothing of the
 * server.
 */
@NullMarked
package io.forelog.server.cli;

import org.jspecify.annotations.NullMarked;
