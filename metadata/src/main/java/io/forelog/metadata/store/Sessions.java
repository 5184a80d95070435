package io.forelog.metadata.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which commands were applied: what makes a command that was sent twice be applied once (Ongaro, "Consensus: Bridging
 * Theory and Practice", section 6.3). Part of the replicated state. Of a session are remembered the numbers from the
 * lowest for which its submitter still waits, so at most as many as may be pending; whatever is below was answered or
 * given up, and is not applied any more. Sessions are forgotten from {@value #SESSIONS_MAX} on, the least recently
 * heard of first. Confined to the thread that applies.
 */
final class Sessions {

    static final int SESSIONS_MAX = 1000;

    enum Outcome {
        APPLIED,
        REFUSED
    }

    private final Map<Long, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Session {

        private long pendingFrom;
        private final TreeMap<Long, Outcome> outcomes = new TreeMap<>();
    }

    /**
     * Returns whether a command was neither applied nor given up before; to be told by {@link #record} what came of it.
     */
    boolean isNew(Submission submission) {
        var session = sessions.computeIfAbsent(submission.session(), unseen -> new Session());
        if (sessions.size() > SESSIONS_MAX) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        if (submission.pendingFrom() > session.pendingFrom) {
            session.pendingFrom = submission.pendingFrom();
            session.outcomes.headMap(session.pendingFrom).clear();
        }
        return submission.sequence() >= session.pendingFrom && !session.outcomes.containsKey(submission.sequence());
    }

    void record(Submission submission, Outcome outcome) {
        var session = sessions.get(submission.session());
        if (session == null) {
            throw new IllegalStateException("not asked about before: " + submission);
        }
        session.outcomes.put(submission.sequence(), outcome);
    }

    /** Returns what came of a command, or null if nothing is known of it. */
    @Nullable
    Outcome outcome(long session, long sequence) {
        var known = sessions.get(session);
        return known == null ? null : known.outcomes.get(sequence);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(sessions.size());
        for (var entry : sessions.entrySet()) {
            out.writeLong(entry.getKey());
            out.writeLong(entry.getValue().pendingFrom);
            out.writeInt(entry.getValue().outcomes.size());
            for (var outcome : entry.getValue().outcomes.entrySet()) {
                out.writeLong(outcome.getKey());
                out.writeBoolean(outcome.getValue() == Outcome.APPLIED);
            }
        }
    }

    /** Replaces all that is remembered. */
    void read(DataInputStream in) throws IOException {
        sessions.clear();
        for (int left = in.readInt(); left > 0; left--) {
            var session = new Session();
            sessions.put(in.readLong(), session);
            session.pendingFrom = in.readLong();
            for (int outcomes = in.readInt(); outcomes > 0; outcomes--) {
                session.outcomes.put(in.readLong(), in.readBoolean() ? Outcome.APPLIED : Outcome.REFUSED);
            }
        }
    }
}
