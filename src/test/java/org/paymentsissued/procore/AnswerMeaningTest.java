package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.procore.Situation.Learned;

/** What each answer of Procore means, by what was asked. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnswerMeaningTest {

    private static final CommitmentRef PLACE = new CommitmentRef(1001, 11);
    private static final PaymentFields FIELDS = new PaymentFields(new BigDecimal("9000.00"), Optional.of(LocalDate.of(2026, 3, 25)),
            "check", "10902", "HD-0431", Optional.empty(), "", "1");
    private static final Held HELD = Held.of(7, PLACE, Optional.empty(), FIELDS);

    private enum Asked { LIST, SHOW, POST, PATCH, DELETE, COMPANY }

    private static Next.Call next(Asked asked) {
        return switch (asked) {
            case LIST -> new Next.ReadList(PLACE);
            case SHOW -> new Next.Show(HELD, true);
            case POST -> new Next.Create(PLACE, null, Optional.empty());
            case PATCH -> new Next.Patch(HELD, java.util.Set.of(LedgerRow.Field.AMOUNT));
            case DELETE -> new Next.Delete(HELD);
            case COMPANY -> new Next.AskCompany(PLACE);
        };
    }

    private static Meaning meaning(Asked asked, int status, String body, LedgerRow row, Learned learned) {
        ProcoreAnswer answer = new ProcoreAnswer(status, Map.of(), body, Optional.empty(), true, Instant.EPOCH);
        ProcoreCall call = ProcoreCall.firstProject("1");
        return AnswerMeaning.of(next(asked), call, answer, row, learned, RowsForTests.KEYS);
    }

    private static String name(Meaning meaning) {
        return meaning.getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "LIST;    200; [];                              Listed",
        "LIST;    200; {\"errors\":\"x\"};              ListFailed",
        "LIST;    200; <html>maintenance</html>;        ListFailed",
        "LIST;    200; [{\"id\":\"x\"}];                ListFailed",
        "LIST;    500; boom;                            ListFailed",
        "LIST;    408; {};                              ListFailed",
        "LIST;    400; {};                              ListFailed",
        "LIST;    422; {};                              ListFailed",
        "LIST;    401; {};                              SomeonesRefusal",
        "LIST;    403; {};                              SomeonesRefusal",
        "LIST;    404; {};                              SomeonesRefusal",
        "LIST;    429; {};                              Wait",
        "SHOW;    200; {\"id\":7};                      Shows",
        "SHOW;    200; {};                              Unclear",
        "SHOW;    404; {};                              NotThere",
        "SHOW;    403; {};                              SomeonesRefusal",
        "SHOW;    500; boom;                            Unclear",
        "POST;    201; {\"id\":7};                      Shows",
        "POST;    201; {\"id\":;                        Unclear",
        "POST;    200; <html>portal</html>;             Away",
        "POST;    302; ;                                Misconfigured",
        "POST;    400; ;                                OnceMore",
        "POST;    401; {};                              SomeonesRefusal",
        "POST;    403; {};                              SomeonesRefusal",
        "POST;    403; {\"errors\":\"app is not connected\"}; Misconfigured",
        "POST;    404; {};                              SomeonesRefusal",
        "POST;    405; {};                              OwnRefusal",
        "POST;    408; {};                              Unclear",
        "POST;    409; {};                              KeyInUse",
        "POST;    422; {\"errors\":{\"origin_id\":[\"taken\"]}}; KeyInUse",
        "POST;    422; {\"errors\":\"payments are off\"}; OwnRefusal",
        "POST;    429; {};                              Wait",
        "POST;    500; boom;                            Unclear",
        "POST;    502; bad gateway;                     Unclear",
        "POST;    503; busy;                            Wait",
        "POST;    504; timeout;                         Unclear",
        "PATCH;   200; {\"id\":7};                      Shows",
        "PATCH;   404; {};                              NotThere",
        "PATCH;   409; {};                              OnceMore",
        "PATCH;   422; {\"errors\":\"it is locked\"};   Locked",
        "PATCH;   422; {\"errors\":\"no\"};             OwnRefusal",
        "DELETE;  204; ;                                Done",
        "DELETE;  404; {};                              NotThere",
        "DELETE;  403; {\"errors\":\"synced record\"};  Locked",
        "COMPANY; 200; [];                              Done",
        "COMPANY; 403; {};                              SomeonesRefusal",
        "COMPANY; 404; {};                              SomeonesRefusal",
        "COMPANY; 500; boom;                            Unclear",
        "COMPANY; 200; <html>portal</html>;             Away"})
    void an_answer_means(Asked asked, int status, String body, String meaning) {
        assertThat(name(meaning(asked, status, body == null ? "" : body, RowsForTests.held(HELD), Learned.NOTHING)))
                .isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({"POST,400,OwnRefusal", "PATCH,409,OwnRefusal", "PATCH,400,OwnRefusal", "POST,500,Unclear"})
    void a_second_time_a_refusal_is_told(Asked asked, int status, String meaning) {
        assertThat(name(meaning(asked, status, "{}", RowsForTests.refusedOnce(HELD), Learned.NOTHING))).isEqualTo(meaning);
    }

    @Test
    void a_lock_that_was_seen_before_is_a_refusal() {
        assertThat(name(meaning(Asked.PATCH, 422, "{\"errors\":\"it is locked\"}", RowsForTests.lockSeen(HELD), Learned.NOTHING)))
                .isEqualTo("OwnRefusal");
    }
}
