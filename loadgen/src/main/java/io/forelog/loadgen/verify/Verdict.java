package io.forelog.loadgen.verify;

import java.util.List;

/**
 * What a check of a log against its history found.
 *
 * @param sent records sent
 * @param acknowledged of them, answered with an address
 * @param unknown of them, neither acknowledged nor refused
 * @param unknownPresent of the unknown ones, how many are there
 * @param foreign records of other runs
 * @param lost acknowledged and nowhere
 * @param doubled there more than once, or acknowledged with an address that another record had
 * @param reordered at another address than the acknowledged one, or behind one that was sent after its acknowledgement
 * @param altered there with another key or other bytes
 * @param phantoms refused and yet there
 * @param gaps offsets missing or repeated within a shard
 * @param findings the first faults in words
 */
public record Verdict(
        int sent,
        int acknowledged,
        int unknown,
        int unknownPresent,
        long foreign,
        int lost,
        int doubled,
        int reordered,
        int altered,
        int phantoms,
        long gaps,
        List<String> findings) {

    public Verdict {
        findings = List.copyOf(findings);
    }

    /** Returns whether the log kept its promises. */
    public boolean isFaultless() {
        return lost == 0 && doubled == 0 && reordered == 0 && altered == 0 && phantoms == 0 && gaps == 0;
    }
}
