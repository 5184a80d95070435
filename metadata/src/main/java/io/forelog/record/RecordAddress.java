package io.forelog.record;

/**
 * Where a record is in its log: written {@code 3:1201}. Means the same record for ever.
 *
 * @param shard the shard's number, from 0
 * @param offset the dense position in the shard, from 0
 */
public record RecordAddress(int shard, long offset) {

    public RecordAddress {
        if (shard < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "an address is SHARD:OFFSET, neither below 0, not " + shard + ":" + offset);
        }
    }

    /**
     * Reads an address as {@link #toString} writes it.
     *
     * @throws IllegalArgumentException if {@code text} is not one; the message says what is expected
     */
    public static RecordAddress parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new RecordAddress(
                    Integer.parseInt(text, 0, Math.max(colon, 0), 10),
                    Long.parseLong(text, colon + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("an address is SHARD:OFFSET such as 3:1201, not '" + text + "'", e);
        }
    }

    @Override
    public String toString() {
        return shard + ":" + offset;
    }
}
