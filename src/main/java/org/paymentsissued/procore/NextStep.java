package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.ledger.PendingCall;
import org.paymentsissued.ledger.Refusals.Refusal;
import org.paymentsissued.ledger.TwinQuestion;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.DeliveryPolicy.TypedTwins;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.DeliveryPolicy.VoidStrategy;
import org.paymentsissued.procore.Situation.Learned;
import org.paymentsissued.procore.Situation.Lists;
import org.paymentsissued.procore.Situation.Suspect;

/**
 * Decides what to do next for a ledger row, from the difference between wanted and held and never from the event behind it. In
 * order of what it looks at first:
 * <ol>
 * <li>Procore refuses the whole commitment, project or company: the row waits behind that dead letter;</li>
 * <li>a refusal of unknown scope: find out first whether it means the payment, the commitment or more;</li>
 * <li>a call whose outcome is unknown: read back, never repeated blindly;</li>
 * <li>nothing wanted: the record goes, by the strategy for voids;</li>
 * <li>a record that a person typed is to become ours: our key goes on it;</li>
 * <li>nothing held: searched on the commitment with and without our key, then created;</li>
 * <li>both, and different: changed by the strategy for updates, after looking at what is really there.</li>
 * </ol>
 */
final class NextStep {

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private final Situation situation;
    private final LedgerRow row;
    private final DeliveryPolicy policy;
    private final Learned learned;
    private final Lists lists;
    private final RecordKey keys;
    private final String key;

    private NextStep(Situation situation) {
        this.situation = situation;
        row = situation.row();
        policy = situation.policy();
        learned = situation.learned();
        lists = situation.lists();
        keys = situation.keys();
        key = keys.of(row);
    }

    static Next of(Situation situation) {
        return new NextStep(situation).choose();
    }

    private Next choose() {
        if (row.state() != RowState.PENDING || row.nextAttemptAt().isAfter(situation.now())) {
            return new Next.Rest();
        }
        Optional<Refusal> refusal = refusal();
        if (refusal.isPresent()) {
            return new Next.StandBehind(refusal.get());
        }
        if (learned.suspect().isPresent()) {
            return whose(learned.suspect().get());
        }
        if (learned.missing().isPresent()) {
            return missing(learned.missing().get());
        }
        if (row.pendingCall().isPresent()) {
            return readBack(row.pendingCall().get());
        }
        if (learned.toTell().isPresent()) {
            return tell(learned.toTell().get());
        }
        Optional<Held> typed = row.held().filter(Held::isTyped);
        if (typed.isPresent()) {
            // What QuickBooks says since goes after our key is on it.
            return learned.shown().isPresent() ? new Next.Relink(typed.get()) : new Next.Show(typed.get(), true);
        }
        if (row.wanted().isEmpty()) {
            return row.held().map(this::remove).orElseGet(() -> new Next.Settle(Optional.empty()));
        }
        if (row.wanted().get().placement().isEmpty()) {
            return row.held().filter(held -> row.removalApproved()).map(this::leave)
                    .orElseGet(() -> new Next.Settle(row.held()));
        }
        if (row.held().isEmpty()) {
            return create(row.wanted().get());
        }
        Held held = row.held().get();
        Set<Field> differences = row.differences();
        return differences.isEmpty() ? settle(held) : update(held, differences);
    }

    private Optional<Refusal> refusal() {
        List<CommitmentRef> places = Stream.of(row.wanted().flatMap(Wanted::place), row.held().map(Held::place),
                row.pendingCall().map(PendingCall::place)).flatMap(Optional::stream).toList();
        return situation.open().stream()
                .filter(refusal -> refusal.isOpen() && places.stream().anyMatch(refusal.scope()::covers)).findFirst();
    }

    private Next whose(Suspect suspect) {
        return switch (suspect.kind()) {
            case WRITE_REFUSED -> lists.isReadSince(suspect.place(), suspect.since()) ? ownRefusal(suspect.refusal())
                    : new Next.ReadList(suspect.place());
            case LIST_REFUSED, LIST_FAILED -> new Next.AskCompany(suspect.place());
        };
    }

    private Next ownRefusal(Next.Refused refusal) {
        // A token may end between two calls; the next one is made with a new one.
        return refusal.answer().status() == 401 && !row.progress().refusedOnce() ? new Next.OnceMore(refusal) : tell(refusal);
    }

