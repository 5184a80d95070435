package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which test holds each row of the contract: every call, header, status and problem has one, by its name. */
class ContractCoverageTest {

    private static final Map<String, String> CALLS = Map.ofEntries(
            row("GET /v1/logs", "LogsContractTest.logsAreListedByName"),
            row("GET /v1/logs/{log}", "LogsContractTest.aLogIsCreatedWithTheContractsDefaults"),
            row("PUT /v1/logs/{log}", "LogsContractTest.creatingAgainIsTheSameOrAConflict"),
            row("PATCH /v1/logs/{log}", "LogsContractTest.settingsThatMayChangeAreChangedAndOthersAreNot"),
            row("DELETE /v1/logs/{log}", "LogsContractTest.aDeletedLogIsGoneAndItsNameFreeForAnotherOne"),
            row("POST /v1/logs/{log}/records", "AppendContractTest.addressesComeInTheOrderSent"),
            row(
                    "POST /v1/logs/{log}/shards/{shard}/records",
                    "AppendContractTest.aKeySentToAnotherShardThanItsOwnIsRefused"),
            row(
                    "GET /v1/logs/{log}/shards/{shard}/records/{offset}",
                    "ReadContractTest.aRecordIsImmutableAndSaysWhoAnswered"),
            row("GET /v1/logs/{log}/shards/{shard}/records", "ReadContractTest.aRunBeginsAndEndsWhereAsked"),
            row("POST /v1/logs/{log}/read", "ReadContractTest.manyAreReadInTheOrderAskedEachWithItsOwnOutcome"),
            row("GET /v1/logs/{log}/keys/{key}", "ReadContractTest.theNewestRecordOfAKeyIsFoundAndMayNotBeKept"),
            row("GET /v1/logs/{log}/keys/{key}/records", "ReadContractTest.aKeysHistoryIsPagedInBothDirections"),
            row("GET /v1/logs/{log}/tail", "TailContractTest.aTailResumesWithoutAGapOrARepeat"),
            row(
                    "GET /v1/logs/{log}/cursors/{name}/records",
                    "TailContractTest.aCursorReadsOnFromWhatWasCommittedAlsoAfterARestart"),
            row(
                    "PUT /v1/logs/{log}/cursors/{name}",
                    "TailContractTest.aCursorReadsOnFromWhatWasCommittedAlsoAfterARestart"),
            row("GET /v1/logs/{log}/shards", "ReadContractTest.theShardMapCoversTheHashSpace"),
            row(
                    "GET /v1/logs/{log}/shards/{shard}",
                    "ControlContractTest.everyReadAndAppendOfAShardIsCountedAndItsHotKeysAreNamed"),
            row("GET /v1/logs/{log}/route", "ReadContractTest.theShardMapCoversTheHashSpace"),
            row("POST /v1/logs/{log}/shards/{shard}/split", "ControlContractTest.aDryRunShowsThePlanAndChangesNothing"),
            row("POST /v1/logs/{log}/shards/{shard}/merge", "ControlContractTest.whatIsNotDoneIsRefusedByItsName"),
            row("POST /v1/logs/{log}/shards/{shard}/move", "ControlContractTest.whatIsNotDoneIsRefusedByItsName"),
            row("POST /v1/logs/{log}/shards/{shard}/archive", "HousekeepingTest.aShardIsArchivedByHandAndReadAsBefore"),
            row("GET /v1/plans", "PlansContractTest.aSplitIsBegunFollowedAndSeenInTheMap"),
            row("GET /v1/plans/{id}", "ControlContractTest.thereIsNoPlanToShowCancelOrTakeBack"),
            row("POST /v1/plans/{id}/cancel", "ControlContractTest.thereIsNoPlanToShowCancelOrTakeBack"),
            row("POST /v1/plans/{id}/rollback", "ControlContractTest.thereIsNoPlanToShowCancelOrTakeBack"),
            row("GET /v1/descriptors", "ApiDocumentTest.everyCallAnswersAsDocumented"),
            row("GET /v1/forecasts", "ControlContractTest.forecastsSayWhatTheyRestOn"),
            row("GET /v1/heat", "ControlContractTest.everyReadAndAppendOfAShardIsCountedAndItsHotKeysAreNamed"),
            row("GET /v1/decisions", "ControlContractTest.theLeaderDecidesAndSaysWhy"),
            row("GET /v1/policy", "ControlContractTest.thePolicyIsManualUntilAnotherIsPutAndThatOneIsKept"),
            row("PUT /v1/policy", "ControlContractTest.aPolicyThatMakesNoSenseIsRefused"),
            row("GET /v1/nodes", "EverywhereTest.whatEachNodeAloneKnowsIsToldByAny"),
            row("POST /v1/nodes/{node}/drain", "cluster.JoinTest.aDrainedNodeIsShownAsSuchUntilItIsTakenBack"),
            row("POST /v1/nodes/{node}/undrain", "cluster.JoinTest.aDrainedNodeIsShownAsSuchUntilItIsTakenBack"),
            row("GET /v1/caches", "LogsContractTest.prefetchIsSwitchedWhileRunning"),
            row("GET /v1/prefetch", "LogsContractTest.prefetchIsSwitchedWhileRunning"),
            row("GET /v1/analytics/hot-keys", "ApiDocumentTest.theHottestKeysAreFoundAndANodeKnowsItself"),
            row("GET /v1/analytics/co-access", "ContractEdgesTest.whatIsReadNextIsToldOnceSeveralReadersReadItSo"),
            row("GET /health/live", "LogsContractTest.healthMetricsAndDashboardAreServed"),
            row("GET /health/ready", "LogsContractTest.healthMetricsAndDashboardAreServed"),
            row("GET /metrics", "MonitoringTest.eachPanelOfTheDashboardShowsMetricsThatExist"),
            row("GET /", "LogsContractTest.healthMetricsAndDashboardAreServed"),
            row("GET /openapi.json", "ApiDocumentTest.theDocumentIsOpenApi"));

