package io.forelog.cache.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forelog.record.GlobalAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SealingKeysTest {

    private static final GlobalAddress ADDRESS = new GlobalAddress(1, 2, 3);
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);
    private static final String OLD = "1 " + "0a".repeat(32);
    private static final String NEW = "2 " + "0b".repeat(32);

    @Test
    void fileOfKeysSealsWithTheFirstAndOpensWithAll() {
        var before = new AesGcmSealer("c", SealingKeys.parse(OLD + "\n"));
        var after = new AesGcmSealer("c", SealingKeys.parse("# rotated\n" + NEW + "\n\n" + OLD));

        assertThat(after.open(ADDRESS, before.seal(ADDRESS, VALUE))).isEqualTo(VALUE);
        assertThat(before.open(ADDRESS, after.seal(ADDRESS, VALUE))).isNull();
    }

    @Test
    void nodeThatKnowsTheNextKeyOpensWhatIsSealedWithIt() {
        var waiting = new AesGcmSealer("c", SealingKeys.parse(OLD + "\n" + NEW));
        var rotated = new AesGcmSealer("c", SealingKeys.parse(NEW + "\n" + OLD));

        assertThat(waiting.open(ADDRESS, rotated.seal(ADDRESS, VALUE))).isEqualTo(VALUE);
    }

    @Test
    void damagedFileIsRefusedByLineWithoutShowingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealingKeys.parse(OLD + "\n2 secret"))
                .withMessageContaining("line 2")
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealingKeys.parse("# none"))
                .withMessageContaining("no key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealingKeys.parse(OLD + "\n" + OLD))
                .withMessageContaining("again");
    }

    @Test
    void keyFollowsFromTheSecretOfTheCluster() {
        var one = new AesGcmSealer("c", SealingKeys.derived("c", "secret"));
        var same = new AesGcmSealer("c", SealingKeys.derived("c", "secret"));
        var other = new AesGcmSealer("c", SealingKeys.derived("c", "another"));
        var sealed = one.seal(ADDRESS, VALUE);

        assertThat(same.open(ADDRESS, sealed)).isEqualTo(VALUE);
        assertThat(other.open(ADDRESS, sealed)).isNull();
    }

    @Test
    void whatProvesASecretTellsItFromOthersAndFromOtherClusters() {
        var proof = SealingKeys.proof("orders", "open sesame");

        assertThat(proof).matches("[0-9a-f]{32}").isEqualTo(SealingKeys.proof("orders", "open sesame"));
        assertThat(proof)
                .isNotEqualTo(SealingKeys.proof("orders", "open barley"))
                .isNotEqualTo(SealingKeys.proof("invoices", "open sesame"));
    }
}
