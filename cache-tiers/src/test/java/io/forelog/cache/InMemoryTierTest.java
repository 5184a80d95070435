package io.forelog.cache;

class InMemoryTierTest extends CacheTierContract {

    private final InMemoryTier tier = ready(new InMemoryTier());

    @Override
    protected CacheTier tier() {
        return tier;
    }
}
