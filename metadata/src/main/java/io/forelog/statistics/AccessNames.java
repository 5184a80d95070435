package io.forelog.statistics;

/**
 * What of an access has a name.
 *
 * @param key empty if it has none; not copied, and read only during the call
 * @param prefixLength how many leading bytes of the key are its locality prefix
 * @param reader who read, or empty
 * @param contentType of the value, or empty
 */
public record AccessNames(byte[] key, int prefixLength, String reader, String contentType) {

    /** Nothing is known by name. */
    public static final AccessNames NONE = new AccessNames(new byte[0], 0, "", "");
}
