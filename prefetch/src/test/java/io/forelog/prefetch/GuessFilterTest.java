package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Guesses;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GuessFilterTest {

    private static final int KEYS = 100;

    private final AccessModel model = new AccessModel(PrefetchConfig.DEFAULT.sources(), 1 << 20);
    private final Scoreboard scoreboard = new Scoreboard(model.cells());
    private final GuessFilter filter = new GuessFilter(model);
    private final MergedGuesses merged = new MergedGuesses(model);
    private final Guesses guesses = new Guesses();
    private long signs;

    /** Reads keys in a circle, and returns how likely the first guess is thought to come true. */
    private float probability(int read, ReadOutcome outcome) {
        model.onRead(1, read % KEYS, read, read, 0);
        model.guess(guesses);
        merged.merge(guesses, scoreboard, 0);
        assertThat(merged.size()).isPositive();
        signs = filter.signs(merged, 0, outcome, scoreboard);
        return filter.probability(merged.cell(0, 0), signs, logit());
    }

    private short logit() {
        return GuessFilter.logit(merged.best(0));
    }

    @Test
    void learnsThatGuessesAreSurerAtReadsThatEndInOneWayThanInAnother() {
        var random = new Random(7);
        for (int read = 0; read < 5_000; read++) {
            boolean hit = random.nextBoolean();
            probability(read, hit ? ReadOutcome.HIT : ReadOutcome.MISS);
            filter.learn(merged.cell(0, 0), signs, logit(), hit);
        }

        assertThat(probability(5_000, ReadOutcome.HIT)).isGreaterThan(0.7f);
        assertThat(probability(5_001, ReadOutcome.MISS)).isLessThan(0.3f);
    }

    @Test
    void tellsKeysThatAreNewFromThoseReadBefore() {
        int known = 0;
        for (int read = 0; read < 5_000; read++) {
            boolean fresh = read % 2 == 0;
            model.onRead(1, fresh ? 1_000 + read : known++ % KEYS, read, read, 0);
            assertThat(model.lastAge() == AccessModel.AGES - 1).isEqualTo(fresh || read < 2 * KEYS);
        }
    }
}