    /** Served beyond the contract. */
    private static final List<String> BEYOND = List.of(
            "POST /v1/logs/{log}/shards/{shard}/pin",
            "GET /v1/logs/{log}/cursors",
            "GET /v1/logs/{log}/cursors/{name}",
            "DELETE /v1/logs/{log}/cursors/{name}",
            "GET /v1/nodes/{node}",
            "DELETE /v1/nodes/{node}",
            "PUT /v1/caches",
            "PUT /v1/prefetch",
            "GET /v1/keys",
            "POST /v1/keys",
            "DELETE /v1/keys/{id}",
            "GET /v1/loggers",
            "PUT /v1/loggers",
            "GET /v1/live",
            "GET /api");

    private static final Map<String, String> FORMS = Map.ofEntries(
            row("Content-Type application/json", "AppendContractTest.jsonValueIsKeptAsItsCompactText"),
            row(
                    "Content-Type application/x-ndjson",
                    "AppendContractTest.ndjsonAppendsARecordALineAndPassesOverEmptyOnes"),
            row("Content-Type of any other kind", "AppendContractTest.anyOtherTypeIsOneRecordAsItStands"),
            row("Content-Type application/vnd.forelog.batch", "AppendContractTest.batchesAreTakenAsTheyCame"),
            row("?ack=", "AppendContractTest.everyAckIsAcknowledged"),
            row(
                    "Producer-Id, Producer-Epoch, Producer-Seq",
                    "AppendContractTest.aRepeatOfAProducersRequestIsAnsweredAsTheFirstAndAppendsNothing"),
            row("Producer-Expected-Seq", "AppendContractTest.aProducersGapAndItsOlderEpochAreRefused"),
            row("If-Match", "AppendContractTest.anAppendConditionalOnAnOffsetIsRefusedWhenItHasPassed"),
            row("?summary=true", "AppendContractTest.summaryTellsRanges"),
            row("Location", "AppendContractTest.oneRecordIsAnsweredWithItsAddressAndLocation"),
            row("keyDelimiter", "AppendContractTest.aLocalityPrefixKeepsKeysTogether"),
            row("Accept of a run", "ReadContractTest.aRunAsBatchesHoldsWhatWasAskedFor"),
            row("?from=", "ReadContractTest.aRunBeginsByWordOffsetOrTime"),
            row("?wait=", "ReadContractTest.aWaitingRunIsAnsweredWhenARecordComes"),
            row("?bytes=", "ReadContractTest.bytesBoundARunButAtLeastOneRecordComes"),
            row("Record-Key, Record-Timestamp, Record-Header-", "AppendContractTest.bytesHeadersAndTimestampComeBack"),
            row("ETag, If-None-Match", "ReadContractTest.aKnownRecordIsNotSentAgain"),
            row("Cache-Control", "SecurityTest.whatAnyoneMayReadIsKeptBySharedCachesAndStillAppendedByFew"),
            row("Cache-Status", "ReadContractTest.aRecordIsImmutableAndSaysWhoAnswered"),
            row("Range", "HttpContractTest.aRangeOfAValueIsAnswered"),
            row("HEAD", "ReadContractTest.headAnswersAsGetWithoutABody"),
            row("Last-Event-ID", "TailContractTest.anIdOfAnotherLogIsRefused"),
            row("any node answers any call", "EverywhereTest.aTailOnAnyNodeIsSentEveryRecordOnceInTheOrderOfItsKey"),
            row(
                    "children only after parents",
                    "http.CursorLineageTest.eachKeyIsReadInOrderOnceThroughSplitsAndMerges"));

