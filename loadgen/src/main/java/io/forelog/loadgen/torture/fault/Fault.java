package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** One kind of thing that happens to a cluster for a while. For one thread; one beginning, then one end. */
public interface Fault {

    /** Returns what it is called on the command line. */
    String name();

    Lane lane();

    /** Returns why it cannot be done on this machine; empty if it can. */
    default Optional<String> impossible(Scene scene) {
        return Optional.empty();
    }

    /**
     * Lets it happen.
     *
     * @return what is done to whom; empty if there is nothing to do it to at present, and then there is no end
     * @throws IOException if the cluster does not do what it must
     */
    Optional<String> begin(Scene scene) throws IOException, InterruptedException;

    /**
     * Ends it, and returns when the cluster is again as it was.
     *
     * @throws IOException if it does not come to be so
     */
    void end(Scene scene) throws IOException, InterruptedException;
}
