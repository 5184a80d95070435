package io.forelog.storage;

/** What becomes of a segment: it goes through these in order, and may leave out those in the middle. */
public enum SegmentState {
    /** Appended to, or waiting to be sealed. */
    OPEN,
    /** Indexed, digested and forced; never written to again. */
    SEALED,
    /** Its batches are in the archive only; its index is here. */
    ARCHIVED,
    /** Gone by retention. */
    DELETED
}
