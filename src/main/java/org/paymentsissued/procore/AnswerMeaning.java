package org.paymentsissued.procore;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.paymentsissued.ledger.Deliveries.Effect;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.Situation.Learned;

/** Decides what an answer of Procore means. */
final class AnswerMeaning {

    private static final List<String> LOCKED = List.of("locked", "synced", "linked");
    private static final List<String> IN_USE = List.of("origin_id", "already", "taken", "duplicate");

    private AnswerMeaning() {
    }

    static Meaning of(Next.Call asked, ProcoreCall call, ProcoreAnswer answer, LedgerRow row, Learned learned, RecordKey keys) {
        boolean lists = asked instanceof Next.ReadList;
        Next.Refused refusal = new Next.Refused(call, answer, words(answer));
        return switch (answer.kind()) {
            // A limit refuses a call before it is looked at; an overload may come after.
            case THROTTLED -> new Meaning.Wait(answer.status() == 429 ? Effect.NONE : Effect.UNKNOWN);
            case AWAY -> lists && answer.status() > 0 ? new Meaning.ListFailed(refusal)
                    : new Meaning.Away(answer.reason(), answer.sent() ? Effect.UNKNOWN : Effect.NONE);
            case MISCONFIGURED -> new Meaning.Misconfigured(answer.reason());
            case UNKNOWN -> lists ? new Meaning.ListFailed(refusal) : new Meaning.Unclear(answer.reason());
            case ANSWERED -> answer.isSuccess() ? accepted(asked, answer, refusal) : refused(asked, refusal, row, learned, keys);
        };
    }

    private static String words(ProcoreAnswer answer) {
        String said = answer.kind() == ProcoreAnswer.Kind.ANSWERED ? ErrorText.of(answer.body()) : answer.reason();
        return said.isEmpty() ? "no reason given" : said;
    }

    private static Meaning accepted(Next.Call asked, ProcoreAnswer answer, Next.Refused unreadable) {
        if (asked instanceof Next.ReadList) {
            return PaymentJson.readList(answer.body()).map(page -> (Meaning) new Meaning.Listed(page))
                    .orElseGet(() -> new Meaning.ListFailed(unreadable));
        }
        if (asked instanceof Next.Delete || asked instanceof Next.AskCompany) {
            return new Meaning.Done();
        }
        return PaymentJson.read(answer.body()).map(record -> (Meaning) new Meaning.Shows(record))
                .orElseGet(() -> new Meaning.Unclear(DeliverySentences.noRecord(answer)));
    }

    private static Meaning refused(Next.Call asked, Next.Refused refusal, LedgerRow row, Learned learned, RecordKey keys) {
        int status = refusal.answer().status();
        boolean creates = asked instanceof Next.Create || asked instanceof Next.Correct;
        if (status == 403 && refusal.said().toLowerCase(Locale.ROOT).contains("not connected")) {
            return new Meaning.Misconfigured(DeliverySentences.notConnected(refusal.said()));
        }
        if (asked instanceof Next.AskCompany) {
            return new Meaning.SomeonesRefusal(refusal);
        }
        if (asked instanceof Next.ReadList) {
            return status == 401 || status == 403 || status == 404 ? new Meaning.SomeonesRefusal(refusal)
                    : new Meaning.ListFailed(refusal);
        }
        if (status == 404 && !creates) {
            return new Meaning.NotThere();
        }
        if (creates && learned.duplicate().isEmpty() && (status == 409 || status == 422 && namesKey(refusal))) {
            return new Meaning.KeyInUse(refusal);
        }
        if (isLock(asked, refusal) && !row.lockSeen() && keys.placeFor(learned.shown(), row.held().orElseThrow().linked())
                .equals(Optional.of(KeyPlace.ORIGIN_ID))) {
            return new Meaning.Locked(refusal);
        }
        return switch (status) {
            case 401, 403, 404 -> new Meaning.SomeonesRefusal(refusal);
            // Procore has been seen to answer 400 at random under load.
            case 400, 409 -> row.progress().refusedOnce() ? new Meaning.OwnRefusal(refusal) : new Meaning.OnceMore(refusal);
            default -> new Meaning.OwnRefusal(refusal);
        };
    }

    /** Whether Procore's words say that our key is in use. They decide only where the status leaves it open. */
    static boolean namesKey(Next.Refused refusal) {
        String said = refusal.said().toLowerCase(Locale.ROOT);
        return (refusal.answer().status() == 409 || said.contains("origin_id")) && IN_USE.stream().anyMatch(said::contains);
    }

    private static boolean isLock(Next.Call asked, Next.Refused refusal) {
        int status = refusal.answer().status();
        String said = refusal.said().toLowerCase(Locale.ROOT);
        return (asked instanceof Next.Patch || asked instanceof Next.SetToZero || asked instanceof Next.Delete)
                && (status == 403 || status == 409 || status == 422) && LOCKED.stream().anyMatch(said::contains);
    }
}
