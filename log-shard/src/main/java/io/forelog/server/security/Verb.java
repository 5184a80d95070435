package io.forelog.server.security;

import java.util.Locale;

/** What a permission allows. */
public enum Verb {
    /** To read records, and what is known of the log. */
    READ,
    /** To append records. */
    APPEND,
    /** To create, change, split and delete; and what the others allow. */
    ADMIN;

    boolean includes(Verb other) {
        return this == other || this == ADMIN;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
