package io.forelog.loadgen.load;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.AppendOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.NewRecord;
import io.forelog.loadgen.client.NotSentException;
import io.forelog.loadgen.client.RefusedException;
import io.forelog.loadgen.verify.AppendHistory;
import io.forelog.loadgen.verify.KeyNames;
import io.forelog.loadgen.verify.RunValues;
import io.forelog.record.RecordAddress;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends appends of this run's values. Where there is a history, it is told what became of each: acknowledged, refused,
 * or unknown. An append that may have happened is never sent again. Confined to the run's context.
 */
final class Appender {

    private final ForelogClient client;
    private final String log;
    private final AppendOptions options;
    private final RunValues values;
    private final @Nullable AppendHistory history;
    private final LoadListener listener;
    private int sent;

    Appender(
            ForelogClient client,
            String log,
            AppendOptions options,
            RunValues values,
            @Nullable AppendHistory history,
            LoadListener listener) {
        this.client = client;
        this.log = log;
        this.options = options;
        this.values = values;
        this.history = history;
        this.listener = listener;
    }

    /** Returns the number that the next record gets. */
    int nextNumber() {
        return sent;
    }

    /** Returns whether the history has no room for another {@code count} records. */
    boolean isFull(int count) {
        return history == null ? sent > Integer.MAX_VALUE - count : history.isFull(count);
    }

    /**
     * Appends one record for each of these keys, numbered one after another.
     *
     * @param keys the numbers of the keys, in order
     * @return the addresses, in order
     */
    Future<List<RecordAddress>> append(int[] keys, AppendFormat format) {
        int first = sent;
        sent += keys.length;
        var records = new ArrayList<NewRecord>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            records.add(new NewRecord(KeyNames.PADDED.name(keys[i]), values.value(first + i)));
        }
        var answer = client.append(log, records, format, options).onSuccess(listener::appended);
        return history == null ? answer : noted(history, keys, answer);
    }

    private static Future<List<RecordAddress>> noted(
            AppendHistory history, int[] keys, Future<List<RecordAddress>> answer) {
        int first = history.records();
        history.request();
        for (int key : keys) {
            history.sending(key);
        }
        return answer.onSuccess(addresses -> {
                    for (int i = 0; i < keys.length; i++) {
                        history.acknowledged(first + i, addresses.get(i));
                    }
                })
                .onFailure(failure -> {
                    for (int i = 0; i < keys.length && didNotHappen(failure); i++) {
                        history.refused(first + i);
                    }
                });
    }

    private static boolean didNotHappen(Throwable failure) {
        return switch (failure) {
            case NotSentException notSent -> true;
            case RefusedException refused -> !refused.problem().appendMayHaveHappened();
            default -> false;
        };
    }
}
