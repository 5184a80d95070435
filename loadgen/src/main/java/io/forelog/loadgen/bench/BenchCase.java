package io.forelog.loadgen.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One piece of work that all peers are given.
 *
 * @param bytes length of each record's value
 * @param clients threads that work at a time
 */
public record BenchCase(BenchOperation operation, Durability durability, int bytes, int clients) {

    /** Bulk producers beyond so many only wait for each other. */
    static final int BULK_CLIENTS_MAX = 4;

    /** Returns all combinations that tell something: what is read was forced long ago, so reads have no durability. */
    static List<BenchCase> all(BenchSettings settings) {
        var cases = new ArrayList<BenchCase>();
        for (var operation : settings.operations()) {
            for (int bytes : settings.bytes()) {
                for (int clients : settings.clients()) {
                    var durabilities = operation == BenchOperation.READ
                            ? settings.durabilities().subList(0, 1)
                            : settings.durabilities();
                    int threads = operation == BenchOperation.BULK ? Math.min(clients, BULK_CLIENTS_MAX) : clients;
                    durabilities.forEach(durability -> cases.add(new BenchCase(operation, durability, bytes, threads)));
                }
            }
        }
        return cases.stream().distinct().toList();
    }

    /** A name for files and logs: {@code append-always-1024-16}. */
    String slug() {
        return operation + "-" + durability + "-" + bytes + "-" + clients;
    }

    @Override
    public String toString() {
        var how = operation == BenchOperation.READ ? "" : ", fsync " + durability;
        return operation + how + ", " + bytes + " B, " + clients + (clients == 1 ? " client" : " clients");
    }
}
