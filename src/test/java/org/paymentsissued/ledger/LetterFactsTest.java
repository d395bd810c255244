package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LetterFactsTest {

    private static String cause(int status, String happened, String... own) {
        return LetterFacts.causeKey("deliver", Optional.of(status), happened, List.of(own));
    }

    @Test
    void the_same_trouble_of_different_payments_is_one_cause() {
        assertThat(cause(422, "Check 10902 of 2026-03-25 to Harlan Drywall LLC was not sent: its bills add up to 9,000.00.",
                "Harlan Drywall LLC")).isEqualTo(cause(422,
                "Check A-17 of 2026-03-26 to O'Neil & Sons was not sent: its bills add up to 85.00.", "O'Neil & Sons"));
        assertThat(cause(422, "Record 4711 is gone.")).isEqualTo(cause(422, "Record 598134325741401 is gone."));
    }

    @Test
    void another_answer_another_status_or_another_stage_is_another_cause() {
        String refused = cause(422, "Procore refused it: payments are turned off.");
        assertThat(refused).isNotEqualTo(cause(422, "Procore refused it: the invoice is not approved."));
        assertThat(refused).isNotEqualTo(cause(400, "Procore refused it: payments are turned off."));
        assertThat(refused).isNotEqualTo(LetterFacts.causeKey("yours", Optional.of(422), "Procore refused it: payments are turned off.",
                List.of()));
        assertThat(refused).startsWith("deliver-422-");
    }
}
