package io.forelog.metadata;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What each package may import, as its {@code package-info.java} says. */
@AnalyzeClasses(packages = "io.forelog", importOptions = DoNotIncludeTests.class)
class PackagesTest {

    @ArchTest
    static final ArchRule RECORD_STANDS_ALONE = classes()
            .that()
            .resideInAPackage("io.forelog.record")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages("io.forelog.error..", "io.forelog.metadata..", "io.forelog.raft..");

    @ArchTest
    static final ArchRule ERRORS_KNOW_RECORDS_ONLY = classes()
            .that()
            .resideInAPackage("io.forelog.error")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages("io.forelog.metadata..", "io.forelog.raft..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.forelog.(*)..").should().beFreeOfCycles();
}
