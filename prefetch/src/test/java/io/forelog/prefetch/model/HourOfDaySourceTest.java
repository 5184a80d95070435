package io.forelog.prefetch.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HourOfDaySourceTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int READS = 50;

    private final AccessModel model = new AccessModel(Set.of(Source.HOUR_OF_DAY), 1 << 20);
    private final Guesses guesses = new Guesses();

    /** Reads a key, and returns what is guessed then. */
    private Set<Long> read(long key, long millis) {
        model.onRead(1, key, millis, millis, 0);
        model.guess(guesses);
        var guessed = new HashSet<Long>();
        for (int i = 0; i < guesses.size(); i++) {
            guessed.add(model.key(guesses.id(i)));
        }
        return guessed;
    }

    private Set<Long> guessedAt(long millis) {
        var guessed = new HashSet<Long>();
        for (int i = 0; i < READS; i++) {
            guessed.addAll(read(-1, millis));
        }
        return guessed;
    }

    @Test
    void whatWasReadYesterdayAtThisTimeIsGuessedAndNothingElse() {
        read(8, 8 * HOUR);
        read(9, 9 * HOUR);
        read(10, 10 * HOUR);

        assertThat(guessedAt(DAY + 9 * HOUR)).containsExactly(9L);
    }

    @Test
    void guessesComeBeforeTheHour() {
        read(9, 9 * HOUR);

        assertThat(guessedAt(DAY + 9 * HOUR - 10 * MINUTE)).isEmpty();
        assertThat(guessedAt(DAY + 9 * HOUR - 4 * MINUTE)).containsExactly(9L);
    }

    @Test
    void whatWasReadTodayAlreadyIsNotGuessed() {
        read(9, 9 * HOUR);
        read(9, DAY + 9 * HOUR);

        assertThat(guessedAt(DAY + 9 * HOUR + MINUTE)).isEmpty();
        assertThat(guessedAt(2 * DAY + 9 * HOUR)).containsExactly(9L);
    }

    /** Two reads within minutes, on two days, are of one occasion. */
    @Test
    void midnightDividesNoHabit() {
        read(9, DAY - MINUTE);
        read(9, DAY + MINUTE);

        assertThat(guessedAt(DAY + 2 * MINUTE)).isEmpty();
        assertThat(guessedAt(2 * DAY - 10 * MINUTE)).containsExactly(9L);
    }

    @Test
    void oneReadAtAnotherTimeDoesNotEndAHabitThatADayHasConfirmed() {
        read(9, 9 * HOUR);
        read(9, DAY + 9 * HOUR);
        read(9, DAY + 15 * HOUR);

        assertThat(guessedAt(2 * DAY + 9 * HOUR)).containsExactly(9L);
    }

    @Test
    void aHabitMovesToAnotherHour() {
        for (int day = 0; day < 2; day++) {
            read(9, day * DAY + 9 * HOUR);
        }
        for (int day = 2; day < 5; day++) {
            read(9, day * DAY + 15 * HOUR);
        }

        assertThat(guessedAt(5 * DAY + 9 * HOUR)).isEmpty();
        assertThat(guessedAt(5 * DAY + 15 * HOUR)).containsExactly(9L);
    }
}
