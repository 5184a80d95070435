package io.forelog.server.security;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What may be done to which logs: {@code read:orders-*}. What is not of one log, such as the list of nodes, needs the
 * permission for all, {@code *}.
 *
 * @param pattern a log's name, in which {@code *} stands for any text
 */
public record Permission(Verb verb, String pattern) {

    private static final Pattern FORM = Pattern.compile("(read|append|admin):([a-z0-9*_][a-z0-9._*-]{0,62})");
    private static final String ALL = "*";
    /** What names of the cluster's own logs begin with, and no others. */
    private static final String OWN = "_";

    /** @throws IllegalArgumentException if {@code text} is none; the message says what is */
    public static Permission parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a permission is read:LOG, append:LOG or admin:LOG, where * in LOG is any text, not '" + text
                            + "'");
        }
        var verb = Arrays.stream(Verb.values())
                .filter(each -> each.toString().equals(matcher.group(1)))
                .findFirst()
                .orElseThrow();
        return new Permission(verb, matcher.group(2));
    }

    boolean allows(Verb wanted, String log) {
        return verb.includes(wanted) && matches(pattern, log) || allowsEverywhere(Verb.ADMIN) && verb.includes(wanted);
    }

    boolean allowsEverywhere(Verb wanted) {
        return verb.includes(wanted) && pattern.equals(ALL);
    }

    /**
     * Returns whether a name fits a pattern; that of the cluster's own log only one that begins as it does, since it
     * tells of all logs. Linear in their lengths but for what each further asterisk adds.
     */
    public static boolean matches(String pattern, String name) {
        if (name.startsWith(OWN) && !pattern.startsWith(OWN)) {
            return false;
        }
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (in < name.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = in;
            } else if (at < pattern.length() && pattern.charAt(at) == name.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    @Override
    public String toString() {
        return verb + ":" + pattern;
    }
}
