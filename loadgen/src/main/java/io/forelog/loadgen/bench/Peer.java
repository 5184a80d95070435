package io.forelog.loadgen.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * A system under comparison: servers that were started for it, and its own client. Closed, it leaves nothing running.
 */
interface Peer extends AutoCloseable {

    /** How the report calls it. */
    String name();

    /** Of the servers, as they tell it. */
    String version();

    /** What the servers and the client were told, a line each. */
    List<String> settings();

    /** The servers' processes, by which processor time and memory are told. */
    Stream<ProcessHandle> servers();

    /**
     * Makes a log, a topic, a stream.
     *
     * @param name letters, digits and hyphens
     */
    PeerLog create(String name, Durability durability) throws Exception;

    @Override
    void close();
}
