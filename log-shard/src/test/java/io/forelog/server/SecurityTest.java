package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.forelog.server.ApiCalls.ApiCall;
import io.forelog.server.config.Config;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and to what: each call of the API with no, past, forged and too little credentials. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityTest {

    private static final String SHARED = "a key that issuer and node share, long enough";

    private Path data;
    private NodeFixture node;
    private String root;
    private List<ApiCall> calls;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        data = directory;
        var keyFile = Files.writeString(directory.resolve("shared.key"), SHARED);
        node = NodeFixture.start(
                directory,
                "security.authentication=true",
                "security.jwt.keyFile=" + keyFile,
                "security.jwt.issuer=https://issuer.example",
                "security.jwt.audience=forelog",
                "security.anyoneReads=public-*");
        root = Files.readString(directory.resolve("root.key")).strip();
        for (var log : List.of("mine", "other", "public-news")) {
            assertThat(as(root, "PUT", "/v1/logs/" + log, "{\"shards\":1}").statusCode())
                    .isEqualTo(201);
            as(root, "POST", "/v1/logs/" + log + "/records", "{\"key\":\"k\",\"value\":1}");
        }
        calls = ApiCalls.of(json(node.get("/openapi.json"))).stream()
                // Nothing is deleted here, so that the order of calls does not matter.
                .filter(call -> !call.toString().equals("DELETE /v1/logs/{log}"))
                .toList();
    }

    @AfterAll
    void end() {
        node.close();
    }

    @Test
    void noCallIsLetInWithoutCredentialsButThoseForEveryone() {
        for (var call : calls) {
            var answer = as(null, call.method(), call.path(), call.body());
            if (call.permission().equals("open")) {
                assertThat(answer.statusCode()).as(call.toString()).isEqualTo(200);
            } else {
                assertThat(answer.headers().firstValue("WWW-Authenticate"))
                        .as(call.toString())
                        .isPresent();
                assertProblem(answer, 401, "unauthenticated");
            }
        }
    }

    @Test
    void expiredForgedRevokedAndMalformedCredentialsAreWorthNothing() throws Exception {
        var expired = key("2001-01-01T00:00:00Z", "admin:*");
        var revoked = key(null, "admin:*");
        as(root, "DELETE", "/v1/keys/" + revoked.split("_")[1], null);
        var good = key(null, "admin:*");
        char last = good.charAt(good.length() - 1);
        var forged = good.substring(0, good.length() - 1) + (last == 'A' ? 'E' : 'A');
        var bad = List.of(
                expired,
                revoked,
                forged,
                root.replaceAll("_[^_]*$", "_" + "A".repeat(43)),
                "flk_",
                "nonsense",
                token("admin:*", "https://issuer.example", "forelog", -60, SHARED),
                token("admin:*", "https://issuer.example", "forelog", 60, "another key, long enough for the algorithm"),
                token("admin:*", "https://elsewhere.example", "forelog", 60, SHARED),
                token("admin:*", "https://issuer.example", "another service", 60, SHARED),
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290Iiwic2NvcGUiOiJhZG1pbjoqIn0.");
        for (var credentials : bad) {
            for (var call : calls) {
                if (!call.permission().equals("open")) {
                    assertThat(as(credentials, call.method(), call.path(), call.body())
                                    .statusCode())
                            .as("%s with %s", call, credentials)
                            .isEqualTo(401);
                }
            }
        }
    }

    @Test
    void tooLittleIsForbidden() throws Exception {
        var others = key(null, "admin:other", "admin:min", "admin:mine2");
        var reader = token("read:mine profile", "https://issuer.example", "forelog", 600, SHARED);
        var appender = key(null, "append:mine");
        for (var call : calls) {
            assertAllowed(call, others, call.permission().equals("known"));
            assertAllowed(
                    call,
                    reader,
                    call.permission().equals("known")
                            || call.isOfALog() && call.permission().equals("read"));
            assertAllowed(
                    call,
                    appender,
                    call.permission().equals("known") || call.permission().equals("append"));
        }
    }

    @Test
    void enoughIsAllowed() {
        var admin = key(null, "admin:*");
        for (var call : calls) {
            if (!call.template().equals("/v1/live") && !call.template().endsWith("/tail")) {
                assertAllowed(call, admin, true);
                assertAllowed(call, root, true);
            }
        }
        as(root, "POST", "/v1/nodes/node-1/undrain", null);
    }

    private void assertAllowed(ApiCall call, String credentials, boolean allowed) {
        if (call.permission().equals("open")
                || allowed
                        && (call.template().endsWith("/tail") || call.template().equals("/v1/live"))) {
            return;
        }
        var answer = as(credentials, call.method(), call.path(), call.body());
        if (allowed) {
            assertThat(answer.statusCode()).as(call.toString()).isNotIn(401, 403);
        } else {
            assertThat(answer.statusCode()).as(call.toString()).isEqualTo(403);
            assertProblem(answer, 403, "forbidden");
        }
    }

    /** Whatever a caller puts into parameters, it reaches no log but its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/logs/other",
                "/v1/logs/oth%65r",
                "/v1/logs/other/keys/k?log=mine",
                "/v1/analytics/hot-keys?log=other",
                "/v1/analytics/hot-keys?log=other&log=mine",
                "/v1/analytics/hot-keys",
                "/v1/analytics/hot-keys?l%6Fg=other",
                "/v1/logs/other/cursors/reader/records?log=mine",
                "/v1/caches?log=mine",
                "/metrics?log=mine",
                "/v1/logs/mine%2F..%2Fother"
            })
    void anothersRecordsAndStatisticsAreNotReachable(String path) {
        var mine = key(null, "admin:mine");

        assertThat(as(mine, "GET", path, null).statusCode()).isIn(400, 403);
    }

    /** It leaves addresses out for ever, and so is not for everyone who appends. */
    @Test
    void aShardBeginsLaterOnlyForAnAdministrator() {
        var path = "/v1/logs/mine/shards/0/records?begin=true";

        assertThat(as(key(null, "append:mine"), "POST", path, "1").statusCode()).isEqualTo(403);
        assertThat(as(key(null, "admin:mine"), "POST", path, "1").statusCode()).isEqualTo(400);
    }

    @Test
    void aListShowsOnlyWhatTheCallerMayRead() {
        var logs = json(as(key(null, "read:mine"), "GET", "/v1/logs", null)).get("logs");

        assertThat(logs.findValuesAsText("name")).containsExactly("mine");
    }

    @Test
    void whatAnyoneMayReadIsKeptBySharedCachesAndStillAppendedByFew() {
        var path = "/v1/logs/public-news/shards/0/records/0";

        assertThat(node.get(path).headers().firstValue("Cache-Control"))
                .hasValue("public, max-age=31536000, immutable");
        assertThat(as(root, "GET", "/v1/logs/mine/shards/0/records/0", null)
                        .headers()
                        .firstValue("Cache-Control"))
                .hasValue("private, max-age=31536000, immutable");
        assertThat(node.get(path, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
        assertThat(node.append("public-news", "{\"value\":1}").statusCode()).isEqualTo(401);
        assertThat(node.send("DELETE", "/v1/logs/public-news", null).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aKeyIsShownOnceAndNeverKept() throws Exception {
        var secret = key(null, "read:mine");

        var hidden = secret.split("_", 3)[2];
        assertThat(text(as(root, "GET", "/v1/keys", null)))
                .doesNotContain(hidden)
                .doesNotContain("secretHash");
        try (var paths = Files.walk(data)) {
            for (var file : paths.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(hidden))
                        .as(file.toString())
                        .isFalse();
            }
        }
        assertThat(Files.getPosixFilePermissions(data.resolve("root.key"))).hasSize(2);
    }

    @Test
    void administrativeCallsAreWrittenDownAlsoRefusedOnes() {
        var key = key(null, "read:mine");
        as(key, "DELETE", "/v1/logs/mine", null);
        as(root, "PATCH", "/v1/logs/mine", "{\"critical\":true}");

        await().untilAsserted(
                        () -> assertThat(Files.readString(data.resolve("audit").resolve("audit.log")))
                                .contains(
                                        "\"principal\":\"refused\"",
                                        "\"method\":\"DELETE\"",
                                        "\"path\":\"/v1/logs/mine\",\"status\":403")
                                .contains("\"principal\":\"root\"", "\"method\":\"PATCH\"")
                                .doesNotContain(root)
                                .doesNotContain(key));
    }

    @Test
    void aQuotaIsKept() {
        var body = "{\"name\":\"few\",\"permissions\":[\"read:mine\"],\"requestsPerSecond\":5}";
        var few = json(as(root, "POST", "/v1/keys", body)).get("key").textValue();
        var statuses = new ArrayList<Integer>();
        HttpResponse<byte[]> last = null;
        for (int i = 0; i < 20 && !statuses.contains(429); i++) {
            last = as(few, "GET", "/v1/logs/mine", null);
            statuses.add(last.statusCode());
        }

        assertThat(statuses).startsWith(200, 200, 200, 200, 200).contains(429);
        assertProblem(last, 429, "quota-exceeded");
        assertThat(last.headers().firstValue("Retry-After")).hasValue("1");
        await().until(() -> as(few, "GET", "/v1/logs/mine", null).statusCode() == 200);
    }

    @Test
    void pagesOfOtherOriginsChangeNothing() {
        var body = "{\"value\":1}".getBytes(StandardCharsets.UTF_8);
        String[] headers = {
            "Authorization", "Bearer " + root, "Content-Type", "text/plain", "Origin", "https://evil.example"
        };
        String[] own = {"Authorization", "Bearer " + root, "Content-Type", "text/plain", "Origin", node.url()};

        assertProblem(node.send("POST", "/v1/logs/mine/records", body, headers), 403, "forbidden");
        assertThat(node.send("POST", "/v1/logs/mine/records", body, own).statusCode())
                .isEqualTo(201);
    }

    @Test
    void anApiKeyIsTakenAsABrowsersPasswordToo() {
        var basic = java.util.Base64.getEncoder().encodeToString(("me:" + root).getBytes(StandardCharsets.UTF_8));

        assertThat(node.get("/v1/logs", "Authorization", "Basic " + basic).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aNodeThatOthersCanReachMustAskForCredentialsOverTls() throws Exception {
        assertRefused("TLS", "http.host=0.0.0.0");
        assertRefused("cluster.key", "cache.regional.bind=0.0.0.0", "cache.regional.enabled=true");
        assertRefused("TLS", "http.host=0.0.0.0", "security.authentication=true");
        assertRefused(
                "tls.certificate", "http.host=0.0.0.0", "security.authentication=true", "tls.certificate=missing.crt");
        var file = Files.writeString(data.resolve("some.pem"), "x").toString();
        assertRefused("authentication", "http.host=0.0.0.0", "tls.certificate=" + file, "tls.key=" + file);
    }

    private void assertRefused(String why, String... settings) throws Exception {
        var all = new java.util.HashMap<String, String>(
                Map.of("data", data.resolve("refused").toString()));
        Arrays.stream(settings).forEach(pair -> all.put(pair.split("=")[0], pair.split("=")[1]));
        var config = Config.of(null, Map.of(), all);

        assertThatThrownBy(() -> new Node(config).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        assertThat(data.resolve("refused")).doesNotExist();
    }

    private String key(String expires, String... permissions) {
        var list = "\"" + String.join("\",\"", permissions) + "\"";
        var body = "{\"name\":\"test\",\"permissions\":[" + list + "]"
                + (expires == null ? "" : ",\"expires\":\"" + expires + "\"") + "}";
        return json(as(root, "POST", "/v1/keys", body)).get("key").textValue();
    }

    private static String token(String scope, String issuer, String audience, long seconds, String key)
            throws Exception {
        var claims = new JWTClaimsSet.Builder()
                .subject("somebody")
                .issuer(issuer)
                .audience(audience)
                .expirationTime(Date.from(Instant.now().plusSeconds(seconds < 0 ? seconds - 60 : seconds)))
                .claim("scope", scope)
                .build();
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    private HttpResponse<byte[]> as(String credentials, String method, String path, String body) {
        var headers = new ArrayList<String>(List.of("Content-Type", "application/json"));
        if (credentials != null) {
            headers.addAll(List.of("Authorization", "Bearer " + credentials));
        }
        boolean hasBody = body != null && !method.equals("GET") && !method.equals("DELETE");
        return node.send(
                method, path, hasBody ? body.getBytes(StandardCharsets.UTF_8) : null, headers.toArray(String[]::new));
    }

    @Test
    void aKeyHas256RandomBits() {
        assertThat(HexFormat.of()
                        .formatHex(java.util.Base64.getUrlDecoder()
                                .decode(key(null, "read:mine").split("_", 3)[2])))
                .hasSize(64);
    }
}
