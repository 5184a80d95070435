package io.forelog.simulation.cluster;

import io.forelog.record.RecordBatch;
import io.forelog.storage.archive.ArchiveException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The archive store that all nodes share: objects by name, which it gives back as they were, or not at all. */
final class SimulatedArchive {

    private final UnaryOperator<RecordBatch> returned;
    private final Map<String, List<RecordBatch>> objects = new TreeMap<>();
    private boolean dead;

    /** @param returned what becomes of a batch that is read */
    SimulatedArchive(UnaryOperator<RecordBatch> returned) {
        this.returned = returned;
    }

    /** Lets it answer nobody, or everybody again. */
    void dead(boolean now) {
        dead = now;
    }

    boolean isDead() {
        return dead;
    }

    /** Its name tells what an object holds: another replica may have put it there already. */
    void put(String object, List<RecordBatch> batches) {
        requireAlive();
        objects.putIfAbsent(object, List.copyOf(batches));
    }

    List<RecordBatch> get(String object) {
        requireAlive();
        @Nullable List<RecordBatch> found = objects.get(object);
        if (found == null) {
            throw new ArchiveException("there is no object " + object);
        }
        return found.stream().map(returned).toList();
    }

    boolean has(String object) {
        requireAlive();
        return objects.containsKey(object);
    }

    void delete(String object) {
        requireAlive();
        objects.remove(object);
    }

    void deleteAll(String prefix) {
        requireAlive();
        objects.keySet().removeIf(object -> object.startsWith(prefix));
    }

    private void requireAlive() {
        if (dead) {
            throw new ArchiveException("the simulated archive does not answer");
        }
    }
}
