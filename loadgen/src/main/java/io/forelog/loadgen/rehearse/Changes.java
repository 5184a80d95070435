package io.forelog.loadgen.rehearse;

import io.forelog.metadata.KeyRange;
import java.util.ArrayList;
import java.util.List;

/** What was done when, to count what undid what. */
final class Changes {

    private static final int HOUR = 60;

    private enum Kind {
        SPLIT,
        MERGE,
        MOVE
    }

    private record Change(Kind kind, KeyRange range, int minute, int from, int to) {}

    private final List<Change> latest = new ArrayList<>();
    private int splits;
    private int merges;
    private int moves;
    private int flipFlops;

    void split(KeyRange range, int minute) {
        splits++;
        count(new Change(Kind.SPLIT, range, minute, -1, -1));
    }

    void merge(KeyRange range, int minute) {
        merges++;
        count(new Change(Kind.MERGE, range, minute, -1, -1));
    }

    void move(KeyRange range, int minute, int from, int to) {
        moves++;
        count(new Change(Kind.MOVE, range, minute, from, to));
    }

    private void count(Change change) {
        latest.removeIf(old -> old.minute < change.minute - HOUR);
        boolean undoes = latest.stream().anyMatch(old -> undoes(change, old));
        flipFlops += undoes ? 1 : 0;
        latest.add(change);
    }

    private static boolean undoes(Change change, Change old) {
        boolean overlap = change.range.contains(old.range.from()) || old.range.contains(change.range.from());
        boolean opposite =
                switch (change.kind) {
                    case SPLIT -> old.kind == Kind.MERGE;
                    case MERGE -> old.kind == Kind.SPLIT;
                    case MOVE -> old.kind == Kind.MOVE && old.from == change.to;
                };
        return overlap && opposite;
    }

    int splits() {
        return splits;
    }

    int merges() {
        return merges;
    }

    int moves() {
        return moves;
    }

    int flipFlops() {
        return flipFlops;
    }
}
