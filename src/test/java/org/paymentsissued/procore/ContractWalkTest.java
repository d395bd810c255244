package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.payment.CommitmentRef;

/** All payments of a commitment, page by page, from servers of every kind. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ContractWalkTest {

    private static final Instant START = Instant.parse("2026-03-26T06:00:00Z");
    private static final int FAR_TOO_MANY = 5_000;

    private final ContractWalk walk = new ContractWalk("1", new CommitmentRef(1001, 11), START);
    private int calls;

    private static List<ContractPayment> records(int first, int last) {
        return PaymentJson.readList(IntStream.rangeClosed(first, last).mapToObj(id -> "{\"id\":" + id + "}")
                .collect(Collectors.joining(",", "[", "]"))).orElseThrow();
    }

    private void walk(IntFunction<List<ContractPayment>> pages, Map<String, String> headers) {
        while (walk.isUnfinished() && calls < FAR_TOO_MANY) {
            calls++;
            String query = walk.nextCall().query();
            int page = Integer.parseInt(query.replaceAll(".*&page=(\\d+).*", "$1"));
            walk.take(pages.apply(page), new ProcoreAnswer(200, headers, "", Optional.empty(), true, START));
        }
    }

    @Test
    void a_list_that_ignores_paging_ends_when_a_page_brings_nothing_new() {
        walk(page -> records(1, 3), Map.of("Link", "<https://procore.example/?page=2>; rel=\"next\""));

        assertThat(calls).isEqualTo(2);
        assertThat(walk.records()).hasSize(3);
        assertThat(walk.gap()).isEmpty();
    }

    @Test
    void a_list_that_ignores_paging_and_has_more_than_it_shows_has_a_gap() {
        walk(page -> records(1, 100), Map.of("Total", "250"));

        assertThat(calls).isLessThanOrEqualTo(6);
        assertThat(walk.gap()).hasValueSatisfying(gap -> assertThat(gap).contains("250", "100"));
    }

    @Test
    void a_list_that_never_ends_has_a_gap_after_a_thousand_pages() {
        walk(page -> records(page * 2, page * 2 + 1), Map.of());

        assertThat(calls).isEqualTo(1_000);
        assertThat(walk.gap()).hasValueSatisfying(gap -> assertThat(gap).contains("more than 1000 pages"));
    }

    @Test
    void pages_are_read_to_the_last_one_whatever_says_that_it_is() {
        walk(page -> page <= 3 ? records(page * 100, page * 100 + 99) : List.of(), Map.of());

        assertThat(walk.records()).hasSize(300);
        assertThat(calls).isEqualTo(4);
        assertThat(walk.gap()).isEmpty();
    }

    @Test
    void a_total_that_counts_what_the_account_may_not_see_is_no_gap() {
        walk(page -> page == 1 ? records(1, 3) : List.of(), Map.of("Total", "5"));

        assertThat(walk.records()).hasSize(3);
        assertThat(walk.gap()).isEmpty();
    }
}
