package io.forelog.loadgen.cli;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The event loop that a load runs on. */
final class Generator {

    private Generator() {}

    /** Returns a Vert.x with one event loop: a run is confined to it, and the other cores are the server's. */
    static Vertx vertx() {
        return Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setPreferNativeTransport(true));
    }
}
