package io.forelog.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides the next step of a group towards the members that it should have: a plain function of what is known.
 *
 * <p>A member learns before it votes, so that no commit waits for it to catch up. A voter that is replaced stays until
 * its successor votes; but one whose successor is on the same node goes first. It has stopped, or makes room there, and
 * with both of them that node would have two votes of four: were it to fail then, nothing could be committed. The
 * number of voters rests at odd numbers, or at the one wanted: the second of a pair is not promoted before the first
 * may be followed at once.
 *
 * <p>Where several should vote, the last two do not become one while another can be had: what is committed then would
 * be on one disk, and the way back to two asks for the very one that is promoted. And no step is begun that cannot be
 * committed as far as one can tell: no other could come before it, not even one that would bring a majority back.
 */
final class NextStep {

    private final GroupStatus status;
    private final WantedMembers wanted;
    private final ReconcilerConfig config;
    private final List<MemberId> founders;
    private final List<MemberId> voters;

    NextStep(GroupStatus status, WantedMembers wanted, ReconcilerConfig config, List<MemberId> founders) {
        this.status = status;
        this.wanted = wanted;
        this.config = config;
        this.founders = founders;
        this.voters = status.membership().voters();
    }

    /** Returns the step; empty if there is nothing to do, or nothing yet. */
    Optional<GroupStep> find() {
        return unwantedLearner().or(this::missing).or(this::voting).or(this::preferred);
    }

    private Optional<GroupStep> unwantedLearner() {
        return status.membership().members().stream()
                .filter(member -> !voters.contains(member) && !wanted.members().contains(member))
                .filter(member -> canCommit(voters))
                .findFirst()
                .map(GroupStep.Remove::new);
    }

    private Optional<GroupStep> missing() {
        return wanted.members().stream()
                .filter(member -> !status.membership().members().contains(member))
                // A founder may not learn again (trap 8): it comes back as a voter, with the disk that it left with.
                .filter(member -> !founders.contains(member))
                .filter(member -> canCommit(voters))
                .findFirst()
                .map(GroupStep.Add::new);
    }

    /** While voters change, two of four are not enough. */
    private boolean canCommit(List<MemberId> voting) {
        long live = voting.stream().filter(voter -> !isSilent(voter)).count();
        return live > voting.size() / 2;
    }

    private boolean isSilent(MemberId member) {
        return status.followers().stream()
                .anyMatch(follower -> follower.member().equals(member)
                        && follower.silence().compareTo(config.silenceMax()) >= 0);
    }

    private Optional<GroupStep> voting() {
        var surplus = voters.stream()
                .filter(voter -> !wanted.members().contains(voter))
                .toList();
        var candidates = candidates();
        int good = voters.size() - surplus.size();
        if (good >= wanted.voters()) {
            return surplus.isEmpty() ? Optional.empty() : remove(surplus);
        }
        boolean isLastPair = voters.size() == 2 && !surplus.isEmpty();
        if (isLastPair && !candidates.isEmpty()) {
            return promote(candidates);
        }
        var replaced = surplus.stream().filter(this::hasSuccessor).toList();
        if (!replaced.isEmpty()) {
            return remove(replaced);
        }
        if (!surplus.isEmpty()) {
            return voters.size() % 2 == 0 && !isLastPair ? remove(surplus) : promote(candidates);
        }
        int possible = Math.min(wanted.voters(), good + candidates.size());
        int goal = possible == wanted.voters() || possible % 2 == 1 ? possible : possible - 1;
        return goal > voters.size() ? promote(candidates) : Optional.empty();
    }

    private Optional<GroupStep> promote(List<MemberId> candidates) {
        return candidates.stream().findFirst().filter(this::canBePromoted).map(GroupStep.Promote::new);
    }

    private boolean canBePromoted(MemberId member) {
        var after = new ArrayList<>(voters);
        after.add(member);
        return canCommit(after);
    }

    private boolean hasSuccessor(MemberId voter) {
        return wanted.members().stream()
                .anyMatch(member ->
                        member.node().equals(voter.node()) && member.incarnation() > voter.incarnation());
    }

    /** A leader does not remove itself: it hands over first. */
    private Optional<GroupStep> remove(List<MemberId> surplus) {
        var other =
                surplus.stream().filter(voter -> !voter.equals(status.self())).findFirst();
        if (other.isPresent()) {
            return other.map(GroupStep.Remove::new);
        }
        return voters.stream()
                .filter(voter -> wanted.members().contains(voter) && isCaughtUp(voter))
                .findFirst()
                .map(GroupStep.Transfer::new);
    }

    private Optional<GroupStep> preferred() {
        return wanted.preferred()
                .filter(preferred -> !preferred.equals(status.self()))
                .filter(preferred -> voters.contains(preferred) && isCaughtUp(preferred))
                .map(GroupStep.Transfer::new);
    }

    private List<MemberId> candidates() {
        return wanted.members().stream()
                .filter(member -> !voters.contains(member))
                .filter(member -> founders.contains(member) || isCaughtUp(member))
                .toList();
    }

    private boolean isCaughtUp(MemberId member) {
        return status.followers().stream()
                .anyMatch(follower -> follower.member().equals(member)
                        && follower.matchIndex() > 0
                        && follower.lag() <= config.lagMax()
                        && !follower.installing()
                        && follower.silence().compareTo(config.silenceMax()) < 0);
    }
}
