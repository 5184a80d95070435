package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FetchBudgetTest {

    private final FetchBudget budget = new FetchBudget(64);

    private void complete(int times, double took) {
        for (int i = 0; i < times; i++) {
            budget.completed(took);
        }
    }

    @Test
    void yieldsToReadsThatWaitAndComesBackWhenTheyDoNot() {
        complete(100, 1_000);
        assertThat(budget.limit()).isEqualTo(64);

        complete(200, 5_000);
        assertThat(budget.limit()).isEqualTo(1);

        complete(5_000, 1_000);
        assertThat(budget.limit()).isEqualTo(64);
    }

    @Test
    void wantsSurerGuessesAfterWaste() {
        double before = budget.bar();
        for (int i = 0; i < 20_000; i++) {
            budget.sampled(false, true);
            budget.read();
            budget.spend(0.1);
        }

        assertThat(budget.bar()).isGreaterThan(before);
    }

    @Test
    void takesLessSureGuessesWhereAllMissAndNothingIsWasted() {
        double before = budget.bar();
        for (int i = 0; i < 20_000; i++) {
            budget.sampled(true, true);
            budget.read();
        }

        assertThat(budget.bar()).isLessThan(before);
    }
}
