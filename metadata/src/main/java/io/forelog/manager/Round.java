package io.forelog.manager;

import java.util.List;

/**
 * What one decision round came to.
 *
 * @param proposals plans to start now, the most urgent first
 * @param descriptors all that are announced after this round, and those withdrawn or used by it
 * @param releases plans that spread the reads of a key, and end now
 * @param decisions with their reasons, also those not to act; bounded
 */
public record Round(
        List<Proposal> proposals, List<Descriptor> descriptors, List<Long> releases, List<Decision> decisions) {

    public Round {
        proposals = List.copyOf(proposals);
        descriptors = List.copyOf(descriptors);
        releases = List.copyOf(releases);
        decisions = List.copyOf(decisions);
    }
}
