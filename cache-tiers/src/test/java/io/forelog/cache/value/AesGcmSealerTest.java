package io.forelog.cache.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forelog.record.GlobalAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class AesGcmSealerTest {

    private static final GlobalAddress ADDRESS = new GlobalAddress(1, 2, 3);
    private static final byte[] PLAIN =
            "the plain value, a little longer than a block".getBytes(StandardCharsets.UTF_8);

    private final AesGcmSealer sealer = new AesGcmSealer("cluster", SealingKeys.of(1, key(1)));

    private static byte[] key(int seed) {
        var key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    private static SecretKeySpec secret(int seed) {
        return new SecretKeySpec(key(seed), "AES");
    }

    @Test
    void whatWasSealedOpensAndDoesNotShow() {
        var sealed = sealer.seal(ADDRESS, PLAIN);

        assertThat(sealer.open(ADDRESS, sealed)).isEqualTo(PLAIN);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("plain");
    }

    @Test
    void anyAlteredByteIsNoticed() {
        var sealed = sealer.seal(ADDRESS, PLAIN);
        for (int i = 0; i < sealed.length; i++) {
            var altered = sealed.clone();
            altered[i] ^= 1;

            assertThat(sealer.open(ADDRESS, altered)).as("byte %d", i).isNull();
        }
    }

    @Test
    void anyTruncationIsNoticed() {
        var sealed = sealer.seal(ADDRESS, PLAIN);
        for (int length = 0; length < sealed.length; length++) {
            assertThat(sealer.open(ADDRESS, Arrays.copyOf(sealed, length)))
                    .as("%d bytes", length)
                    .isNull();
        }
    }

    @Test
    void valueMovedToAnotherAddressDoesNotOpen() {
        var sealed = sealer.seal(ADDRESS, PLAIN);

        assertThat(sealer.open(new GlobalAddress(2, 2, 3), sealed)).isNull();
        assertThat(sealer.open(new GlobalAddress(1, 3, 3), sealed)).isNull();
        assertThat(sealer.open(new GlobalAddress(1, 2, 4), sealed)).isNull();
    }

    @Test
    void valueOfAnotherClusterDoesNotOpenEvenUnderTheSameKey() {
        var other = new AesGcmSealer("other", SealingKeys.of(1, key(1)));

        assertThat(other.open(ADDRESS, sealer.seal(ADDRESS, PLAIN))).isNull();
    }

    @Test
    void valueThatWasNeverSealedDoesNotOpen() {
        assertThat(sealer.open(ADDRESS, PLAIN)).isNull();
        assertThat(sealer.open(ADDRESS, new byte[0])).isNull();
    }

    @Test
    void rotationKeepsOldValuesReadableUntilTheirKeyIsDropped() {
        var old = sealer.seal(ADDRESS, PLAIN);

        sealer.rotate(new SealingKeys(2, Map.of(1, secret(1), 2, secret(2))));
        var fresh = sealer.seal(ADDRESS, PLAIN);
        assertThat(sealer.open(ADDRESS, old)).isEqualTo(PLAIN);
        assertThat(sealer.open(ADDRESS, fresh)).isEqualTo(PLAIN);

        sealer.rotate(new SealingKeys(2, Map.of(2, secret(2))));
        assertThat(sealer.open(ADDRESS, old)).isNull();
        assertThat(sealer.open(ADDRESS, fresh)).isEqualTo(PLAIN);
    }

    @Test
    void nodeThatHasTheNextKeyButDoesNotSealWithItReadsWhatOthersSeal() {
        var ahead = new AesGcmSealer("cluster", new SealingKeys(2, Map.of(1, secret(1), 2, secret(2))));
        sealer.rotate(new SealingKeys(1, Map.of(1, secret(1), 2, secret(2))));

        assertThat(sealer.open(ADDRESS, ahead.seal(ADDRESS, PLAIN))).isEqualTo(PLAIN);
        assertThat(ahead.open(ADDRESS, sealer.seal(ADDRESS, PLAIN))).isEqualTo(PLAIN);
    }

    @Test
    void noNonceIsUsedTwice() {
        var nonces = new HashSet<String>();
        for (int i = 0; i < 20_000; i++) {
            var sealed = sealer.seal(ADDRESS, new byte[0]);
            nonces.add(Arrays.toString(Arrays.copyOfRange(sealed, 5, 17)));
        }

        assertThat(nonces).hasSize(20_000);
    }

    @Test
    void badKeysAreRefusedAndNoKeyIsShown() {
        assertThatIllegalArgumentException().isThrownBy(() -> SealingKeys.of(1, new byte[16]));
        assertThatIllegalArgumentException().isThrownBy(() -> new SealingKeys(2, Map.of(1, secret(1))));
        assertThat(SealingKeys.of(7, key(1)).toString()).isEqualTo("SealingKeys[current=7, ids=[7]]");
    }
}
