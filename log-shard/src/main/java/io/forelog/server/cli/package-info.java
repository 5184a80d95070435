/**
 * Commands beside the node itself: keys, certificates, backup and restore. They speak to a node by HTTP only, and
 * import of the server {@code security} for certificates and {@code backup}, nothing else. How they end, and the node
 * itself, when they are used wrongly says {@link io.forelog.server.cli.Commands}.
 */
@NullMarked
package io.forelog.server.cli;

import org.jspecify.annotations.NullMarked;
