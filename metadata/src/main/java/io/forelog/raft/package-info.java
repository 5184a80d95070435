/**
 * Replicated groups: an operation submitted to the leader is applied, in one order, by the state machine of every
 * member, and is acknowledged once a majority has forced it. The metadata store and the data's replication groups both
 * stand on this; it knows of neither.
 *
 * <p>MicroRaft 0.7 runs the protocol (Ongaro, "Consensus: Bridging Theory and Practice", 2014). What surrounds it is
 * here: the write-ahead log below it ({@link io.forelog.raft.wal}), the network beside it
 * ({@link io.forelog.raft.transport}), threads and time ({@link io.forelog.raft.RaftRuntime}), and above it
 * {@link io.forelog.raft.ReplicatedGroup}. No type of MicroRaft leaves this package, so that another library could take
 * its place.
 *
 * <p>MicroRaft 0.7 has habits that would lose data or get stuck if left alone. Each has a guard, and a test:
 * <ol>
 *   <li>After a failed flush on a follower the leader's retry counts as a duplicate and is acknowledged without a
 *       flush. So any error of the store stops the replica for good: {@link io.forelog.raft.FailStop}.
 *   <li>Heartbeat settings are whole seconds. Its clock and its timers are ours and run ten times faster:
 *       {@link io.forelog.raft.ScaledTime}.
 *   <li>Its bounds count entries, not bytes. A message's entries are cut to a size by
 *       {@link io.forelog.raft.GroupTransport}; {@link io.forelog.raft.Submissions} bounds what is pending; payloads
 *       beyond a budget are dropped from memory and read again from the log: {@link io.forelog.raft.PayloadCache}.
 *   <li>It takes and installs snapshots synchronously, and keeps them in memory. Here a snapshot is only a small
 *       manifest, taken at an index that the state machine has already reached ({@link io.forelog.raft.Checkpointer}),
 *       and delivered to a follower after what it names was fetched ({@link io.forelog.raft.SnapshotGate}). The
 *       library's own trigger is out of reach: {@link io.forelog.raft.RaftSettings}.
 *   <li>A follower cannot match a leader's entry that its own snapshot covers, and is then stuck for good.
 *       {@link io.forelog.raft.PrefixAwareAppendHandler} answers for all that is committed, as later versions do; a
 *       follower that makes no progress for another reason is reported: {@link io.forelog.raft.FollowerWatch}.
 *   <li>A transfer of leadership with entries pending refuses writes and waits for heartbeats. So
 *       {@link io.forelog.raft.LeadershipTransfer} waits for quiet first, and until its target has everything.
 *   <li>A linearizable query that arrives while another's round is under way joins it, although acknowledgements of
 *       that round may be older than the query; and a leader's lease counts from when an answer is handled, which a
 *       paused process does late. {@link io.forelog.raft.ReadBarriers} runs one round at a time and counts from its
 *       start.
 *   <li>An endpoint of the first member list can never be added as a learner. So a replica that lost its disk, or left
 *       and comes again, comes under a new incarnation: {@link io.forelog.raft.MemberId}.
 *   <li>With an even number of voters it commits with half of them. That is safe, but not a majority: keep the number
 *       of voters odd, except for the moment of a replacement.
 *   <li>It takes a follower's answer of an earlier term, in which the same member led, for one of this term, and so
 *       counts entries that the follower may have lost to a leader in between. {@link io.forelog.raft.Inbox} drops it.
 *   <li>A follower that was offered a checkpoint refuses an older one for ever, though its leader is gone and the next
 *       has no newer. {@link io.forelog.raft.SnapshotGate} forgets the first offer.
 *   <li>A follower that began a pre-vote and then heard of its leader again takes the pre-vote for under way for ever,
 *       and begins no other when that leader dies; where all followers met that, the group has no leader until one is
 *       restarted. {@link io.forelog.raft.PrefixAwareAppendHandler} ends it.
 *   <li>It holds an undecided election again after a time that hardly varies and never grows: votes that were split are
 *       split again, and where they come later than it waits, nobody is ever elected.
 *       {@link io.forelog.raft.ElectionNoise} spreads the time, {@link io.forelog.raft.ElectionPause} lets it grow, and
 *       of followers that miss their leader in the same moment {@link io.forelog.raft.Candidacy} lets one go first.
 *   <li>A member that is refused in a pre-vote because the other is terms ahead stays in its own term. If the other has
 *       the shorter log, each refuses the other for ever, and two that are left of three never elect.
 *       {@link io.forelog.raft.Inbox} moves it to that term.
 *   <li>It never offers a follower again what that acknowledged once. One that lost it, by a lying disk or a flipped
 *       bit at the end of its log, never finds back. {@link io.forelog.raft.Inbox} forgets the acknowledgement.
 * </ol>
 *
 * <p>It knows of a leader's end by silence alone. Where the network says that the leader's process has ended, {@link
 * io.forelog.raft.LeaderLoss} begins an election as soon as no lease of that leader can be left.
 *
 * <p>Threads: all of MicroRaft's work for a group runs on one serial executor, which also forces the log; the state
 * machine runs on a second one, in order of the log. Neither waits for the other.
 *
 * <p>Imports nothing of ours but its own subpackages.
 */
@NullMarked
package io.forelog.raft;

import org.jspecify.annotations.NullMarked;
