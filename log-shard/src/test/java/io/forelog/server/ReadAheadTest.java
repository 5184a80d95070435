package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.config.Config;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {

    @ParameterizedTest
    @ValueSource(strings = {"PT0.1S", "PT5S", "PT30S"})
    void noReadIsGivenUpBeforeItsOwnTimeout(String timeout) throws IOException {
        var path = ReadAhead.path(Config.of(null, Map.of(), Map.of("read.timeout", timeout)));

        assertThat(path.ownerDeadline()).isGreaterThanOrEqualTo(Duration.parse(timeout));
    }
}
