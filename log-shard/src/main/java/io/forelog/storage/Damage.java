package io.forelog.storage;

/**
 * Something in a segment's file that is not as it was written.
 *
 * @param offset the first record that it concerns
 * @param position where in the file, in bytes
 * @param what what is wrong there
 */
public record Damage(long offset, long position, String what) {

    @Override
    public String toString() {
        return "offset " + offset + ", position " + position + ": " + what;
    }
}
