package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FetchBudgetTest {

    private final FetchBudget budget = new FetchBudget();

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
