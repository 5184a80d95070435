package io.forelog.server.tail;

import io.forelog.metadata.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Where a reader of a whole log is: in each shard that it has begun and whose children it has not, the offset that
 * comes next. A shard that is not named is read already if one of its descendants is named, and not begun otherwise. So
 * a position stays as small as the log has open shards, however often it was split.
 *
 * <p>As text it is opaque to callers: a layout's number, then numbers of variable length, in Base64 for addresses.
 * Immutable.
 *
 * @param log incarnation
 * @param offsets by shard
 */
public record Position(long log, Map<Integer, Long> offsets) {

    private static final String NO_POSITION = "not a position that this log gave: ";
    private static final int LAYOUT = 1;
    /** Longer than any position of a log with as many shards as there may be. */
    private static final int TEXT_MAX = 24 << 10;

    public Position {
        offsets = Map.copyOf(offsets);
    }

    /** Returns the position before the first record. */
    public static Position begin(Log log) {
        return new Position(log.incarnation(), Map.of());
    }

    public Position with(int shard, long offset) {
        var next = new TreeMap<>(offsets);
        next.put(shard, offset);
        return new Position(log, next);
    }

    /**
     * Returns the shards that may be read next: those that are not read to their ends, and whose parents all are.
     *
     * @param ends where each sealed shard ends
     * @param wanted tells the shards that are read at all; whether others are read to their ends is no matter
     */
    List<Integer> active(Log owner, Map<Integer, Long> ends, IntPredicate wanted) {
        var done = done(owner, ends);
        var active = new ArrayList<Integer>();
        for (var shard : owner.shards().shards()) {
            if (wanted.test(shard.number())
                    && !done.contains(shard.number())
                    && areDone(shard.parents(), done, wanted)) {
                active.add(shard.number());
            }
        }
        return active;
    }

    private static boolean areDone(Collection<Integer> shards, Set<Integer> done, IntPredicate wanted) {
        return shards.stream().allMatch(shard -> done.contains(shard) || !wanted.test(shard));
    }

    private Set<Integer> done(Log owner, Map<Integer, Long> ends) {
        var done = passed(owner);
        ends.forEach((shard, end) -> {
            if (offsets.getOrDefault(shard, 0L) >= end) {
                done.add(shard);
            }
        });
        return done;
    }

    private static void addAncestors(Log owner, int number, Set<Integer> into) {
        var shard = owner.shards().shard(number);
        for (int parent : shard == null ? List.<Integer>of() : shard.parents()) {
            if (into.add(parent)) {
                addAncestors(owner, parent, into);
            }
        }
    }

    /** Returns the same position without the shards that one of their descendants says it of. */
    public Position compact(Log owner) {
        var said = passed(owner);
        said.retainAll(offsets.keySet());
        if (said.isEmpty()) {
            return this;
        }
        var next = new TreeMap<>(offsets);
        next.keySet().removeAll(said);
        return new Position(log, next);
    }

    /** Returns whether who is here has had all that {@code other} has had, of the wanted shards. */
    boolean isPast(Position other, Log owner, Map<Integer, Long> ends, IntPredicate wanted) {
        var done = done(owner, ends);
        return other.offsets.entrySet().stream().allMatch(offset -> {
            int shard = offset.getKey();
            boolean isPast =
                    !wanted.test(shard) || done.contains(shard) || offsets.getOrDefault(shard, 0L) >= offset.getValue();
            return isPast && areDone(ancestors(owner, shard), done, wanted);
        });
    }

    /** Returns where somebody is who has had all that was had here and at {@code other}. */
    Position and(Position other, Log owner) {
        var both = new TreeMap<>(offsets);
        other.offsets.forEach((shard, offset) -> both.merge(shard, offset, Math::max));
        return new Position(log, both).compact(owner);
    }

    private static Set<Integer> ancestors(Log owner, int shard) {
        var ancestors = new HashSet<Integer>();
        addAncestors(owner, shard, ancestors);
        return ancestors;
    }

    /** Returns the shards that are read to their ends because one of their descendants was begun. */
    Set<Integer> passed(Log owner) {
        var passed = new HashSet<Integer>();
        offsets.keySet().forEach(shard -> addAncestors(owner, shard, passed));
        return passed;
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws UnknownPositionException if it is of another log, or of a shard that the log as it is known here has not
     * @throws IllegalArgumentException if it is no position
     */
    public static Position parse(String text, Log owner) {
        if (text.length() > TEXT_MAX) {
            throw malformed("it has more than " + TEXT_MAX + " characters");
        }
        try (var in = new DataInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(text)))) {
            if (in.readByte() != LAYOUT) {
                throw malformed("its layout is of another release");
            }
            if (in.readLong() != owner.incarnation()) {
                throw unknown("it is of another log, or of one of this name that was deleted");
            }
            var offsets = new TreeMap<Integer, Long>();
            int shards = (int) varint(in);
            int shard = -1;
            for (int i = 0; i < shards; i++) {
                shard += 1 + (int) varint(in);
                long offset = varint(in);
                if (offset < 0) {
                    throw malformed("an offset of it is below 0");
                }
                if (owner.shards().shard(shard) == null) {
                    throw unknown("shard " + shard + " of it is not in the log");
                }
                offsets.put(shard, offset);
            }
            if (in.read() >= 0) {
                throw malformed("something follows it");
            }
            return new Position(owner.incarnation(), offsets);
        } catch (IllegalArgumentException e) {
            throw e.getMessage() != null && e.getMessage().startsWith(NO_POSITION)
                    ? e
                    : malformed("it is not Base64");
        } catch (IOException e) {
            throw malformed("it is cut short");
        }
    }

    @Override
    public String toString() {
        var bytes = new ByteArrayOutputStream(16 + 4 * offsets.size());
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(LAYOUT);
            out.writeLong(log);
            varint(offsets.size(), out);
            int last = -1;
            for (var offset : new TreeMap<>(offsets).entrySet()) {
                varint(offset.getKey() - last - 1, out);
                varint(offset.getValue(), out);
                last = offset.getKey();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static void varint(long value, DataOutputStream out) throws IOException {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.writeByte((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    private static long varint(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7fL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw malformed("a number of it has more than nine bytes");
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException(NO_POSITION + why);
    }

    private static UnknownPositionException unknown(String why) {
        return new UnknownPositionException(NO_POSITION + why);
    }

    /** Returns the shards of a position as addresses, for people. */
    public List<String> addresses() {
        var addresses = new ArrayList<String>();
        new TreeMap<>(offsets).forEach((shard, offset) -> addresses.add(shard + ":" + offset));
        return addresses;
    }
}
