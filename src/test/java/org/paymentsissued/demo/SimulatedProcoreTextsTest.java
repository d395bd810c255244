package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.ProcoreBehaviour.Answer;
import org.paymentsissued.demo.ProcoreBehaviour.TextChange;

/** Texts that are stored in another form than they were sent, and fields that answers leave out. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SimulatedProcoreTextsTest {

    private static final String PAYMENT = "{'amount':'9000.00','date':'2026-03-25','payment_method':'check',"
            + "'check_number':'Ab-17','notes':' May  retainage ','origin_id':'K1|B1'}";

    private final TestProcore procore = PoliteClient.riversideClinic();
    private final PoliteClient client = new PoliteClient(procore);

    @Test
    void by_default_a_text_is_stored_as_it_was_sent() {
        assertThat(posted().path("notes").asText()).isEqualTo(" May  retainage ");
    }

    @Test
    void case_white_space_and_length_of_texts_can_change() {
        procore.behaviour().changesTexts(TextChange.UPPER_CASE, TextChange.SINGLE_SPACES, TextChange.TRIMMED).cutsTexts(6);
        long id = posted().path("id").asLong();
        JsonNode shown = PoliteClient.json(client.show(id));
        assertThat(shown.path("notes").asText()).isEqualTo("MAY RE");
        assertThat(shown.path("check_number").asText()).isEqualTo("AB-17");
        assertThat(procore.paymentsIssued().get(0).notes()).isEqualTo("MAY RE");
    }

    @Test
    void the_key_of_a_record_is_never_changed_unless_asked_for() {
        procore.behaviour().changesTexts(TextChange.LOWER_CASE);
        assertThat(posted().path("origin_id").asText()).isEqualTo("K1|B1");
        procore.behaviour().changedFields("origin_id");
        JsonNode patched = PoliteClient.json(client.patch(procore.paymentsIssued().get(0).id(), "{'origin_id':'K1|B1'}"));
        assertThat(patched.path("origin_id").asText()).isEqualTo("k1|b1");
    }

    @Test
    void the_answer_to_a_change_can_show_what_was_sent_instead_of_what_is_stored() {
        procore.behaviour().changesTexts(TextChange.UPPER_CASE).echoesTexts(true);
        JsonNode posted = posted();
        assertThat(posted.path("check_number").asText()).isEqualTo("Ab-17");
        assertThat(PoliteClient.json(client.show(posted.path("id").asLong())).path("check_number").asText())
                .isEqualTo("AB-17");
    }

    @Test
    void each_kind_of_answer_leaves_out_its_own_fields() {
        procore.behaviour().omits(Answer.WRITE, "notes").omits(Answer.SHOW, "check_number", "date").omits(Answer.LIST, "amount");
        JsonNode posted = posted();
        JsonNode shown = PoliteClient.json(client.show(posted.path("id").asLong()));
        JsonNode listed = PoliteClient.json(client.get(PoliteClient.LIST)).get(0);
        assertThat(posted.has("notes")).isFalse();
        assertThat(posted.has("check_number")).isTrue();
        assertThat(shown.has("check_number") || shown.has("date")).isFalse();
        assertThat(shown.has("notes")).isTrue();
        assertThat(listed.has("amount")).isFalse();
        assertThat(listed.has("check_number")).isTrue();
    }

    @Test
    void the_same_seed_draws_the_same_behavior_and_only_the_named_fields_suffer() {
        for (long seed = 0; seed < 200; seed++) {
            procore.behaviour().textsAtRandom(seed, "notes");
            JsonNode first = posted();
            procore.remove(first.path("id").asLong());
            procore.behaviour().textsAtRandom(seed, "notes");
            JsonNode second = posted();
            procore.remove(second.path("id").asLong());
            assertThat(second.get("notes")).isEqualTo(first.get("notes"));
            assertThat(second.path("check_number").asText()).isEqualTo("Ab-17");
        }
    }

    private JsonNode posted() {
        return PoliteClient.json(client.post(PAYMENT));
    }
}
