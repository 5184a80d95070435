package io.forelog.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each library has one package; nothing here knows of storage, prefetch, servers or the wire. */
@AnalyzeClasses(packages = "io.forelog.cache", importOptions = DoNotIncludeTests.class)
class CacheArchitectureTest {

    @ArchTest
    static final ArchRule hazelcastIsInRegional = only("..cache.regional..", "com.hazelcast..");

    @ArchTest
    static final ArchRule redisIsInGlobal = only("..cache.global..", "org.redisson..", "redis.embedded..");

    @ArchTest
    static final ArchRule breakersAreInThePath = only("io.forelog.cache", "io.github.resilience4j..");

    @ArchTest
    static final ArchRule tiersDoNotKnowEachOther = noClasses()
            .that()
            .resideInAnyPackage("io.forelog.cache", "..cache.value..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..cache.regional..", "..cache.global..")
            .because("the path knows tiers by their interface; whoever wires a node chooses them");

    @ArchTest
    static final ArchRule nothingFromAboveOrBeside = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forelog.prefetch..",
                    "io.forelog.storage..",
                    "io.forelog.server..",
                    "io.forelog.loadgen..",
                    "io.vertx..",
                    "net.openhft..");

    private static ArchRule only(String where, String... what) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(where)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(what);
    }
}
