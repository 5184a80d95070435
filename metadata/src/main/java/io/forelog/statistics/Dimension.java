package io.forelog.statistics;

/** By what the most frequent are told. The order is part of the snapshot's format. */
public enum Dimension {
    KEY,
    /** Locality prefix of the key. */
    PREFIX,
    READER,
    CONTENT_TYPE
}
