package io.forelog.server.security;

/**
 * Credentials are missing, malformed, unknown, forged or past. The message says which, and nothing of what they were.
 */
public final class UnauthenticatedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnauthenticatedException(String message) {
        super(message, null, false, false);
    }
}
