package io.forelog.server.http;

/** What a node answers while it looks for its cluster and opens its shards: its port is known before that. */
final class StartingApi {

    private StartingApi() {}

    static Routes routes() {
        return new Routes()
                .get(
                        "/health/live",
                        call -> call.json(200, Call.JSON.createObjectNode().put("status", "live")))
                .get("/health/ready", StartingApi::notReady)
                .otherwise(call -> call.fail(Problem.of(
                                503,
                                "starting",
                                "The node is starting",
                                "the node takes no calls yet; ask another, or again shortly")
                        .asRetryable()
                        .withHeader("Retry-After", "1")));
    }

    private static void notReady(Call call) {
        var document = Call.JSON.createObjectNode().put("status", "not ready");
        document.putArray("missing").add("the node is starting or ending");
        call.json(503, document);
    }
}
