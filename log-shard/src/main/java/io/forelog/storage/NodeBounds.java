package io.forelog.storage;

/**
 * What all logs of a node share, and must not take more of than the node has.
 *
 * @param openQueues the Chronicle queues that are open
 * @param mappedSegments the segments that are mapped
 * @param scrubPace told of what is appended
 */
record NodeBounds(OpenQueues openQueues, MappedSegments mappedSegments, ScrubPace scrubPace) {

    static NodeBounds of(StorageConfig config) {
        return new NodeBounds(
                new OpenQueues(config.openQueuesMax()),
                new MappedSegments(config.mappedSegmentsMax()),
                new ScrubPace());
    }
}
