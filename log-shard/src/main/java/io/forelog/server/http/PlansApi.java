package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.WrongShardException;
import io.forelog.manager.ByHand;
import io.forelog.manager.ClusterView;
import io.forelog.manager.Proposal;
import io.forelog.manager.SealedView;
import io.forelog.manager.ShardId;
import io.forelog.manager.ShardView;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.metadata.Shard;
import io.forelog.metadata.ShardState;
import io.forelog.plan.Cause;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.record.KeyHash;
import io.forelog.server.control.ControlPlane;
import io.forelog.server.control.PlanRoutes;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** Plans: begun by hand, or only computed and shown with {@code ?dryRun=true}; listed, cancelled and rolled back. */
final class PlansApi {

    private static final int RADIX = 16;
    private static final int PLANS_SHOWN = 1_000;

    private final MetadataStore metadata;
    private final ControlPlane control;
    private final boolean archives;
    private final Executor workers;
    private final Clock clock;

    /**
     * @param archives whether this node has an archive; all nodes of a cluster are set up alike
     * @param workers for what takes longer than an event loop may
     */
    PlansApi(MetadataStore metadata, ControlPlane control, boolean archives, Executor workers, Clock clock) {
        this.archives = archives;
        this.clock = clock;
        this.workers = workers;
        this.metadata = metadata;
        this.control = control;
    }

    void register(Routes routes) {
        routes.post("/v1/logs/{log}/shards/{shard}/split", call -> plan(call, this::split));
        routes.post("/v1/logs/{log}/shards/{shard}/merge", call -> plan(call, this::merge));
        routes.post("/v1/logs/{log}/shards/{shard}/move", call -> plan(call, this::move));
        routes.post("/v1/logs/{log}/shards/{shard}/archive", call -> plan(call, this::archive));
        routes.post("/v1/logs/{log}/shards/{shard}/pin", call -> plan(call, this::pin));
        routes.get("/v1/plans", this::list);
        routes.get(
                "/v1/plans/{id}",
                call -> call.json(200, PlanJson.of(metadata.state().plans().plan(id(call)))));
        routes.post("/v1/plans/{id}/cancel", call -> change(call, new PlanCommand.Cancel(id(call), clock.millis())));
        routes.post(
                "/v1/plans/{id}/rollback",
                call -> change(call, rollBack(metadata.state().plans().plan(id(call)))));
    }

    private void list(Call call) {
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("plans");
        // The newest first.
        List.copyOf(metadata.state().plans().all()).reversed().stream()
                .limit(PLANS_SHOWN)
                .forEach(plan -> list.add(PlanJson.of(plan)));
        PlanJson.putPauses(
                document.putObject("cutoverPause"), metadata.state().plans().all());
        call.json(200, document);
    }

    private void change(Call call, PlanCommand command) {
        long id = id(call);
        call.on(
                metadata.submit(new ChangePlan(command)),
                state -> call.json(200, PlanJson.of(state.plans().plan(id))));
    }

    /** What is pinned has changed no owner: there is nothing to take back but the pin. */
    private PlanCommand rollBack(Plan plan) {
        return plan.kind() == PlanKind.PIN && plan.state() == PlanState.WATCH
                ? new PlanCommand.Advance(
                        plan.id(),
                        PlanState.WATCH,
                        PlanState.ROLLED_BACK,
                        clock.millis(),
                        "by hand",
                        List.of(),
                        plan.bytesMoved())
                : new PlanCommand.RollBack(plan.id(), Cause.BY_HAND, clock.millis());
    }

