package io.forelog.server.peer;

import io.forelog.server.peer.Messages.Append;
import io.forelog.server.peer.Messages.AppendedAt;
import io.forelog.server.peer.Messages.Batches;
import io.forelog.server.peer.Messages.Checkpoint;
import io.forelog.server.peer.Messages.Copy;
import io.forelog.server.peer.Messages.Ended;
import io.forelog.server.peer.Messages.Number;
import io.forelog.server.peer.Messages.Opaque;
import io.forelog.server.peer.Messages.Stopped;
import io.forelog.server.peer.PeerCall.Lane;
import io.forelog.server.peer.ProducerMessages.ProducerAnswer;
import io.forelog.server.peer.ProducerMessages.ProducerQuery;
import io.forelog.server.peer.ReadMessages.BoundsAnswer;
import io.forelog.server.peer.ReadMessages.Offsets;
import io.forelog.server.peer.ReadMessages.PointAnswers;
import io.forelog.server.peer.ReadMessages.Points;
import io.forelog.server.peer.ReadMessages.Query;
import io.forelog.server.peer.ReadMessages.RunAnswer;
import io.forelog.server.peer.ReadMessages.ShardList;
import io.forelog.server.peer.ReadMessages.TotalsAnswer;

/** Every call between nodes. A name is never used for another meaning; a call that changes gets another name. */
public final class PeerCalls {

    private static final int SMALL_BYTES = 64 << 10;

    /** Of a run: what was asked for, and one batch that goes past it. */
    private static final int RUN_BYTES = 96 << 20;

    private static final int DOCUMENT_BYTES = 16 << 20;

    private static final int CHECKPOINT_BYTES = 256 << 20;

    /** Appends a batch on the leader of its shard's group; failing with no-leader means that nothing was done. */
    public static final PeerCall<Append, AppendedAt> APPEND =
            new PeerCall<>("append-to", Lane.CALLS, SMALL_BYTES, Append::read, AppendedAt::read);

    /** Gives batches of the replica that the node holds, whether it leads or not. */
    public static final PeerCall<Copy, Batches> BATCHES =
            new PeerCall<>("batches", Lane.BULK, RUN_BYTES, Copy::read, Batches::read);

    /** Gives start and high watermark of the replica that the node holds. */
    public static final PeerCall<Copy, Opaque> HELD =
            new PeerCall<>("held", Lane.BULK, SMALL_BYTES, Copy::read, Opaque::read);

    public static final PeerCall<Copy, Opaque> DIGEST =
            new PeerCall<>("digest", Lane.BULK, SMALL_BYTES, Copy::read, Opaque::read);

    public static final PeerCall<Checkpoint, Opaque> CHECKPOINT =
            new PeerCall<>("checkpoint", Lane.BULK, CHECKPOINT_BYTES, Checkpoint::read, Opaque::read);

    /** What the node's replica of a group remembers of a shard whose appends it has ended. */
    public static final PeerCall<Ended, Opaque> IMAGE =
            new PeerCall<>("image", Lane.CALLS, CHECKPOINT_BYTES, Ended::read, Opaque::read);

    /** Answers when the node has opened what a plan in its cutover opens there; fails if it knows of none. */
    public static final PeerCall<Number, Opaque> PREPARED =
            new PeerCall<>("prepared", Lane.CALLS, SMALL_BYTES, Number::read, Opaque::read);

    /** Replaces a replica on the caller's node that has stopped for good; fails unless the node leads its group. */
    public static final PeerCall<Stopped, Opaque> REPLACE =
            new PeerCall<>("replace", Lane.CALLS, SMALL_BYTES, Stopped::read, Opaque::read);

    /** What the node knows of who reads what of a shard, in as many bytes as asked for; none if it knows nothing. */
    public static final PeerCall<Copy, Opaque> SHARD_MODEL =
            new PeerCall<>("shard-model", Lane.BULK, DOCUMENT_BYTES, Copy::read, Opaque::read);

    /** What a shard's leader has of it; like all that follow, failing with no-leader if the node is not that. */
    public static final PeerCall<Query, BoundsAnswer> BOUNDS =
            new PeerCall<>("bounds", Lane.CALLS, SMALL_BYTES, Query::read, BoundsAnswer::read);

    /** Batches from an offset on; a replica that has that offset answers too. */
    public static final PeerCall<Query, RunAnswer> RUN =
            new PeerCall<>("run", Lane.CALLS, RUN_BYTES, Query::read, RunAnswer::read);

    public static final PeerCall<Query, Number> NEWEST =
            new PeerCall<>("newest", Lane.CALLS, SMALL_BYTES, Query::read, Number::read);

    public static final PeerCall<Query, Offsets> OFFSETS_FROM =
            new PeerCall<>("offsets-from", Lane.CALLS, RUN_BYTES, Query::read, Offsets::read);

    public static final PeerCall<Query, Offsets> OFFSETS_BELOW =
            new PeerCall<>("offsets-below", Lane.CALLS, RUN_BYTES, Query::read, Offsets::read);

    public static final PeerCall<Query, Number> OFFSET_AT_TIME =
            new PeerCall<>("offset-at-time", Lane.CALLS, SMALL_BYTES, Query::read, Number::read);

    /** Answers when there is a record at the offset, or the limit in milliseconds has passed; any replica does. */
    public static final PeerCall<Query, Number> AWAIT =
            new PeerCall<>("await", Lane.WAITS, SMALL_BYTES, Query::read, Number::read);

    /** Records by address; a replica answers those that it has, and fails the rest with no-leader. */
    public static final PeerCall<Points, PointAnswers> POINTS =
            new PeerCall<>("points", Lane.CALLS, RUN_BYTES, Points::read, PointAnswers::read);

    /** What the node's replicas hold; any node answers. */
    public static final PeerCall<ShardList, TotalsAnswer> TOTALS =
            new PeerCall<>("totals", Lane.CALLS, RUN_BYTES, ShardList::read, TotalsAnswer::read);

    /** What shards that the node leads remember of a producer. */
    public static final PeerCall<ProducerQuery, ProducerAnswer> PRODUCERS =
            new PeerCall<>("producers", Lane.CALLS, RUN_BYTES, ProducerQuery::read, ProducerAnswer::read);

    /** A command for the metadata store, in the bytes that the store gives it. */
    public static final PeerCall<Opaque, Opaque> METADATA =
            new PeerCall<>("metadata", Lane.CALLS, RUN_BYTES, Opaque::read, Opaque::read);

    /** A node that wants to join the cluster. */
    public static final PeerCall<Opaque, Opaque> JOIN =
            new PeerCall<>("join", Lane.CALLS, RUN_BYTES, Opaque::read, Opaque::read);

    /** What the node alone knows, by a name, a line feed and an argument. */
    public static final PeerCall<Opaque, Opaque> DOCUMENT =
            new PeerCall<>("document", Lane.CALLS, DOCUMENT_BYTES, Opaque::read, Opaque::read);

    private PeerCalls() {}
}
