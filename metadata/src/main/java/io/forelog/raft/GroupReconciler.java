package io.forelog.raft;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a group that is led here to the members that it should have, one step after another: whoever leads calls
 * {@link #advance} now and then, and it begins the next step if the last is done. It keeps nothing that matters: a new
 * leader's reconciler goes on from what the group is by then. Safe for use by several threads; never blocks.
 */
public final class GroupReconciler {

    private static final Logger LOG = LoggerFactory.getLogger(GroupReconciler.class);

    private final ReplicatedGroup group;
    private final ReconcilerConfig config;
    private final LongSupplier nanoTime;
    private boolean underWay;
    private int failures;
    private long notBeforeNanos;
    private int term = -1;
    /** The members that the last step made are those of this entry; an older status shows those before. */
    private long membershipIndex;

    private Optional<MemberId> settling = Optional.empty();
    private long settlingNanos;

    /** Creates it; {@code nanoTime} is the group's own clock, {@link RaftRuntime#nanoTime()}. */
    public GroupReconciler(ReplicatedGroup group, ReconcilerConfig config, LongSupplier nanoTime) {
        this.group = group;
        this.config = config;
        this.nanoTime = nanoTime;
        this.notBeforeNanos = nanoTime.getAsLong();
    }

    /** Begins the next step towards {@code wanted}, if this member leads and it is time for one; returns what it is. */
    public synchronized Optional<GroupStep> advance(WantedMembers wanted) {
        var status = group.status();
        if (!status.leading()) {
            settling = Optional.empty();
            return Optional.empty();
        }
        if (status.term() != term) {
            term = status.term();
            membershipIndex = 0;
        }
        if (underWay
                || nanoTime.getAsLong() - notBeforeNanos < 0
                || status.membership().index() < membershipIndex) {
            return Optional.empty();
        }
        var step = new NextStep(status, wanted, config, group.founders()).find();
        if (step.isEmpty() || !hasSettled(step.get(), wanted)) {
            return Optional.empty();
        }
        begin(step.get());
        return step;
    }

    /** Leadership that moves only because another is preferred waits until that one has been there for a while. */
    private boolean hasSettled(GroupStep step, WantedMembers wanted) {
        if (!(step instanceof GroupStep.Transfer transfer)
                || !wanted.members().contains(group.status().self())) {
            settling = Optional.empty();
            return true;
        }
        var now = nanoTime.getAsLong();
        if (settling.isEmpty() || !settling.get().equals(transfer.to())) {
            settling = Optional.of(transfer.to());
            settlingNanos = now;
        }
        return now - settlingNanos >= config.settle().toNanos();
    }

    private void begin(GroupStep step) {
        underWay = true;
        LOG.info("{}: {}", group.name(), step);
        switch (step) {
            case GroupStep.Add add -> change(step, group.addLearner(add.member()));
            case GroupStep.Promote promote -> change(step, group.promote(promote.member()));
            case GroupStep.Remove remove -> change(step, group.remove(remove.member()));
            case GroupStep.Transfer transfer ->
                group.transferLeadership(transfer.to()).whenComplete((done, failure) -> {
                    if (failure == null) {
                        done(0);
                    } else {
                        failed(step, failure);
                    }
                });
        }
    }

    private void change(GroupStep step, CompletableFuture<Membership> change) {
        change.whenComplete((membership, failure) -> {
            if (failure == null) {
                done(membership.index());
            } else {
                failed(step, failure);
            }
        });
    }

    private synchronized void done(long index) {
        underWay = false;
        failures = 0;
        settling = Optional.empty();
        membershipIndex = Math.max(membershipIndex, index);
    }

    private synchronized void failed(GroupStep step, Throwable failure) {
        underWay = false;
        var pause = config.backoffMin().multipliedBy(1L << Math.min(failures++, 20));
        if (pause.compareTo(config.backoffMax()) > 0) {
            pause = config.backoffMax();
        }
        notBeforeNanos = nanoTime.getAsLong() + pause.toNanos();
        LOG.info("{}: {} failed, the next step is not before {}: {}", group.name(), step, pause, failure.toString());
    }
}
