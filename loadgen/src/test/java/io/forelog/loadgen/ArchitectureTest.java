package io.forelog.loadgen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.forelog.loadgen", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule SPEAKS_HTTP_ONLY = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forelog.server..",
                    "io.forelog.storage..",
                    "io.forelog.replication..",
                    "io.forelog.reshard..",
                    "io.forelog.raft..");

    @ArchTest
    static final ArchRule ONLY_THE_SIMULATION_RUNS_THE_NODES_CACHE_AND_PREFETCH_CLASSES = noClasses()
            .that()
            .resideOutsideOfPackage("io.forelog.loadgen.simulate..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.forelog.cache..", "io.forelog.prefetch..");

    @ArchTest
    static final ArchRule THE_CHECKER_KNOWS_NO_NETWORK = noClasses()
            .that()
            .resideInAPackage("io.forelog.loadgen.verify")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.forelog.loadgen.client", "io.forelog.loadgen.load");

    @ArchTest
    static final ArchRule THE_CLIENT_KNOWS_NO_WORKLOADS = noClasses()
            .that()
            .resideInAPackage("io.forelog.loadgen.client")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forelog.loadgen.load",
                    "io.forelog.loadgen.verify",
                    "io.forelog.loadgen.report",
                    "io.forelog.loadgen.cli");

    @ArchTest
    static final ArchRule ONLY_THE_BACKTEST_AND_THE_REHEARSAL_RUN_THE_SHARD_MANAGERS_CLASSES = noClasses()
            .that()
            .resideOutsideOfPackages("io.forelog.loadgen.forecast..", "io.forelog.loadgen.rehearse..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.forelog.forecast..", "io.forelog.manager..");
}
