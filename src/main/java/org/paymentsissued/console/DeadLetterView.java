package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.DeadLetters;

/** A dead letter as a list shows it, on pages and in the API. */
record DeadLetterView(long id, String status, String stage, String sentence, String whatToDo, String cause, String vendor,
        Optional<LocalDate> date, Optional<BigDecimal> amount, String exception, Optional<Integer> httpStatus, int attempts,
        Instant firstFailedAt, Instant lastFailedAt, Optional<Instant> closedAt, Optional<Long> paymentId, Optional<Long> rowId) {

    static DeadLetterView of(DeadLetterSearch.Listed letter, UnaryOperator<String> withoutSecrets) {
        return new DeadLetterView(letter.id(), letter.status(), letter.stage(), withoutSecrets.apply(letter.sentence()),
                withoutSecrets.apply(letter.advice()), letter.cause(), letter.vendor(), letter.paidOn(), letter.amount(),
                letter.exception(), letter.httpStatus(), letter.attempts(), letter.firstFailedAt(), letter.lastFailedAt(),
                letter.closedAt(), letter.paymentId(), letter.rowId());
    }

    /** What happened, to which payment. */
    String headline() {
        return whatToDo.isEmpty() ? sentence : sentence.replace(whatToDo, "").strip();
    }

    boolean open() {
        return status.equals("open");
    }

    /** Letters of one cause. @param ids of all of them */
    record Group(String cause, String sentence, String stage, long count, long payments, BigDecimal amount, Instant first, Instant last,
            List<Long> ids) { }

    /** Whether the question is if a record in Procore is the same payment. */
    boolean twin() {
        return stage.equals(DeadLetters.TWIN);
    }

    /** All of it: the letter's own fields come first. */
    record Whole(@com.fasterxml.jackson.annotation.JsonUnwrapped DeadLetterView letter, String companyFile, String stack, String request,
            String httpAnswer, String qbxml, List<Failure> failures, List<Action> actions, List<Candidate> candidates) {

        static Whole of(DeadLetterSearch.Whole whole, UnaryOperator<String> withoutSecrets) {
            return new Whole(DeadLetterView.of(whole.letter(), withoutSecrets), whole.companyFile(), withoutSecrets.apply(whole.stack()),
                    withoutSecrets.apply(whole.request()), withoutSecrets.apply(whole.httpAnswer()), whole.qbxml(),
                    whole.attempts().stream().map(attempt -> new Failure(attempt.number(), attempt.at(),
                            withoutSecrets.apply(attempt.sentence()), attempt.httpStatus())).toList(),
                    whole.actions().stream().map(action -> new Action(action.at(), action.who(), action.action(), action.note())).toList(),
                    whole.candidates().stream().map(one -> new Candidate(one.recordId(), one.maker().words(), one.mayBecomeOurs(),
                            one.amount(), one.date(), one.checkNumber(), one.invoiceNumber(), one.notes())).toList());
        }

        Optional<String> company() {
            return Views.company(companyFile);
        }

        boolean trimmed() {
            return failures.isEmpty();
        }

        boolean acted() {
            return !actions.isEmpty();
        }
    }

    /** One failure. */
    record Failure(int number, Instant at, String sentence, Optional<Integer> httpStatus) { }

    /** A record in Procore that may be the same payment. */
    record Candidate(long record, String maker, boolean mayBecomeOurs, BigDecimal amount, Optional<LocalDate> date, String checkNumber,
            String invoiceNumber, String notes) { }

    /** What someone did about it. */
    record Action(Instant at, String who, String action, String note) { }
}
