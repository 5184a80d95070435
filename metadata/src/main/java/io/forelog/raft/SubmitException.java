package io.forelog.raft;

import java.util.Optional;

/**
 * An operation that was not committed, as far as is known. Unless it is {@link OutcomeUnknown}, nothing was appended
 * and nothing will be.
 *
 * <p>Carries no stack trace: it is an answer, not a defect.
 */
public abstract sealed class SubmitException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private SubmitException(String message) {
        super(message, null, false, false);
    }

    /** Another member leads, or none at present: submit there, or try again shortly. */
    public static final class NotLeader extends SubmitException {

        private static final long serialVersionUID = 1;

        private final transient Optional<MemberId> leader;

        public NotLeader(String group, Optional<MemberId> leader) {
            super("this replica of " + group + " does not lead; leader: "
                    + leader.map(MemberId::toString).orElse("unknown"));
            this.leader = leader;
        }

        /** Returns who leads, or is about to. */
        public Optional<MemberId> leader() {
            return leader;
        }
    }

    /** No leader can be elected from here, for too few voters are reachable. */
    public static final class NoQuorum extends SubmitException {

        private static final long serialVersionUID = 1;

        public NoQuorum(String group, int reachable, int voters) {
            super(reachable + " of " + voters + " voters of " + group + " are reachable");
        }
    }

    /** The operation may yet commit, or not: submitting it again may apply it twice. */
    public static final class OutcomeUnknown extends SubmitException {

        private static final long serialVersionUID = 1;

        public OutcomeUnknown(String group, String reason) {
            super("operation on " + group + " may have been committed or not: " + reason);
        }
    }

    /** Too much is pending: submit later. */
    public static final class Overloaded extends SubmitException {

        private static final long serialVersionUID = 1;

        public Overloaded(String group, long entries, long bytes) {
            super(group + " has " + entries + " entries of " + bytes + " bytes pending");
        }
    }

    /** The write-ahead log of the leader has no room. */
    public static final class StorageFull extends SubmitException {

        private static final long serialVersionUID = 1;

        public StorageFull(String group, String reason) {
            super("no room in the log of " + group + ": " + reason);
        }
    }

    /** This replica has stopped. */
    public static final class Stopped extends SubmitException {

        private static final long serialVersionUID = 1;

        public Stopped(String group) {
            super("this replica of " + group + " has stopped");
        }
    }
}
