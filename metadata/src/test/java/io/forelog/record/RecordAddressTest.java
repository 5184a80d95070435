package io.forelog.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordAddressTest {

    @Test
    void isReadAsItIsWritten() {
        assertThat(RecordAddress.parse("3:1201"))
                .isEqualTo(new RecordAddress(3, 1201))
                .hasToString("3:1201");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "3", "3:", ":5", "-1:5", "1:-5", "a:b", "1:2:3", "99999999999:1"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> RecordAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SHARD:OFFSET");
    }

    /** From the reference implementation's own test vectors and tool: {@code printf TEXT | xxhsum -H1}. */
    @ParameterizedTest
    @CsvSource({"'', ef46db3751d8e999", "a, d24ec4f1a98c6e5b", "abc, 44bc2cf5ad770999"})
    void keysAreHashedByXxh64(String key, String hash) {
        assertThat(Long.toHexString(KeyHash.of(key.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(hash);
    }

    @Test
    void onlyTheLocalityPrefixIsHashed() {
        assertThat(KeyHash.of(bytes("user-42/cart"), "/")).isEqualTo(KeyHash.of(bytes("user-42")));
        assertThat(KeyHash.of(bytes("user-42::cart"), "::")).isEqualTo(KeyHash.of(bytes("user-42")));
        assertThat(KeyHash.of(bytes("/cart"), "/")).isEqualTo(KeyHash.of(bytes("")));
        assertThat(KeyHash.of(bytes("a/b"), null)).isEqualTo(KeyHash.of(bytes("a/b")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
