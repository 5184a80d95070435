package io.forelog.replication;

import io.forelog.storage.ShardLog.ProducerState;
import java.util.List;

/**
 * What producers appended to an ancestor of a shard: a repeat of it is answered as the first was, by whichever
 * descendant it is sent to.
 *
 * @param shard number of the ancestor
 * @param appended in an order that makes the same table again
 */
record Origin(int shard, List<ProducerState> appended) {

    Origin {
        appended = List.copyOf(appended);
    }
}
