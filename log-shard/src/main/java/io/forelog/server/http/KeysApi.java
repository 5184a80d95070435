package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.ApiKey;
import io.forelog.metadata.MetadataCommand.PutApiKey;
import io.forelog.metadata.MetadataCommand.RevokeApiKey;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.security.Permission;
import io.forelog.server.security.Secrets;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** API keys: made, listed without their secrets, revoked. */
final class KeysApi {

    private static final Set<String> MEMBERS =
            Set.of("name", "permissions", "expires", "requestsPerSecond", "bytesPerSecond");
    private static final int PERMISSIONS_MAX = 100;

    private final MetadataStore metadata;
    private final Clock clock;

    KeysApi(MetadataStore metadata, Clock clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.get("/v1/keys", this::list);
        routes.post("/v1/keys", this::create);
        routes.add(HttpMethod.DELETE, "/v1/keys/{id}", this::revoke);
    }

    private void list(Call call) {
        var document = Call.JSON.createObjectNode();
        var keys = document.putArray("keys");
        new TreeMap<>(metadata.state().clients().keys()).values().forEach(key -> keys.add(json(key)));
        call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        call.json(200, document);
    }

    private void create(Call call) {
        var body = call.jsonBody();
        body.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw ProblemException.badRequest("'" + name + "' is not part of a key; "
                        + MEMBERS.stream().sorted().toList() + " are");
            }
        });
        var secret = Secrets.create();
        var key = new ApiKey(
                secret.id(),
                name(body),
                secret.hash(),
                permissions(body),
                clock.millis(),
                expiry(body),
                quota(body, "requestsPerSecond"),
                quota(body, "bytesPerSecond"));
        call.on(metadata.submit(new PutApiKey(key)), state -> {
            call.response()
                    .putHeader(HttpHeaders.LOCATION, "/v1/keys/" + key.id())
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            // Once, and never again.
            call.json(201, json(key).put("key", secret.text()));
        });
    }

    private void revoke(Call call) {
        var id = Percent.decodeText(call.rawParameter(0));
        if (!metadata.state().clients().keys().containsKey(id)) {
            throw new ProblemException(
                    Problem.of(404, "no-such-api-key", "There is no such API key", "no key has the id '" + id + "'"));
        }
        call.on(metadata.submit(new RevokeApiKey(id)), state -> call.end(204));
    }

    private static String name(JsonNode body) {
        var name = body.path("name");
        if (!name.isTextual() || name.textValue().isBlank() || name.textValue().length() > 128) {
            throw ProblemException.badRequest("'name' says whose key it is, in 1 to 128 characters");
        }
        return name.textValue();
    }

    private static List<String> permissions(JsonNode body) {
        var list = body.path("permissions");
        if (!list.isArray() || list.isEmpty() || list.size() > PERMISSIONS_MAX) {
            throw ProblemException.badRequest(
                    "'permissions' is an array of 1 to " + PERMISSIONS_MAX + " such as \"read:orders-*\"");
        }
        var permissions = new ArrayList<String>();
        for (var each : list) {
            permissions.add(Permission.parse(each.asText()).toString());
        }
        return permissions;
    }

    private long expiry(JsonNode body) {
        var expires = body.path("expires");
        if (expires.isMissingNode() || expires.isNull()) {
            return Long.MAX_VALUE;
        }
        var text = expires.asText();
        try {
            return text.startsWith("P")
                    ? clock.instant().plus(Durations.parse(text)).toEpochMilli()
                    : Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw ProblemException.badRequest("'expires' is a duration such as P90D, or a time, not '" + text + "'");
        }
    }

    private static long quota(JsonNode body, String name) {
        var quota = body.path(name);
        if (quota.isMissingNode() || quota.isNull()) {
            return 0;
        }
        if (!quota.isIntegralNumber() || !quota.canConvertToLong() || quota.longValue() < 1) {
            throw ProblemException.badRequest("'" + name + "' is a whole number above 0, not " + quota);
        }
        return quota.longValue();
    }

    private static ObjectNode json(ApiKey key) {
        var document = Call.JSON.createObjectNode().put("id", key.id()).put("name", key.name());
        key.permissions().forEach(document.putArray("permissions")::add);
        document.put("createdAt", Instant.ofEpochMilli(key.createdAt()).toString())
                .put(
                        "expiresAt",
                        key.expiresAt() == Long.MAX_VALUE
                                ? null
                                : Instant.ofEpochMilli(key.expiresAt()).toString());
        putQuota(document, "requestsPerSecond", key.requestsPerSecond());
        putQuota(document, "bytesPerSecond", key.bytesPerSecond());
        return document;
    }

    private static void putQuota(ObjectNode document, String name, long quota) {
        if (quota > 0) {
            document.put(name, quota);
        }
    }
}
