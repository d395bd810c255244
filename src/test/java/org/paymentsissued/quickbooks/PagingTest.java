package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PagingTest {

    @Test
    void an_iterator_that_counts_down_from_two_billion_one_row_at_a_time_has_an_end() {
        Paging paging = new Paging();
        int pages = 1;
        for (int left = Integer.MAX_VALUE - 1; pages <= 200_000; left--) {
            paging.sees(new RowElement("CheckRet", "K" + left, "<CheckRet>" + left + "</CheckRet>", false));
            if (!paging.goesOn(new Answer.Response("CheckQueryRs", "1", new Status(0, ""), "{it}", OptionalInt.of(left), 1,
                    Optional.empty(), Optional.empty()))) {
                break;
            }
            pages++;
        }

        assertThat(pages).isEqualTo(100_000);
    }
}
