package io.forelog.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnsweredByTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        forelog-local; hit                                             | LOCAL
        forelog-local; hit; detail=prefetched                          | PREFETCHED
        forelog-local; hit; detail=joined                              | JOINED
        forelog-local;hit;detail="other"                               | LOCAL
        forelog-regional; hit                                          | REGIONAL
        forelog-global; hit; ttl=30                                    | GLOBAL
        forelog; fwd=miss                                              | SHARD
        forelog-local; fwd=miss, forelog-regional; hit                 | REGIONAL
        some-proxy; hit                                                | UNKNOWN
        """)
    void theFirstMemberThatHitAnswered(String header, AnsweredBy answeredBy) {
        assertThat(AnsweredBy.parse(header)).isEqualTo(answeredBy);
    }

    @Test
    void anAnswerWithoutTheHeaderIsUnknown() {
        assertThat(AnsweredBy.parse(null)).isEqualTo(AnsweredBy.UNKNOWN);
    }
}