    private static final Map<String, String> PROBLEMS = Map.ofEntries(
            row("bad-request", "AppendContractTest.malformedLineIsNamedAndNothingOfTheRequestIsAppended"),
            row("unauthenticated", "SecurityTest.noCallIsLetInWithoutCredentialsButThoseForEveryone"),
            row("forbidden", "SecurityTest.tooLittleIsForbidden"),
            row("producer-fenced", "AppendContractTest.aProducersGapAndItsOlderEpochAreRefused"),
            row("no-such-log", "AppendContractTest.unknownLogShardTypeAndAckAreRefused"),
            row("no-such-shard", "AppendContractTest.unknownLogShardTypeAndAckAreRefused"),
            row("no-such-record", "ReadContractTest.whatIsNotThereOrMalformedIsToldApart"),
            row("no-such-key", "ReadContractTest.whatIsNotThereOrMalformedIsToldApart"),
            row("record-expired", "HousekeepingTest.retentionByBytesDeletesTheOldestSegmentsAndSaysSo"),
            row("log-exists", "LogsContractTest.creatingAgainIsTheSameOrAConflict"),
            row("producer-gap", "AppendContractTest.aProducersGapAndItsOlderEpochAreRefused"),
            row("offset-mismatch", "AppendContractTest.anAppendConditionalOnAnOffsetIsRefusedWhenItHasPassed"),
            row("record-too-large", "AppendContractTest.limitsAreToldWithTheirNumbers"),
            row("request-too-large", "AppendContractTest.limitsAreToldWithTheirNumbers"),
            row("unsupported-media-type", "AppendContractTest.unknownLogShardTypeAndAckAreRefused"),
            row("wrong-shard", "AppendContractTest.aKeySentToAnotherShardThanItsOwnIsRefused"),
            row("overloaded", "LimitsTest.moreRequestsThanTheNodeTakesAreRefusedAtOnce"),
            row("quota-exceeded", "SecurityTest.aQuotaIsKept"),
            row("plan-conflict", "PlansContractTest.aRollbackBringsTheRangeBackAndASecondPlanForAShardIsAConflict"),
            row("shard-sealed", "PlansContractTest.whoeverRoutedToASealedShardIsToldItsChildren"),
            row("no-leader", "EverywhereTest.whatIsOnANodeThatIsDownIsToldApartFromWhatIsNot"),
            row("no-quorum", "http.ProblemsTest.eachFailureHasItsStatusAndSlug"),
            row("partially-appended", "EverywhereTest.whatIsOnANodeThatIsDownIsToldApartFromWhatIsNot"),
            row(
                    "commit-unknown",
                    "route.RoutedReplicationTest.anAppendWhoseAnswerIsLostIsOfUnknownOutcomeAndIsNotRepeated"),
            row("disk-full", "HousekeepingTest.belowTheReserveAppendsAreRefusedAndReadsGoOn"));

    /** The contract's table of errors. */
    private static final Set<String> SLUGS = Set.of(
            "bad-request",
            "unauthenticated",
            "forbidden",
            "producer-fenced",
            "no-such-log",
            "no-such-shard",
            "no-such-record",
            "no-such-key",
            "record-expired",
            "log-exists",
            "producer-gap",
            "plan-conflict",
            "offset-mismatch",
            "record-too-large",
            "request-too-large",
            "unsupported-media-type",
            "wrong-shard",
            "shard-sealed",
            "overloaded",
            "quota-exceeded",
            "no-leader",
            "no-quorum",
            "partially-appended",
            "commit-unknown",
            "disk-full");

    private static Map.Entry<String, String> row(String row, String test) {
        return Map.entry(row, test);
    }

    @Test
    void everyProblemOfTheContractIsARow() {
        assertThat(PROBLEMS.keySet()).isEqualTo(SLUGS);
    }

    @Test
    void everyRowOfTheContractIsHeldByATestThatExists() {
        var missing = new TreeSet<String>();
        for (var rows : List.of(CALLS, FORMS, PROBLEMS)) {
            new TreeMap<>(rows).forEach((row, test) -> {
                if (!exists(test)) {
                    missing.add(row + ": " + test);
                }
            });
        }
        assertThat(missing).isEmpty();
    }

    private static boolean exists(String test) {
        var parts = test.split("\\.(?=[a-z][A-Za-z0-9]*$)");
        boolean isMethod = parts.length == 2 && Character.isUpperCase(parts[0].charAt(parts[0].lastIndexOf('.') + 1));
        try {
            var type = Class.forName("io.forelog.server." + (isMethod ? parts[0] : test));
            return !isMethod
                    || Arrays.stream(type.getDeclaredMethods())
                            .anyMatch(method -> method.getName().equals(parts[1]));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Test
    void everyCallThatIsServedIsARowOrNamedAsBeyondTheContract() throws IOException {
        var served = new ArrayList<String>();
        try (var in = ContractCoverageTest.class.getResourceAsStream("/openapi/openapi.yaml")) {
            for (var path : (new YAMLMapper().readTree(in)).get("paths").properties()) {
                for (var operation : path.getValue().properties()) {
                    if (operation.getValue().has("operationId")) {
                        served.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    }
                }
            }
        }
        var named = new TreeSet<>(CALLS.keySet());
        named.addAll(BEYOND);

        assertThat(new TreeSet<>(served)).isEqualTo(named);
    }
}
