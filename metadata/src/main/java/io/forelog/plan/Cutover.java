package io.forelog.plan;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far a cutover is.
 *
 * @param sealed the shards that take no more appends
 * @param opened the children that are there, for when the map names them
 */
public record Cutover(Set<Integer> sealed, Set<Integer> opened) {

    /** Not begun. */
    public static final Cutover NONE = new Cutover(Set.of(), Set.of());

    public Cutover {
        sealed = Set.copyOf(sealed);
        opened = Set.copyOf(opened);
    }

    /** Returns this with more shards sealed and opened. */
    public Cutover and(Collection<Integer> moreSealed, Collection<Integer> moreOpened) {
        return new Cutover(union(sealed, moreSealed), union(opened, moreOpened));
    }

    private static Set<Integer> union(Set<Integer> some, Collection<Integer> more) {
        var all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Returns whether nothing is left to do but to name the children in the map. */
    public boolean isComplete(Change change) {
        return sealed.containsAll(change.shards())
                && change.children().stream().allMatch(child -> opened.contains(child.number()));
    }
}
