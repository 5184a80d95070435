package io.forelog.loadgen.rehearse;

import io.forelog.manager.Experience;
import io.forelog.manager.Proposal;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.Cause;
import io.forelog.plan.PlanKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares, an hour after, what splits ahead were predicted to gain with what they gained: the time that their parent's
 * range, whole, would have been above the limit, less that of its hotter part.
 */
final class GainLedger {

    private static final int AFTER_MINUTES = 60;

    private record Bet(Proposal proposal, KeyRange range, long at, int minute) {}

    private final RecordedLoad recorded;
    private final double limit;
    private final List<Bet> open = new ArrayList<>();

    GainLedger(RecordedLoad recorded, double limit) {
        this.recorded = recorded;
        this.limit = limit;
    }

    void note(Proposal proposal, KeyRange range, int minute) {
        if (proposal.kind() == PlanKind.SPLIT && proposal.cause() == Cause.FORECAST) {
            open.add(new Bet(proposal, range, proposal.at().orElseThrow(), minute));
        }
    }

    /** Returns {@code experience} with what the bets that are due by {@code minute} teach. */
    Experience settle(Experience experience, int minute) {
        var learned = experience;
        for (var bet : List.copyOf(open)) {
            if (bet.minute + AFTER_MINUTES <= minute) {
                open.remove(bet);
                learned = learned.after(PlanKind.SPLIT, bet.proposal.benefit().violationSecondsAvoided(), actual(bet));
            }
        }
        return learned;
    }

    private double actual(Bet bet) {
        var lower = new KeyRange(bet.range.from(), bet.at - 1);
        var upper = new KeyRange(bet.at, bet.range.last());
        double seconds = 0;
        for (int minute = bet.minute + 1; minute <= bet.minute + AFTER_MINUTES; minute++) {
            double hotter = Math.max(recorded.requests(lower, minute), recorded.requests(upper, minute));
            seconds += recorded.requests(bet.range, minute) > limit ? 60 : 0;
            seconds -= hotter > limit ? 60 : 0;
        }
        return Math.max(0, seconds);
    }
}
