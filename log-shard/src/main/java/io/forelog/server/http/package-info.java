/**
 * The HTTP API: requests taken apart, calls on the node, answers put together.
 *
 * <p>Routing is by raw path segments and not by a library's router: a key in a path is bytes, which need not be
 * text, and the calls that are made most, a point read and an append, must cost no regular expression.
 */
@NullMarked
package io.forelog.server.http;

import org.jspecify.annotations.NullMarked;
