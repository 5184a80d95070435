package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.forelog.error.CommitUnknownException;
import io.forelog.metadata.Log;
import io.forelog.record.RecordAddress;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** What a caller is told of an append: where each record is, or what went wrong. */
final class AppendAnswer {

    private AppendAnswer() {}

    /** Answers a settled plan. */
    static void send(Call call, Log log, AppendPlan plan, boolean summary) {
        long failed = plan.targets().stream().filter(AppendPlan.Target::failed).count();
        if (failed == 0) {
            sendAppended(call, log, plan, summary);
        } else if (failed == plan.targets().size()) {
            call.fail(worst(plan));
        } else {
            call.fail(partial(plan, log));
        }
    }

    private static void sendAppended(Call call, Log log, AppendPlan plan, boolean summary) {
        if (call.isGone()) {
            return;
        }
        var headers = call.response().headers();
        if (plan.targets().stream().allMatch(target -> target.appended().duplicate())) {
            headers.set("Duplicate", "true");
        }
        if (plan.records() == 1) {
            var address = plan.address(0, log);
            headers.set(
                    HttpHeaders.LOCATION,
                    "/v1/logs/" + log.name() + "/shards/" + address.shard() + "/records/" + address.offset());
        }
        var body = summary ? ranges(plan, log) : addresses(plan, log);
        call.end(201, Call.APPLICATION_JSON, Buffer.buffer(body.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String addresses(AppendPlan plan, Log log) {
        var json = new StringBuilder(16 + 32 * plan.records()).append("{\"records\":[");
        for (int i = 0; i < plan.records(); i++) {
            var address = plan.address(i, log);
            json.append(i == 0 ? "" : ",")
                    .append("{\"shard\":")
                    .append(address.shard())
                    .append(",\"offset\":")
                    .append(address.offset())
                    .append('}');
        }
        return json.append("]}").toString();
    }

    private static String ranges(AppendPlan plan, Log log) {
        var json = new StringBuilder("{\"count\":").append(plan.records()).append(",\"ranges\":[");
        var ranges = plan.targets().stream().anyMatch(AppendPlan.Target::isAncestors)
                ? AddressRange.of(IntStream.range(0, plan.records())
                        .mapToObj(i -> plan.address(i, log))
                        .toList())
                : plan.targets().stream().map(AddressRange::of).toList();
        for (int i = 0; i < ranges.size(); i++) {
            var range = ranges.get(i);
            json.append(i == 0 ? "" : ",")
                    .append("{\"shard\":")
                    .append(range.shard())
                    .append(",\"from\":")
                    .append(range.from())
                    .append(",\"count\":")
                    .append(range.count())
                    .append('}');
        }
        return json.append("]}").toString();
    }

    /** An unknown outcome goes before any other: it alone says that something may have been appended. */
    private static Throwable worst(AppendPlan plan) {
        Throwable first = null;
        for (var target : plan.targets()) {
            var failure = target.failure();
            if (failure instanceof CommitUnknownException) {
                return failure;
            }
            first = first == null ? failure : first;
        }
        if (first == null) {
            throw new IllegalStateException("asked for a failure where there is none");
        }
        return first;
    }

    private static Problem partial(AppendPlan plan, Log log) {
        var appended = Call.JSON.createArrayNode();
        var failed = Call.JSON.createArrayNode();
        for (int i = 0; i < plan.records(); i++) {
            var target = plan.target(i);
            var failure = target.failure();
            if (failure == null) {
                add(appended, i, plan.address(i, log));
            } else {
                var problem = Problems.of(failure);
                failed.addObject()
                        .put("record", i)
                        .put("shard", target.shard())
                        .put("type", "/problems/" + problem.slug())
                        .put("detail", problem.detail());
            }
        }
        return Problem.of(
                        503,
                        "partially-appended",
                        "Some shards appended their part and others did not",
                        appended.size() + " of " + plan.records()
                                + " records were appended; repeat the request with the producer headers to append the"
                                + " rest once")
                .asRetryable()
                .with("appended", appended)
                .with("failed", failed);
    }

    private static void add(ArrayNode into, int record, RecordAddress address) {
        into.addObject().put("record", record).put("shard", address.shard()).put("offset", address.offset());
    }
}
