package io.forelog.cache.regional;

import io.forelog.cache.CacheTier;
import io.forelog.cache.CacheTierContract;
import org.junit.jupiter.api.AfterAll;

class RegionalTierTest extends CacheTierContract {

    private final RegionalTier tier = ready(new RegionalTier(RegionalConfig.alone("test", "here", 15_701, 64 << 20)));

    @Override
    protected CacheTier tier() {
        return tier;
    }

    @AfterAll
    void close() {
        tier.close();
    }
}
