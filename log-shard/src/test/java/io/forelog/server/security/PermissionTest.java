package io.forelog.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionTest {

    @ParameterizedTest
    @CsvSource({
        "read:*, orders, true", "read:orders-*, orders-1, true", "read:orders-*, payments, false",
        // It tells of all logs: so it is for who may administer them all, or was named it.
        "read:*, _control, false", "append:*, _control, false", "admin:orders, _control, false",
        "admin:*, _control, true", "read:_control, _control, true", "read:_*, _control, true"
    })
    void theClustersOwnLogIsReadOnlyByWhoMayAdministerAllOrWasNamedIt(String permission, String log, boolean may) {
        assertThat(Permission.parse(permission).allows(Verb.READ, log)).isEqualTo(may);
    }
}