    private static long id(Call call) {
        var text = Percent.decodeText(call.rawParameter(0));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ProblemException(Problem.of(
                    404,
                    "no-such-plan",
                    "There is no such plan",
                    "there is no plan '" + text + "'; GET /v1/plans lists them"));
        }
    }

    /** What is asked for: a shard with the bytes that it holds, and the body that says what of it. */
    private record Asked(Log log, Shard shard, JsonNode body, long bytes) {

        ShardId id() {
            return new ShardId(log.name(), shard.number());
        }
    }

    private void plan(Call call, BiFunction<Asked, ClusterView, Proposal> planning) {
        var state = metadata.state();
        var log = state.log(call.log());
        var shard = shard(log, call.shard());
        var body = call.jsonBody();
        boolean dryRun = call.flag("dryRun");
        var proposed = control.held(state)
                .thenApplyAsync(
                        held -> {
                            var here = held.get(new io.forelog.replication.ShardId(log.incarnation(), shard.number()));
                            var asked = new Asked(log, shard, body, here == null ? 0 : here.bytes());
                            return planning.apply(asked, control.view(state, held));
                        },
                        workers);
        if (dryRun) {
            call.on(proposed, proposal -> call.json(200, ControlJson.plan(proposal)));
        } else {
            call.on(proposed.thenCompose(proposal -> begin(proposal, log)), begun -> {
                var plan = begun.plans().plan(begun.plans().nextId() - 1);
                call.response().putHeader(HttpHeaders.LOCATION, "/v1/plans/" + plan.id());
                call.json(202, PlanJson.of(plan));
            });
        }
    }

    private CompletableFuture<ClusterState> begin(Proposal proposal, Log log) {
        return metadata.submit(new ChangePlan(
                new PlanCommand.Begin(PlanRoutes.plan(proposal, log, metadata.state(), clock.millis()))));
    }

    private static Shard shard(Log log, int number) {
        var shard = log.shards().shard(number);
        if (shard == null) {
            throw new NoSuchShardException(log.name(), number);
        }
        return shard;
    }

    private Proposal split(Asked asked, ClusterView view) {
        var at = asked.body().path("at").textValue();
        return ByHand.split(
                open(asked.id(), view),
                at == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(at, RADIX)),
                control.policy());
    }

    private Proposal merge(Asked asked, ClusterView view) {
        var with = shard(asked.log(), asked.body().get("with").intValue());
        return ByHand.merge(
                open(asked.id(), view), open(new ShardId(asked.log().name(), with.number()), view), control.policy());
    }

    private Proposal move(Asked asked, ClusterView view) {
        var shard = open(asked.id(), view);
        var from = asked.body().path("from").textValue();
        var to = asked.body().get("to").textValue();
        if (view.nodes().stream().noneMatch(node -> node.name().equals(to))) {
            throw new ProblemException(Problem.of(
                    404,
                    "no-such-node",
                    "There is no such node",
                    "the cluster has no node '" + to + "'; GET /v1/nodes lists them"));
        }
        if (from != null && !from.equals(shard.node()) || to.equals(shard.node())) {
            throw conflict(asked.id() + " is led by '" + shard.node() + "': it moves from there, to another node");
        }
        return ByHand.move(view, shard, to, control.policy());
    }

    private Proposal archive(Asked asked, ClusterView view) {
        if (!archives) {
            throw conflict(
                    "there is no archive: set archive.directory or archive.s3.bucket on every node, and start them"
                            + " again");
        }
        if (asked.shard().state() != ShardState.SEALED && !asked.shard().isOpen()) {
            throw conflict(asked.id() + " is " + asked.shard().state() + " already");
        }
        double readsExpected = view.sealed().stream()
                .filter(shard -> shard.id().equals(asked.id()))
                .mapToDouble(SealedView::readsExpected)
                .sum();
        return ByHand.archive(asked.id(), asked.bytes(), readsExpected, control.policy());
    }

    private Proposal pin(Asked asked, ClusterView view) {
        var shard = open(asked.id(), view);
        var key = asked.body().get("key").textValue();
        long hash = KeyHash.of(
                key.getBytes(StandardCharsets.UTF_8), asked.log().settings().keyDelimiter());
        if (!shard.range().contains(hash)) {
            throw new WrongShardException(
                    asked.shard().number(), asked.log().shards().shardOf(hash).number());
        }
        return ByHand.pin(view, shard, key, hash, control.policy());
    }

    private static ShardView open(ShardId id, ClusterView view) {
        return view.shards().stream()
                .filter(shard -> shard.id().equals(id))
                .findFirst()
                .orElseThrow(() -> conflict(id + " is not open"));
    }

    private static ProblemException conflict(String detail) {
        return new ProblemException(Problem.of(409, "plan-conflict", "The shard map does not allow the plan", detail));
    }
}
