/**
 * Who calls, what they may do and how much of it: API keys, JSON Web Tokens, permissions by log, quotas, the audit of
 * administrative calls, and the certificates by which nodes know each other.
 *
 * <p>Knows no HTTP but for the text of an {@code Authorization} header. Invariant: no secret is kept, logged or given
 * out again once it was made; what is kept is its hash.
 */
@NullMarked
package io.forelog.server.security;

import org.jspecify.annotations.NullMarked;