    /** The key is put back before an operator learns of a refusal. */
    private Next tell(Next.Refused refusal) {
        return row.held().filter(held -> !held.linked() && !held.isTyped()).map(held -> (Next) new Next.Relink(held))
                .orElseGet(() -> new Next.Ask(DeliverySentences.refused(refusal), Optional.of(refusal)));
    }

    /** Before anything is believed gone, the commitment's list has to be readable, and must not show it. */
    private Next missing(Held held) {
        boolean byUs = row.pendingCall().map(call -> call.kind() == PendingCall.Kind.DELETE).orElse(false);
        return lists.withKey(held.place()).map(records -> (Next) new Next.RecordGone(held, byUs))
                .orElseGet(() -> read(held.place()));
    }

    private Next settle(Held held) {
        return held.linked() ? new Next.Settle(Optional.of(held)) : new Next.Relink(held);
    }

    private Next read(CommitmentRef place) {
        return lists.readableFrom(place).isAfter(situation.now()) ? new Next.WaitUntil(lists.readableFrom(place))
                : new Next.ReadList(place);
    }

    // ------------------------------------------------------------------------------------------------ unknown outcomes

    private Next readBack(PendingCall call) {
        if (!call.makesRecord()) {
            return new Next.Show(row.held().orElseThrow(), false);
        }
        Optional<List<ContractPayment>> records = lists.withKeyAfter(call);
        if (records.isEmpty()) {
            return read(call.place());
        }
        int expected = call.kind() == PendingCall.Kind.CREATE ? 1 : row.held().map(Held::corrections).orElse(0) + 2;
        if (records.get().size() >= expected) {
            return adopt(call.place(), records.get());
        }
        if (learned.repeated()) {
            return new Next.TakenForRepeat();
        }
        Optional<ContractPayment> unmarked = unmarked(call);
        if (unmarked.isPresent()) {
            return new Next.AdoptUnmarked(HeldRecords.listed(row, call.place(), List.of(unmarked.get()), keys));
        }
        boolean recent = call.at().plus(policy.pauseForLists().multipliedBy(2)).isAfter(situation.now());
        return call.looks() == 0 && recent ? new Next.LookAgain(situation.now().plus(policy.pauseForLists()))
                : new Next.NoEffect();
    }

