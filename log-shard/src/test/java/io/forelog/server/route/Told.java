package io.forelog.server.route;

import io.forelog.cache.BatchReader;
import io.forelog.cache.Outcome;
import io.forelog.cache.Owner;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What was told of a read of many. */
final class Told implements BatchReader {

    final Map<GlobalAddress, Outcome<LogRecord>> outcomes = new ConcurrentHashMap<>();

    /** The nodes that answered, by name, or null for the one that reads. */
    final List<@Nullable String> answeredBy = Collections.synchronizedList(new ArrayList<>());

    /** Reads all, and returns what became of each. */
    static Map<GlobalAddress, Outcome<LogRecord>> by(Owner owner, Collection<GlobalAddress> addresses)
            throws Exception {
        var told = new Told();
        owner.readAll(addresses, told).toCompletableFuture().get(20, TimeUnit.SECONDS);
        return told.outcomes;
    }

    @Override
    public void told(Map<GlobalAddress, Outcome<LogRecord>> more) {
        more.forEach(outcomes::putIfAbsent);
    }

    @Override
    public Runnable asked(@Nullable String place, int records) {
        return () -> answeredBy.add(place);
    }

    @Override
    public boolean wants(GlobalAddress address) {
        return !outcomes.containsKey(address);
    }
}
