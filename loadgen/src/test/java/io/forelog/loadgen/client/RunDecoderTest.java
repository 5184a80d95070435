package io.forelog.loadgen.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.record.RecordAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDecoderTest {

    @ParameterizedTest
    @ValueSource(strings = {"{\"n\":1.50e+03,\"t\":\"ä\"}", "1.0", "\"text\"", "[1,[2]]", "true", "null", "-0"})
    void aJsonValueIsGivenBackAsItStands(String value) {
        var line = "{\"shard\":2,\"key\":\"kä\",\"value\":" + value + ",\"offset\":7,\"headers\":{\"a\":\"b\"}}\n";

        var records = RunDecoder.ndjson((line + line).getBytes(UTF_8));

        assertThat(records).hasSize(2).allSatisfy(stored -> {
            assertThat(stored.address()).isEqualTo(new RecordAddress(2, 7));
            assertThat(stored.key()).isEqualTo("kä");
            assertThat(new String(stored.value(), UTF_8)).isEqualTo(value);
        });
    }

    @Test
    void bytesComeOutOfBase64() {
        var records =
                RunDecoder.ndjson("{\"shard\":0,\"offset\":1,\"key\":null,\"valueBase64\":\"AAH/\"}".getBytes(UTF_8));

        assertThat(records.getFirst().value()).containsExactly(0, 1, 255);
        assertThat(records.getFirst().key()).isNull();
    }

    @Test
    void anEmptyRunHasNoRecords() {
        assertThat(RunDecoder.ndjson(new byte[0])).isEmpty();
    }

    @Test
    void aMalformedLineIsNamed() {
        var lines = "{\"shard\":0,\"offset\":1,\"valueBase64\":\"\"}\n{\"shard\":0,\"offs";

        assertThatThrownBy(() -> RunDecoder.ndjson(lines.getBytes(UTF_8)))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("record 2");
    }
}
