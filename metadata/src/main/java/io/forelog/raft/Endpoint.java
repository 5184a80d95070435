package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.RaftEndpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A {@link MemberId} as MicroRaft knows it. */
record Endpoint(MemberId id) implements RaftEndpoint {

    private static final int ENCODED_BYTES_MIN = 6;

    @Override
    public Object getId() {
        return id;
    }

    static MemberId idOf(RaftEndpoint endpoint) {
        return ((Endpoint) endpoint).id();
    }

    static List<MemberId> idsOf(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(Endpoint::idOf).toList();
    }

    static List<RaftEndpoint> of(Collection<MemberId> ids) {
        return ids.stream().<RaftEndpoint>map(Endpoint::new).toList();
    }

    static void write(RaftEndpoint endpoint, FrameWriter target) {
        target.putName(idOf(endpoint).node());
        target.putInt(idOf(endpoint).incarnation());
    }

    static void writeAll(Collection<RaftEndpoint> endpoints, FrameWriter target) {
        target.putInt(endpoints.size());
        endpoints.forEach(endpoint -> write(endpoint, target));
    }

    static Endpoint read(FrameReader source) throws MalformedFrameException {
        var node = source.getName();
        var incarnation = source.getInt();
        try {
            return new Endpoint(new MemberId(node, incarnation));
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(e.getMessage());
        }
    }

    static List<RaftEndpoint> readAll(FrameReader source) throws MalformedFrameException {
        var count = source.getCount(ENCODED_BYTES_MIN);
        var endpoints = new ArrayList<RaftEndpoint>(count);
        for (var i = 0; i < count; i++) {
            endpoints.add(read(source));
        }
        return endpoints;
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
