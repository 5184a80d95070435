package io.forelog.loadgen.torture.cluster;

/** Holds up who comes while it is closed. */
final class Gate {

    private boolean isClosed;

    synchronized void close() {
        isClosed = true;
    }

    synchronized void open() {
        isClosed = false;
        notifyAll();
    }

    synchronized void pass() throws InterruptedException {
        while (isClosed) {
            wait();
        }
    }
}
