package io.forelog.cache.global;

import io.forelog.cache.CacheTier;
import io.forelog.cache.CacheTierContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class GlobalTierTest extends CacheTierContract {

    private GlobalTier tier;

    @BeforeAll
    void open(@TempDir Path directory) {
        var own = new RedisConnection.Embedded(directory, 64 << 20);
        tier = ready(new GlobalTier(new GlobalConfig("test", Duration.ofHours(1), own)));
    }

    @Override
    protected CacheTier tier() {
        return tier;
    }

    @AfterAll
    void close() {
        tier.close();
    }
}
