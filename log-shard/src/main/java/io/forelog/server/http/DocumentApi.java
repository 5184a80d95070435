package io.forelog.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** The API's own description, for programs and as a page. */
final class DocumentApi {

    /** The page's library writes styles and small pictures into the page itself. */
    private static final String POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
            + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private final Buffer json;
    private final StaticFiles files;

    DocumentApi(Vertx vertx, ApiDocument document) {
        this.json = document.json();
        this.files = new StaticFiles(vertx, POLICY);
    }

    void register(Routes routes) {
        routes.get("/openapi.json", call -> {
            call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
            call.end(200, Call.APPLICATION_JSON, json);
        });
        routes.get("/api", call -> files.send(call, "openapi/api.html"));
        routes.get("/api/{file}", call -> files.send(call, "openapi/" + call.rawParameter(0)));
        routes.get(
                "/webjars/{library}/{version}/{file}",
                call -> files.send(
                        call,
                        "META-INF/resources/webjars/" + call.rawParameter(0) + "/" + call.rawParameter(1) + "/"
                                + call.rawParameter(2)));
    }
}