    /** What our call created if someone has removed its marker since: the only record that can be it, or none. */
    private Optional<ContractPayment> unmarked(PendingCall call) {
        if (keys.place() != KeyPlace.NOTES || call.kind() != PendingCall.Kind.CREATE || row.wanted().isEmpty()) {
            return Optional.empty();
        }
        Wanted wanted = row.wanted().get();
        List<ContractPayment> alike = lists.others(call.place()).stream().flatMap(List::stream)
                .filter(record -> record.isTyped() && record.isAlike(wanted) && record.isCreatedSince(call.at().minus(CLOCKS_DIFFER))
                        && Optional.ofNullable(record.requisitionId()).equals(wanted.requisitionId())
                        && lists.holderOf(record.id()).isEmpty()).toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    // ----------------------------------------------------------------------------------------------------------- creating

    private Next create(Wanted wanted) {
        CommitmentRef place = wanted.place().orElseThrow();
        Optional<List<ContractPayment>> records = lists.withKey(place);
        if (records.isEmpty()) {
            return read(place);
        }
        if (!records.get().isEmpty()) {
            return adopt(place, records.get());
        }
        if (row.history() && !lists.showsPayment(place)) {
            return new Next.LeaveOut();
        }
        Optional<Next.Refused> conflict = learned.duplicate().filter(refusal -> !AnswerMeaning.namesKey(refusal));
        if (conflict.isPresent()) {
            return row.progress().refusedOnce() ? tell(conflict.get()) : new Next.OnceMore(conflict.get());
        }
        boolean expected = learned.gone().isPresent() || learned.duplicate().isPresent();
        return expected || lists.isLedgerNew() ? lookElsewhere(wanted, place, expected) : post(wanted, place);
    }

    /** Nothing is sent before it is known that Procore does not show it already, without our key. */
    private Next post(Wanted wanted, CommitmentRef place) {
        Optional<TwinQuestion.Answer> said = row.progress().twin().map(TwinQuestion::answer);
        if (said.equals(Optional.of(TwinQuestion.Answer.OTHER))) {
            return new Next.Create(place, wanted, Optional.empty());
        }
        Optional<List<ContractPayment>> others = lists.others(place);
        if (others.isEmpty()) {
            return read(place);
        }
        List<Twins.Candidate> candidates = others.get().isEmpty() ? List.of()
                : Twins.candidates(lists.sending(place), others.get()).stream()
                .filter(candidate -> lists.holderOf(candidate.record().id()).isEmpty()).toList();
        if (said.equals(Optional.of(TwinQuestion.Answer.SAME))) {
            return asSaid(wanted, place, candidates);
        }
        if (candidates.isEmpty() || policy.twins() == TypedTwins.SEND) {
            return new Next.Create(place, wanted, candidates.stream().map(candidate -> candidate.record().id()).findFirst());
        }
        Twins.Found found = Twins.of(candidates, lists.rivals(place, candidates.get(0).record().amount()));
        return found instanceof Twins.Found.Same same && policy.twins() == TypedTwins.ADOPT
                ? new Next.TakeOver(HeldRecords.typed(wanted, place, same.record())) : ask(candidates);
    }

    /** The record that the operator chose; where none was chosen, the closest that was shown and that no other payment has taken since. */
    private Next asSaid(Wanted wanted, CommitmentRef place, List<Twins.Candidate> free) {
        Set<Long> meant = row.progress().twin().flatMap(TwinQuestion::recordId).map(Set::of).orElseGet(lists::offered);
        return free.stream().filter(Twins.Candidate::isAdoptable).map(Twins.Candidate::record)
                .filter(record -> meant.contains(record.id())).findFirst()
                .map(record -> (Next) new Next.TakeOver(HeldRecords.typed(wanted, place, record)))
                .orElseGet(() -> free.isEmpty() ? new Next.AskAboutTwin(DeliverySentences.noLongerFree(
                        meant.stream().sorted().flatMap(id -> lists.holderOf(id).stream()).findFirst()), List.of()) : ask(free));
    }

    private Next ask(List<Twins.Candidate> candidates) {
        return new Next.AskAboutTwin(DeliverySentences.twin(row, candidates), candidates.stream().map(Twins.Candidate::shown).toList());
    }

    /** The key is unique in the company: a ledger that was lost or restored may not know that the bill has moved. */
    private Next lookElsewhere(Wanted wanted, CommitmentRef place, boolean expected) {
        List<CommitmentRef> others = new ArrayList<>(lists.elsewhere(expected));
        learned.gone().map(Held::place).ifPresent(others::add);
        for (CommitmentRef other : others) {
            if (!other.equals(place) && !lists.isUnreadable(other)) {
                Optional<List<ContractPayment>> records = lists.withKey(other);
                if (records.isEmpty()) {
                    return read(other);
                }
                if (!records.get().isEmpty()) {
                    return adopt(other, records.get());
                }
            }
        }
        if (learned.gone().isPresent()) {
            return Next.Ask.of(DeliverySentences.recordGone(learned.gone().get()));
        }
        return learned.duplicate().map(duplicate -> (Next) new Next.Ask(DeliverySentences.keyInUse(key, place, duplicate),
                Optional.of(duplicate))).orElseGet(() -> post(wanted, place));
    }

    private Next adopt(CommitmentRef place, List<ContractPayment> records) {
        List<ContractPayment> first = records.stream().filter(record -> keys.isOn(record, key)).toList();
        if (first.size() > 1) {
            return Next.Ask.of(DeliverySentences.severalRecords(key, first));
        }
        if (first.isEmpty() || first.get(0).isOfProcorePay()) {
            return Next.Ask.of(DeliverySentences.notOursToChange(key));
        }
        Optional<LedgerRow> holder = lists.holderOf(first.get(0).id());
        return holder.isPresent() ? Next.Ask.of(DeliverySentences.heldByAnother(key, first.get(0), holder.get(), row))
                : new Next.Adopt(HeldRecords.listed(row, place, records, keys));
    }

    // ----------------------------------------------------------------------------------------------- changing, removing

    private Next remove(Held held) {
        if (held.amount().signum() == 0 && policy.onVoid() != VoidStrategy.DELETE) {
            return settle(held);
        }
        if (policy.onVoid() == VoidStrategy.REPORT) {
            return Next.Ask.of(DeliverySentences.removalReported(row.reason()));
        }
        if (learned.shown().isEmpty()) {
            return new Next.Show(held, true);
        }
        if (policy.onVoid() == VoidStrategy.REVERSE || held.corrections() > 0) {
            return correct(held, asHeld(held), held.amount().negate(), DeliverySentences.reversalNotes(held));
        }
        if (mustUnlink(held)) {
            return new Next.Unlink(held);
        }
        return policy.onVoid() == VoidStrategy.ZERO ? new Next.SetToZero(held) : new Next.Delete(held);
    }

    private Next update(Held held, Set<Field> differences) {
        if (learned.shown().isEmpty()) {
            return new Next.Show(held, true);
        }
        if (differences.contains(Field.PLACE)) {
            return leave(held);
        }
        boolean ofPeople = HeldRecords.areNotesOfPeople(held, learned.shown().get(), key, keys);
        if (ofPeople && differences.equals(EnumSet.of(Field.NOTES))) {
            return settle(held.withFields(held.fields().withNotes(row.wanted().orElseThrow().fields().notes()), held.stored()));
        }
        Set<Field> sent = EnumSet.copyOf(differences);
        if (ofPeople) {
            sent.remove(Field.NOTES);
        }
        UpdateStrategy strategy = held.corrections() > 0 ? UpdateStrategy.COMPENSATE : policy.update();
        return switch (strategy) {
            case PATCH -> mustUnlink(held) ? new Next.Unlink(held) : new Next.Patch(held, sent);
            case UNLINK_PATCH -> hasOriginId(held) ? new Next.Unlink(held) : new Next.Patch(held, sent);
            case REPLACE -> mustUnlink(held) ? new Next.Unlink(held) : new Next.Delete(held);
            case COMPENSATE -> compensate(held, differences);
            case REPORT -> report(held, differences);
        };
    }

    /** Off a commitment. A contract payment cannot change its contract (reference): it is removed here and created elsewhere. */
    private Next leave(Held held) {
        if (learned.shown().isEmpty()) {
            return new Next.Show(held, true);
        }
        if (policy.update() == UpdateStrategy.REPORT || policy.update() == UpdateStrategy.COMPENSATE || held.corrections() > 0) {
            return report(held, row.differences().isEmpty() ? EnumSet.of(Field.PLACE) : row.differences());
        }
        return mustUnlink(held) ? new Next.Unlink(held) : new Next.Delete(held);
    }

    private boolean mustUnlink(Held held) {
        return row.lockSeen() && hasOriginId(held);
    }

    /** Whether our key locks the record, as far as Procore has shown. */
    private boolean hasOriginId(Held held) {
        return keys.placeFor(learned.shown(), held.linked()).equals(Optional.of(KeyPlace.ORIGIN_ID));
    }

    private Next compensate(Held held, Set<Field> differences) {
        if (!differences.equals(EnumSet.of(Field.AMOUNT))) {
            return report(held, differences);
        }
        Wanted wanted = row.wanted().orElseThrow();
        return correct(held, wanted, wanted.amount().subtract(held.amount()), DeliverySentences.correctionNotes(held, wanted));
    }

    private Next correct(Held held, Wanted like, BigDecimal difference, String notes) {
        Optional<List<ContractPayment>> records = lists.withKey(held.place());
        if (records.isEmpty()) {
            return read(held.place());
        }
        if (!records.get().isEmpty() && records.get().size() != held.corrections() + 1) {
            // An older ledger was restored: Procore holds corrections that the ledger does not know.
            return adopt(held.place(), records.get());
        }
        return new Next.Correct(held, like, difference, notes);
    }

    private Next report(Held held, Set<Field> differences) {
        return Next.Ask.of(DeliverySentences.changeReported(held, differences, policy.update()));
    }

    private Wanted asHeld(Held held) {
        Placement place = new Placement(held.place().projectId(), held.place().commitmentId(), "", held.requisitionId(), "");
        return new Wanted(Optional.of(place), held.date().isPresent() ? held.fields() : held.fields().withDate(Optional.of(
                LocalDate.ofInstant(situation.now(), ZoneOffset.UTC))));
    }
}
