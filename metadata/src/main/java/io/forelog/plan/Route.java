package io.forelog.plan;

/**
 * From where to where something goes.
 *
 * @param source the node that loses what moves; empty if nothing moves
 * @param sourceGroup its group; -1 if nothing moves
 * @param target the node that takes over what moves; empty if nothing moves
 * @param targetGroup its group; -1 if nothing moves
 */
public record Route(String source, int sourceGroup, String target, int targetGroup) {

    /** Nothing moves. */
    public static final Route NONE = new Route("", -1, "", -1);

    public boolean moves() {
        return targetGroup >= 0;
    }
}
