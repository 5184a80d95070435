package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.GlobalAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelKeyTest {

    @Test
    void packedAddressUnpacksToItself() {
        var addresses = List.of(
                new GlobalAddress(0, 0, 0),
                new GlobalAddress(65_534, 4_095, 68_719_476_735L),
                new GlobalAddress(7, 3, 1201));

        for (var address : addresses) {
            assertThat(ModelKey.address(ModelKey.of(address))).isEqualTo(address);
        }
    }

    @Test
    void neighbouringOffsetsAreNeighbouringKeys() {
        assertThat(ModelKey.of(7, 3, 1202)).isEqualTo(ModelKey.of(7, 3, 1201) + 1);
    }

    @Test
    void addressThatDoesNotFitIsNotModelled() {
        assertThat(ModelKey.of(65_535, 0, 0)).isEqualTo(ModelKey.NONE);
        assertThat(ModelKey.of(0, 4_096, 0)).isEqualTo(ModelKey.NONE);
        assertThat(ModelKey.of(0, 0, 68_719_476_736L)).isEqualTo(ModelKey.NONE);
        assertThat(ModelKey.of(-1, 0, 0)).isEqualTo(ModelKey.NONE);
    }

    @Test
    void keysOfOneShardAndNoOthersShareTheirUpperPart() {
        long shard = ModelKey.logAndShard(ModelKey.of(7, 3, 0));

        assertThat(ModelKey.logAndShard(ModelKey.of(7, 3, 68_719_476_735L))).isEqualTo(shard);
        assertThat(ModelKey.logAndShard(ModelKey.of(7, 4, 0))).isNotEqualTo(shard);
        assertThat(ModelKey.logAndShard(ModelKey.of(8, 3, 0))).isNotEqualTo(shard);
    }
}
