package io.forelog.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What each package may import: storage, then replication, then the server, each knowing only those before it. */
@AnalyzeClasses(packages = "io.forelog", importOptions = DoNotIncludeTests.class)
class PackagesTest {

    @ArchTest
    static final ArchRule ONLY_THE_SERVER_KNOWS_HTTP_AND_JSON = noClasses()
            .that()
            .resideOutsideOfPackages("io.forelog.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "com.fasterxml.jackson..", "io.micrometer..", "io.netty..");

    @ArchTest
    static final ArchRule ONLY_STORAGE_KNOWS_CHRONICLE = noClasses()
            .that()
            .resideOutsideOfPackages("io.forelog.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.openhft..");

    @ArchTest
    static final ArchRule STORAGE_KNOWS_NEITHER_REPLICATION_NOR_SERVER_NOR_CACHES = noClasses()
            .that()
            .resideInAPackage("io.forelog.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forelog.replication..",
                    "io.forelog.server..",
                    "io.forelog.cache..",
                    "io.forelog.prefetch..",
                    "io.forelog.metadata..");

    @ArchTest
    static final ArchRule REPLICATION_KNOWS_NEITHER_SERVER_NOR_CACHES = noClasses()
            .that()
            .resideInAPackage("io.forelog.replication..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.forelog.server..", "io.forelog.cache..", "io.forelog.prefetch..");

    @ArchTest
    static final ArchRule ONLY_THEIR_PACKAGES_KNOW_THE_CACHES_LIBRARIES = noClasses()
            .that()
            .resideOutsideOfPackages("io.forelog.cache..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.hazelcast..", "org.redisson..", "com.github.benmanes..");

    @ArchTest
    static final ArchRule CACHES_AND_PREFETCH_MEET_ONLY_IN_ONE_PLACE = noClasses()
            .that()
            .resideInAnyPackage("io.forelog.cache..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.forelog.prefetch..");

    @ArchTest
    static final ArchRule NOTHING_OF_A_NODE_KNOWS_THE_SIMULATION = noClasses()
            .that()
            .resideOutsideOfPackages("io.forelog.simulation..", "io.forelog.server.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.forelog.simulation..");

    @ArchTest
    static final ArchRule THE_SIMULATED_WORLD_KNOWS_RAFTS_SEAMS_ALONE = noClasses()
            .that()
            .resideInAPackage("io.forelog.simulation")
            .should()
            .dependOnClassesThat(resideInAPackage("io.forelog..")
                    .and(not(resideInAnyPackage("io.forelog.simulation..", "io.forelog.raft.."))));
}
