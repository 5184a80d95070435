package io.forelog.server.security;

import java.util.List;

/**
 * Who calls.
 *
 * @param name unique, for quotas, the audit and the access model
 * @param isKnown whether credentials said so
 * @param requestsPerSecond its own quota, or 0 for what everyone has
 * @param bytesPerSecond likewise
 */
public record Principal(
        String name, boolean isKnown, List<Permission> permissions, long requestsPerSecond, long bytesPerSecond) {

    private static final List<Permission> EVERYTHING = List.of(new Permission(Verb.ADMIN, "*"));

    /** Everyone, where no authentication is asked for. */
    public static final Principal ANYONE = new Principal("anyone", false, EVERYTHING, 0, 0);

    public Principal {
        permissions = List.copyOf(permissions);
    }

    /** Returns who reads, without credentials, a log that anyone may read. */
    public static Principal reader(String log) {
        return new Principal("anyone", false, List.of(new Permission(Verb.READ, log)), 0, 0);
    }

    static Principal root() {
        return new Principal("root", true, EVERYTHING, 0, 0);
    }

    public boolean may(Verb verb, String log) {
        for (var permission : permissions) { // Asked with every call.
            if (permission.allows(verb, log)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the verb is allowed on all logs, and so on what is of none. */
    public boolean mayEverywhere(Verb verb) {
        return permissions.stream().anyMatch(permission -> permission.allowsEverywhere(verb));
    }
}
