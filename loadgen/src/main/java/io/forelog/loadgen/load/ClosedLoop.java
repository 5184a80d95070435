package io.forelog.loadgen.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * A fixed number of clients, each of which starts its next operation when the last one is over. It shows what a server
 * can carry, not how long its callers wait: when the server stalls, a closed loop stops asking.
 */
final class ClosedLoop implements LoadLoop {

    private final Context context;
    private final int clients;
    private final Operation operation;
    private final Promise<Void> done = Promise.promise();
    private int running;
    private boolean stopped;

    ClosedLoop(Context context, int clients, Operation operation) {
        this.context = context;
        this.clients = clients;
        this.operation = operation;
    }

    @Override
    public Future<Void> run(Window window) {
        running = clients;
        for (int client = 0; client < clients; client++) {
            context.runOnContext(started -> next(window));
        }
        return done.future();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public long neverStarted() {
        return 0;
    }

    private void next(Window window) {
        long now = System.nanoTime();
        if (stopped || now - window.end() >= 0) {
            if (--running == 0) {
                done.complete();
            }
            return;
        }
        var over = operation.start(now);
        if (over.isComplete()) {
            // Over at once: come back by way of the event loop, so that the stack does not grow.
            context.runOnContext(again -> next(window));
        } else {
            over.onComplete(result -> next(window));
        }
    }
}
