package io.forelog.loadgen.bench;

import java.time.Duration;
import java.util.List;

/**
 * A comparison.
 *
 * @param peers beside Forelog, in the order of their turns
 * @param operations what is asked
 * @param durabilities with which appends are acknowledged
 * @param nodes servers of each peer, 1 or 3; with three each record is on two before it is acknowledged
 * @param bytes lengths of values, at least 8 each
 * @param clients numbers of clients
 * @param records that are there to be read
 * @param warmUp given to every peer before the first case of each operation, a quarter of it before its others
 * @param duration of each measured turn
 * @param rounds how often the turn goes round, at least 1
 */
public record BenchSettings(
        List<String> peers,
        List<BenchOperation> operations,
        List<Durability> durabilities,
        int nodes,
        List<Integer> bytes,
        List<Integer> clients,
        int records,
        Duration warmUp,
        Duration duration,
        int rounds) {

    public BenchSettings {
        peers = distinct("peers", peers);
        operations = distinct("ops", operations);
        durabilities = distinct("fsync", durabilities);
        bytes = distinct("size", bytes);
        clients = distinct("clients", clients);
        if (!Programs.PEERS.containsAll(peers)) {
            throw new IllegalArgumentException("peers are among " + Programs.PEERS + ", not " + peers);
        }
        if (nodes != 1 && nodes != 3) {
            throw new IllegalArgumentException("nodes is 1 or 3, not " + nodes);
        }
        if (bytes.stream().anyMatch(each -> each < Payload.NUMBER_BYTES)) {
            throw new IllegalArgumentException("size is at least " + Payload.NUMBER_BYTES
                    + ", for each value carries its record's number, not " + bytes);
        }
        if (clients.stream().anyMatch(each -> each < 1) || records < 1 || rounds < 1) {
            throw new IllegalArgumentException(
                    "clients, records and rounds are at least 1, not " + clients + ", " + records + " and " + rounds);
        }
        if (!duration.isPositive() || warmUp.isNegative()) {
            throw new IllegalArgumentException("durations are positive, not " + warmUp + " and " + duration);
        }
    }

    private static <T> List<T> distinct(String name, List<T> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(name + " names at least one");
        }
        return values.stream().distinct().toList();
    }
}
