package io.forelog.loadgen.load;

import java.util.List;
import java.util.Map;

/**
 * What loads that ran at the same time came to.
 *
 * @param loads in the order asked for, at least one
 * @param memory of each node by its name, in order of time; of nodes that do not tell it, nothing
 */
public record LoadResults(List<LoadResult> loads, Map<String, List<MemoryWatch.Point>> memory) {

    /** Returns whether all of them succeeded. */
    public boolean isSuccess() {
        return loads.stream().allMatch(LoadResult::isSuccess);
    }
}
