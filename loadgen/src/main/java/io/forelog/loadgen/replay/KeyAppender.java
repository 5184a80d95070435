package io.forelog.loadgen.replay;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.AppendOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.NewRecord;
import io.forelog.loadgen.load.LoadListener;
import java.util.ArrayList;

/**
 * Appends the record of each key, in ascending order of keys: neighbouring numbers become neighbouring records, where
 * the numbers mean something, and where they do not, nothing of the order of the reads shows in the order of the
 * records.
 */
final class KeyAppender {

    private static final int BATCH_RECORDS_MAX = 1_000;
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private final ForelogClient client;
    private final LoadListener listener;

    KeyAppender(ForelogClient client, LoadListener listener) {
        this.client = client;
        this.listener = listener;
    }

    /** Appends all of them and notes their addresses. Blocks. */
    void append(String log, KeyedRecords records) {
        int position = 0;
        while (position < records.size()) {
            int first = position;
            var batch = new ArrayList<NewRecord>();
            int bytes = 0;
            while (position < records.size() && batch.size() < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) {
                var value = records.value(position);
                batch.add(new NewRecord(records.key(position++), value));
                bytes += value.length;
            }
            var addresses = client.append(log, batch, AppendFormat.NDJSON, AppendOptions.DEFAULT)
                    .await();
            for (int i = 0; i < addresses.size(); i++) {
                records.appended(first + i, addresses.get(i));
            }
            listener.progress(position, records.size(), "");
        }
    }
}
