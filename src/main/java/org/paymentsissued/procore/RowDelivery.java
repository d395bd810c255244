package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Deadline;
import org.paymentsissued.ledger.Deliveries.Effect;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.GoLive;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.PendingCall;
import org.paymentsissued.ledger.Refusals.Scope;
import org.paymentsissued.ledger.Refusals;
import org.paymentsissued.payment.CommitmentName;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.HeldRecords.Mismatch;
import org.paymentsissued.procore.HeldRecords.Stored;
import org.paymentsissued.procore.Situation.Learned;
import org.paymentsissued.procore.Situation.Suspect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Procore equal to one ledger row, call by call: {@link NextStep} decides what to do, {@link AnswerMeaning} what an answer
 * means, {@link HeldRecords} what Procore holds after it. Every answer is in the ledger before the next call is chosen, so that
 * a kill at any moment leads back here.
 */
public final class RowDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(RowDelivery.class);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    /** Key off, change, key on, a replacement: a row that needs more changes than this would never end. */
    private static final int MOST_CHANGES = 12;
    private static final int MOST_ROUNDS = 200;

    private final Deliveries ledger;
    private final Refusals refusals;
    private final GoLive goLive;
    private final Contracts contracts;
    private final ProcorePause pause;
    private final DeliveryPolicy policy;
    private final ProcoreCompanies.Company company;
    private final RecordKey keys;
    private final Clock clock;

    private LedgerRow row;
    private Step step;
    /** Whether the work began with a call whose outcome was unknown. */
    private final boolean beganInDoubt;
    private Learned learned = Learned.NOTHING;
    private long listedSince;
    private int changes;

    /** @param walk over all pages, where a list is read */
    private record Step(Next.Call next, ProcoreCall call, Optional<ContractWalk> walk) { }

    /** @param contracts what is known of the commitments of the row's company, and of no other */
    RowDelivery(LedgerRow row, Deliveries ledger, Refusals refusals, GoLive goLive, Contracts contracts, ProcorePause pause,
            ProcoreCompanies companies, Clock clock) {
        this.row = row;
        this.ledger = ledger;
        this.refusals = refusals;
        this.goLive = goLive;
        this.contracts = contracts;
        this.pause = pause;
        this.policy = companies.policyOf(row.payment().companyFile());
        this.company = companies.of(row.payment().companyFile());
        this.keys = new RecordKey(policy);
        this.clock = clock;
        // A record that this ledger has never changed is where a list says; of another one the list has to be fresh.
        this.listedSince = row.changeNumber() == 0 ? 0 : contracts.moment();
        this.beganInDoubt = row.pendingCall().isPresent();
        noteDoubt();
        choose();
    }

    /** Whether another call has to be made. */
    public boolean isUnfinished() {
        return step != null;
    }

    /** The call to make now. */
    public ProcoreCall nextCall() {
        return step.call();
    }

    /** Writes the answer into the ledger and chooses what comes next. */
    public void take(ProcoreAnswer answer) {
        Step taken = step;
        step = null;
        boolean goOn = false;
        try {
            goOn = learn(taken, answer);
        } finally {
            if (step == null && taken.walk().isPresent()) {
                contracts.endReading(taken.next().place(), row.id());
            }
            if (!goOn && step == null) {
                contracts.doors().leave(row.id());
            }
        }
        if (step == null) {
            noteDoubt();
        }
        if (goOn) {
            choose();
        }
    }

    private void noteDoubt() {
        row.pendingCall().ifPresentOrElse(call -> contracts.inDoubt(row.id(), call),
                () -> contracts.noLongerInDoubt(row.id()));
    }

    // ------------------------------------------------------------------------------------------------ what comes next

    private void choose() {
        boolean again = true;
        for (int round = 0; again; round++) {
            if (pause.isOn()) {
                break;
            }
            Next next = NextStep.of(new Situation(row, policy, learned, new ReadLists(), contracts.refusals(),
                    clock.instant()));
            again = round < MOST_ROUNDS ? carryOut(next)
                    : unclear("Its delivery did not finish", Optional.empty(), Optional.empty());
        }
        if (step == null) {
            contracts.doors().leave(row.id());
        }
    }

    /** @return whether to choose again */
    private boolean carryOut(Next next) {
        if (next instanceof Next.Call call) {
            return !contracts.doors().enter(call.place(), row.id()) || prepare(call);
        }
        return next instanceof Next.Finding finding ? writeDown(finding) : stop(next);
    }

    /** Writes down what is known without a call. */
    private boolean writeDown(Next.Finding finding) {
        if (finding instanceof Next.Adopt adopt) {
            row = ledger.seen(row.id(), Optional.of(adopt.held()));
            learned = Learned.NOTHING;
        } else if (finding instanceof Next.AdoptUnmarked adopt) {
            LOG.info("The answer to a call for {}, {} was lost; Procore holds the record, but someone removed its marker.",
                    row.paymentWords(), row.billWords());
            row = ledger.seen(row.id(), Optional.of(adopt.held()));
        } else if (finding instanceof Next.TakeOver typed) {
            // Where another payment has it by now, the next look finds it taken.
            row = ledger.takeOver(row.id(), typed.held()).orElse(row);
        } else if (finding instanceof Next.RecordGone gone) {
            row = ledger.holdsNothing(row.id());
            learned = learned.withGone(gone.byUs() ? Optional.empty() : Optional.of(gone.held()));
        } else if (finding instanceof Next.TakenForRepeat) {
            row = ledger.wasTakenForRepeat(row.id());
            learned = learned.withRepeated(false);
        } else {
            row = ledger.hadNoEffect(row.id());
        }
        return true;
    }

    /** Ends the delivery of the row, for now or for good. */
    private boolean stop(Next next) {
        if (next instanceof Next.Settle settle) {
            row = ledger.seen(row.id(), settle.held());
        } else if (next instanceof Next.LeaveOut) {
            row = ledger.leaveOut(row.id());
        } else if (next instanceof Next.StandBehind behind) {
            row = ledger.standBehind(row.id(), behind.refusal().letterId(), Effect.UNKNOWN);
            if (row.progress().behindLetter().isEmpty()) {
                // It was released in the meantime.
                contracts.refusals(refusals.of(company.id()));
            }
        } else if (next instanceof Next.AskAboutTwin twin) {
            row = ledger.askAboutTwin(row.id(), new Trouble(row.payment().companyFile(), DeadLetters.TWIN, "twin|" + row.id(),
                    Optional.empty(), Optional.empty(), twin.sentence(), Optional.empty(), "", Optional.empty(), "", "")
                    .about(about()), twin.candidates());
        } else if (next instanceof Next.WaitUntil wait) {
            row = ledger.waitUntil(row.id(), wait.moment(), Effect.UNKNOWN);
        } else if (next instanceof Next.LookAgain again) {
            contracts.forget(row.pendingCall().orElseThrow().place());
            contracts.noLongerInDoubt(row.id());
            row = ledger.notFoundYet(row.id(), again.moment());
        } else if (next instanceof Next.OnceMore more) {
            row = ledger.onceMore(row.id(), clock.instant().plus(policy.pauseAfter(1)), more.refusal().said(),
                    effectOf(more.refusal().call()));
        } else if (next instanceof Next.Ask ask) {
            row = ledger.dead(row.id(), trouble(ask.sentence(), ask.refusal().map(Next.Refused::answer),
                    ask.refusal().map(Next.Refused::call)), ask.refusal().map(Next.Refused::call).map(RowDelivery::effectOf)
                            .orElse(Effect.NONE));
        }
        return false;
    }

    /** A refused write has changed nothing; after a refused read the call before it is as unknown as it was. */
    private static Effect effectOf(ProcoreCall refused) {
        return refused.isWrite() ? Effect.NONE : Effect.UNKNOWN;
    }

    private boolean prepare(Next.Call next) {
        if (next instanceof Next.ReadList) {
            return readList(next);
        }
        if (next instanceof Next.Show show) {
            return ask(show, ProcoreCall.show(company.id(), show.held().procoreId(), show.place()));
        }
        return next instanceof Next.AskCompany ? ask(next, ProcoreCall.firstProject(company.id())) : write(next);
    }

    private boolean write(Next.Call next) {
        CommitmentRef place = next.place();
        if (next instanceof Next.Create create) {
            create.twin().ifPresent(twin -> noteTwin(place, twin));
            return create(create, PendingCall.Kind.CREATE, PaymentJson.create(place, create.wanted(), keys, key()));
        }
        if (next instanceof Next.Correct correct) {
            return create(correct, PendingCall.Kind.CORRECT, PaymentJson.create(place, correction(correct), keys,
                    RecordKey.correction(key(), correct.held().corrections() + 1)));
        }
        Held held = row.held().orElseThrow();
        if (next instanceof Next.Patch patch) {
            return change(patch, PendingCall.Kind.UPDATE, PaymentJson.update(place, row.wanted().orElseThrow(), patch.fields(),
                    key(), keys.placeFor(learned.shown(), held.linked())));
        }
        if (next instanceof Next.SetToZero) {
            return change(next, PendingCall.Kind.UPDATE, PaymentJson.amountOnly(place, BigDecimal.ZERO));
        }
        if (next instanceof Next.Unlink) {
            return change(next, PendingCall.Kind.UNLINK, PaymentJson.unlink(place, key(), editSequence(), keys.place()));
        }
        if (next instanceof Next.Relink) {
            return change(next, PendingCall.Kind.RELINK, held.isTyped() ? PaymentJson.adopt(place, key(), editSequence(),
                    keys.place(), learned.shown().orElseThrow().text(Field.NOTES)) : PaymentJson.relink(place, key(), editSequence()));
        }
        return send(next, ProcoreCall.delete(company.id(), held.procoreId(), place), PendingCall.Kind.DELETE);
    }

    private boolean ask(Next.Call next, ProcoreCall call) {
        step = new Step(next, call, Optional.empty());
        return false;
    }

    private boolean readList(Next.Call list) {
        if (!contracts.beginReading(list.place(), row.id())) {
            return true;
        }
        ContractWalk walk = new ContractWalk(company.id(), list.place(), clock.instant());
        step = new Step(list, walk.nextCall(), Optional.of(walk));
        return false;
    }

    private void noteTwin(CommitmentRef place, long typedId) {
        String remark = DeliverySentences.alreadyTyped(row, named(place), typedId);
        LOG.warn(remark);
        ledger.remark(row.paymentId(), remark);
    }

    /** A further record that makes up the difference. */
    private static Wanted correction(Next.Correct correct) {
        return new Wanted(correct.like().placement(),
                correct.like().fields().withAmount(correct.difference()).withNotes(correct.notes()));
    }

    private boolean create(Next.Call next, PendingCall.Kind kind, String body) {
        return send(next, ProcoreCall.create(company.id(), body, token(kind, 0, body)), kind);
    }

    private boolean change(Next.Call next, PendingCall.Kind kind, String body) {
        long record = row.held().orElseThrow().procoreId();
        return send(next, ProcoreCall.update(company.id(), record, body, token(kind, record, body)), kind);
    }

    private boolean send(Next.Call next, ProcoreCall call, PendingCall.Kind kind) {
        if (++changes > MOST_CHANGES) {
            row = ledger.dead(row.id(), trouble(DeliverySentences.tooManyChanges(MOST_CHANGES), Optional.empty(),
                    Optional.of(call)), Effect.NONE);
            return false;
        }
        Deadline deadline = ledger.deadline();
        LedgerRow marked = ledger.markSent(row.id(), new PendingCall(kind, call.idempotencyToken(), next.place(),
                clock.instant(), 0));
        boolean adopts = row.held().map(Held::isTyped).orElse(false);
        if (!adopts && !marked.wanted().equals(row.wanted()) || marked.state() != RowState.PENDING) {
            // QuickBooks was read in the meantime: what was about to be sent is no longer wanted.
            row = ledger.hadNoEffect(row.id());
            return true;
        }
        row = marked;
        return ask(next, call.until(deadline));
    }

    private String token(PendingCall.Kind kind, long recordId, String body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String intent = company.id() + "\n" + key() + "\n" + kind + "\n" + recordId + "\n" + row.changeNumber() + "\n" + body;
            return HexFormat.of().formatHex(digest.digest(intent.getBytes(StandardCharsets.UTF_8)), 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // --------------------------------------------------------------------------------------------- what an answer means

    /** @return whether to choose again */
    private boolean learn(Step taken, ProcoreAnswer answer) {
        Meaning meaning = AnswerMeaning.of(taken.next(), taken.call(), answer, row, learned, keys);
        if (answer.kind() == ProcoreAnswer.Kind.ANSWERED && !(meaning instanceof Meaning.Misconfigured) && !answer.isPage()) {
            pause.answered(answer);
        }
        if (answer.isSuccess() && !(taken.next() instanceof Next.AskCompany)) {
            taken(taken.next().place());
        }
        if (meaning instanceof Meaning.Refusal refusal) {
            return refused(taken, refusal);
        }
        if (meaning instanceof Meaning.Listed listed) {
            return listed(taken, listed.page(), answer);
        }
        if (meaning instanceof Meaning.Shows shows) {
            return shows(taken.next(), shows.record(), answer);
        }
        if (meaning instanceof Meaning.Done) {
            return done(taken);
        }
        if (meaning instanceof Meaning.NotThere) {
            return notThere(row.held().orElseThrow());
        }
        if (meaning instanceof Meaning.Unclear unclear) {
            return taken.next() instanceof Next.AskCompany ? procoreFails(unclear.why())
                    : unclear(unclear.why(), Optional.of(answer), Optional.of(taken.call()));
        }
        return pause(taken, meaning, answer);
    }

    private boolean pause(Step taken, Meaning meaning, ProcoreAnswer answer) {
        Effect none = effectOf(taken.call());
        if (meaning instanceof Meaning.Wait wait) {
            row = ledger.waitUntil(row.id(), pause.throttled(answer), wait.effect() == Effect.NONE ? none : Effect.UNKNOWN);
        } else if (meaning instanceof Meaning.Away away && isRefusedOnTheWayAgain(taken, answer)) {
            unclear(away.why(), Optional.of(answer), Optional.of(taken.call()));
        } else if (meaning instanceof Meaning.Away away) {
            pause.away(away.why());
            row = ledger.waitUntil(row.id(), clock.instant(), away.effect() == Effect.NONE ? none : Effect.UNKNOWN);
        } else if (meaning instanceof Meaning.Misconfigured wrong) {
            pause.refused(wrong.why() + ".");
            row = ledger.waitUntil(row.id(), clock.instant(), none);
        }
        return false;
    }

    /**
     * A page came for this write before, and Procore itself answered when that was read back: something on the way stops this
     * payment alone. Were Procore taken to be away once more, the others would wait for it without end.
     */
    private boolean isRefusedOnTheWayAgain(Step taken, ProcoreAnswer answer) {
        return beganInDoubt && taken.call().isWrite() && answer.status() > 0;
    }

    /** Before it is believed, the commitment's list has to be readable, and must not show the record. */
    private boolean notThere(Held held) {
        if (held.isTyped()) {
            return letGo(held);
        }
        contracts.forget(held.place());
        listedSince = contracts.moment();
        learned = learned.withMissing(Optional.of(held));
        return true;
    }

    private boolean refused(Step taken, Meaning.Refusal meaning) {
        Next.Refused refusal = meaning.refusal();
        if (meaning instanceof Meaning.SomeonesRefusal) {
            return someonesRefusal(taken, refusal);
        }
        if (meaning instanceof Meaning.OwnRefusal) {
            return ownRefusal(taken, refusal);
        }
        if (meaning instanceof Meaning.ListFailed) {
            return listFailed(taken, refusal);
        }
        if (meaning instanceof Meaning.OnceMore) {
            return stop(new Next.OnceMore(refusal));
        }
        if (meaning instanceof Meaning.KeyInUse) {
            contracts.forget(taken.next().place());
            row = ledger.hadNoEffect(row.id());
            learned = learned.withDuplicate(Optional.of(refusal));
            return true;
        }
        LOG.warn("Procore locks the record of {}, {} ({}); its origin_id is removed for the change and then put back.",
                row.paymentWords(), row.billWords(), refusal.said());
        row = ledger.lockSeen(row.id());
        return true;
    }

    /** A call succeeded on a commitment: more may follow, and earlier refusals there are settled. */
    private void taken(CommitmentRef place) {
        contracts.doors().succeeded(place);
        contracts.refusals().stream().filter(refusal -> !refusal.isOpen() && refusal.scope().covers(place))
                .forEach(refusal -> {
                    refusals.accepted(refusal);
                    contracts.refusals(refusals.of(company.id()));
                });
    }

    private boolean listed(Step taken, List<ContractPayment> page, ProcoreAnswer answer) {
        ContractWalk walk = taken.walk().orElseThrow();
        walk.take(page, answer);
        if (walk.isUnfinished()) {
            step = new Step(taken.next(), walk.nextCall(), taken.walk());
            return false;
        }
        if (walk.gap().isPresent()) {
            return countFailedList(taken.next().place(), new Next.Refused(taken.call(), answer, walk.gap().get()));
        }
        contracts.put(walk.place(), walk.records(), keys, walk.startedAt(), clock.instant());
        goLive.sees(row.payment().companyFile(), () -> walk.records().stream().flatMap(record -> keys.paymentOf(record)
                .map(txnId -> new GoLive.Keyed(txnId, record.day())).stream()).toList());
        return true;
    }

    private boolean done(Step taken) {
        if (taken.next() instanceof Next.AskCompany) {
            return procoreAnswers();
        }
        dropFromContracts();
        learned = learned.withShown(Optional.empty());
        row = ledger.holdsNothing(row.id());
        return true;
    }

    private boolean shows(Next.Call asked, ContractPayment record, ProcoreAnswer answer) {
        if (asked instanceof Next.Show && row.held().map(Held::isTyped).orElse(false)) {
            return typedShown(row.held().get(), record);
        }
        if (asked instanceof Next.Show show) {
            return show.guards() ? guarded(record) : readBack(record);
        }
        if (asked instanceof Next.Create create) {
            return isRepeat(record, answer) || judged(HeldRecords.created(row, create.place(), record, keys));
        }
        if (asked instanceof Next.Correct correct) {
            return isRepeat(record, answer) || corrected(correct, record);
        }
        if (asked instanceof Next.Patch patch) {
            return judged(HeldRecords.updated(row, patch.fields(), learned.shown(), record, keys));
        }
        if (asked instanceof Next.SetToZero zero) {
            return setToZero(zero.held(), record);
        }
        return asked instanceof Next.Unlink unlink ? unlinked(unlink.held(), record)
                : relinked(row.held().orElseThrow(), record);
    }

    /** An answer that names an older record belongs to an earlier call: only the list can show the outcome of this one. */
    private boolean isRepeat(ContractPayment record, ProcoreAnswer answer) {
        boolean older = answer.header("Date").flatMap(RowDelivery::instant)
                .map(date -> record.isCreatedBefore(date.minus(CLOCKS_DIFFER))).orElse(false);
        boolean known = row.held().map(held -> held.procoreId() == record.id()).orElse(false)
                || ledger.knewRecord(record.id(), row.id());
        if (older || known) {
            contracts.forget(row.pendingCall().orElseThrow().place());
            contracts.noLongerInDoubt(row.id());
            learned = learned.withRepeated(true);
        }
        return older || known;
    }

    private static Optional<Instant> instant(String httpDate) {
        try {
            return Optional.of(ZonedDateTime.parse(httpDate, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Procore's answer shows what it stored; a difference from what was sent must not stay unseen. */
    private boolean judged(Stored stored) {
        learned = learned.withShown(Optional.empty());
        Optional<Wanted> sent = row.wanted();
        row = ledger.holds(row.id(), stored.held());
        if (stored.mismatches().isEmpty() || row.state() == RowState.DEAD || !row.wanted().equals(sent)) {
            return true;
        }
        row = ledger.dead(row.id(), trouble(DeliverySentences.storedOtherwise(stored.mismatches(), stored.held().procoreId()),
                Optional.empty(), Optional.empty()), Effect.NONE);
        return false;
    }

    private boolean corrected(Next.Correct correct, ContractPayment record) {
        Held held = correct.held();
        BigDecimal amount = record.tells(Field.AMOUNT) && record.amount() != null ? record.amount() : correct.difference();
        dropFromContracts();
        Held corrected = held.corrected(held.amount().add(amount), editSequence(), held.corrections() + 1);
        return judged(new Stored(corrected, amount.compareTo(correct.difference()) == 0 ? List.of()
                : List.of(new Mismatch(Optional.of(Field.AMOUNT), correct.difference().toPlainString(), amount.toPlainString()))));
    }

    private boolean setToZero(Held held, ContractPayment record) {
        BigDecimal amount = record.tells(Field.AMOUNT) && record.amount() != null ? record.amount() : BigDecimal.ZERO;
        return judged(new Stored(held.withAmount(amount), amount.signum() == 0 ? List.of()
                : List.of(new Mismatch(Optional.of(Field.AMOUNT), "0.00", amount.toPlainString()))));
    }

    /** What is really there decides whether it may be changed, and what differs. */
    private boolean guarded(ContractPayment record) {
        Held held = row.held().orElseThrow();
        if (record.isOfProcorePay() || !isOurs(held, record)) {
            row = ledger.dead(row.id(), trouble(DeliverySentences.takenOver(held, record), Optional.empty(), Optional.empty()),
                    Effect.NONE);
            return false;
        }
        learned = learned.withShown(Optional.of(record));
        row = ledger.seen(row.id(), Optional.of(HeldRecords.seen(held, record, keys)));
        return true;
    }

    /** A person may have changed the typed record since its list was read, or our key may be on it already. */
    private boolean typedShown(Held held, ContractPayment record) {
        if (keys.isOn(record, key())) {
            return adopted(held);
        }
        if (record.isTyped() && record.amount() != null && record.amount().compareTo(held.amount()) == 0) {
            learned = learned.withShown(Optional.of(record));
            row = ledger.hadNoEffect(row.id());
            return true;
        }
        return letGo(held);
    }

    private boolean adopted(Held held) {
        contracts.forget(held.place());
        row = ledger.holds(row.id(), held.withLink(Held.Link.ON));
        learned = learned.withShown(Optional.empty());
        return true;
    }

    private boolean letGo(Held held) {
        contracts.forget(held.place());
        learned = learned.withShown(Optional.empty());
        row = ledger.letGo(row.id());
        return ++changes <= MOST_CHANGES || unclear("Record " + held.procoreId() + " in Procore changes whenever it is looked at",
                Optional.empty(), Optional.empty());
    }

    private boolean isOurs(Held held, ContractPayment record) {
        Optional<String> key = keys.whole(record);
        if (key.isPresent()) {
            return key.get().equals(key()) && (!record.hasOriginId() || record.originId().equals(key()));
        }
        // People may edit a marker in the notes; the id we hold and an empty origin_id remain.
        return !record.hasOriginId() && (keys.place() == KeyPlace.NOTES || !held.linked() || !keys.isToldBy(record));
    }

    private boolean readBack(ContractPayment record) {
        learned = learned.withShown(Optional.empty());
        row = ledger.seen(row.id(), Optional.of(HeldRecords.seen(row.held().orElseThrow(), record, keys)));
        return true;
    }

    private boolean unlinked(Held held, ContractPayment record) {
        boolean awaitsLink = keys.place() == KeyPlace.ORIGIN_ID;
        learned = learned.withShown(learned.shown().map(shown -> record.tellsOriginId() ? shown.withKeyOf(record)
                : shown.withoutOriginId()));
        row = ledger.seen(row.id(), Optional.of(held.withLink(awaitsLink ? Held.Link.OFF : Held.Link.ON)));
        return true;
    }

    private boolean relinked(Held held, ContractPayment record) {
        Optional<String> stored = keys.whole(record);
        if (stored.isPresent() && !stored.get().equals(key())) {
            row = ledger.dead(row.id(), trouble(DeliverySentences.otherKey(held, stored.get(), key()), Optional.empty(),
                    Optional.empty()), Effect.NONE);
            return false;
        }
        if (held.isTyped() && stored.isEmpty() && keys.isToldBy(record)) {
            row = ledger.dead(row.id(), trouble(DeliverySentences.keyNotKept(held), Optional.empty(), Optional.empty()), Effect.NONE);
            return false;
        }
        return adopted(held);
    }

    // ----------------------------------------------------------------------------------------- refusals, failed lists

    private boolean ownRefusal(Step taken, Next.Refused refusal) {
        if (taken.next() instanceof Next.Relink || taken.next() instanceof Next.Show) {
            return stop(new Next.Ask(DeliverySentences.refused(refusal), Optional.of(refusal)));
        }
        row = ledger.hadNoEffect(row.id());
        learned = learned.withToTell(Optional.of(refusal));
        return true;
    }

    private boolean someonesRefusal(Step taken, Next.Refused refusal) {
        CommitmentRef place = taken.next().place();
        int status = refusal.answer().status();
        contracts.doors().refused(place);
        if (taken.next() instanceof Next.AskCompany) {
            return status == 401 || status == 403 ? companyRefused(refusal) : procoreAnswers();
        }
        if (!(taken.next() instanceof Next.ReadList)) {
            if (taken.call().isWrite()) {
                row = ledger.hadNoEffect(row.id());
            }
            learned = learned.withSuspect(Optional.of(new Suspect(Suspect.Kind.WRITE_REFUSED, place, refusal,
                    contracts.refusedSince(place))));
            return true;
        }
        if (!concerns(place)) {
            contracts.refused(place, clock.instant());
            return true;
        }
        if (status == 404) {
            return refuse(Scope.commitment(company.id(), place), refusal);
        }
        learned = learned.withSuspect(Optional.of(new Suspect(Suspect.Kind.LIST_REFUSED, place, refusal, 0)));
        return true;
    }

    /** Whether the row wants or has anything on a commitment; otherwise the record was only searched for there. */
    private boolean concerns(CommitmentRef place) {
        return row.wanted().flatMap(Wanted::place).equals(Optional.of(place))
                || row.held().map(Held::place).equals(Optional.of(place))
                || row.pendingCall().map(PendingCall::place).equals(Optional.of(place));
    }

    private boolean refuse(Scope scope, Next.Refused refusal) {
        return letterOf(scope, DeliverySentences.refusedAll(scope, ledger.names(), refusal), refusal);
    }

    private boolean letterOf(Scope scope, String sentence, Next.Refused refusal) {
        learned = learned.withSuspect(Optional.empty());
        refusals.refuse(scope, company.companyFiles(), new Trouble(row.payment().companyFile(), "deliver", "", Optional.empty(),
                Optional.empty(), sentence, refusal.answer().failure().map(failure -> (Throwable) failure),
                refusal.call().words(), Optional.of(refusal.answer().status()).filter(status -> status > 0),
                refusal.answer().body(), ""));
        contracts.refusals(refusals.of(company.id()));
        return true;
    }

    private boolean companyRefused(Next.Refused refusal) {
        if (learned.suspect().map(Suspect::kind).equals(Optional.of(Suspect.Kind.LIST_FAILED))) {
            return procoreAnswers();
        }
        if (refusal.answer().isPage()) {
            learned = learned.withSuspect(Optional.empty());
            // Something on the way refuses all, and not Procore.
            pause.away(refusal.answer().pageReason());
            row = ledger.waitUntil(row.id(), clock.instant(), Effect.UNKNOWN);
            return false;
        }
        return refuse(Scope.company(company.id()), refusal);
    }

    private boolean listFailed(Step taken, Next.Refused failure) {
        learned = learned.withSuspect(Optional.of(new Suspect(Suspect.Kind.LIST_FAILED, taken.next().place(), failure, 0)));
        return true;
    }

    /** The company is readable: what was refused or failed concerns its project or commitment. */
    private boolean procoreAnswers() {
        Suspect suspect = learned.suspect().orElseThrow();
        learned = learned.withSuspect(Optional.empty());
        // A token that is refused here and taken there has expired in between; that does not concern a project.
        boolean again = suspect.kind() == Suspect.Kind.LIST_FAILED || suspect.refusal().answer().status() == 401;
        return again ? countFailedList(suspect.place(), suspect.refusal())
                : refuse(Scope.project(company.id(), suspect.place().projectId()), suspect.refusal());
    }

    private boolean procoreFails(String why) {
        learned = learned.withSuspect(Optional.empty());
        pause.failed(why);
        row = ledger.waitUntil(row.id(), clock.instant().plus(policy.pauseAfter(1)), Effect.UNKNOWN);
        return false;
    }

    private boolean countFailedList(CommitmentRef place, Next.Refused failure) {
        int failures = contracts.readingFailed(place, policy::pauseAfter, clock.instant());
        if (!concerns(place)) {
            return true;
        }
        int attempts = Math.max(failures, row.attempts() + 1);
        if (attempts < policy.maxAttempts()) {
            row = ledger.later(row.id(), clock.instant().plus(policy.pauseAfter(attempts)), failure.said(), Effect.UNKNOWN);
            return false;
        }
        contracts.forgetFailures(place);
        return letterOf(Scope.commitment(company.id(), place), DeliverySentences.unreadable(named(place), failure.said(), attempts),
                failure);
    }

    /** After a write, its effect is not known: the pending call stays marked, and is read back first. */
    private boolean unclear(String why, Optional<ProcoreAnswer> answer, Optional<ProcoreCall> call) {
        if (answer.isPresent()) {
            pause.failed(why);
        }
        int attempts = row.attempts() + 1;
        row = attempts < policy.maxAttempts()
                ? ledger.later(row.id(), clock.instant().plus(policy.pauseAfter(attempts)), why, Effect.UNKNOWN)
                : ledger.dead(row.id(), trouble(DeliverySentences.unclearTooOften(why, attempts,
                        call.map(ProcoreCall::isWrite).orElse(false)), answer, call), Effect.UNKNOWN);
        return false;
    }

    // ----------------------------------------------------------------------------------------------------------- parts

    private String key() {
        return keys.of(row);
    }

    private String editSequence() {
        return row.wanted().map(Wanted::fields).or(() -> row.held().map(Held::fields)).map(PaymentFields::editSequence).orElse("");
    }

    /** Another delivery may be reading the commitment right now: what it saw before our change does not count either. */
    private void dropFromContracts() {
        row.held().ifPresent(held -> contracts.drop(held.place(), key()));
        listedSince = contracts.moment();
    }

    private CommitmentName named(CommitmentRef place) {
        return ledger.names().of(company.id(), place);
    }

    private String about() {
        return DeliverySentences.about(row, row.wanted().flatMap(Wanted::place).map(this::named));
    }

    private Trouble trouble(String sentence, Optional<ProcoreAnswer> answer, Optional<ProcoreCall> call) {
        return new Trouble(row.payment().companyFile(), "deliver", "deliver|" + row.id(), Optional.of(row.paymentId()),
                Optional.of(row.id()), sentence,
                answer.flatMap(ProcoreAnswer::failure).map(failure -> (Throwable) failure),
                call.map(ProcoreCall::words).orElse(""), answer.map(ProcoreAnswer::status).filter(status -> status > 0),
                answer.map(ProcoreAnswer::body).orElse(""), "").about(about());
    }

    /** What this process has read, as far as it counts for this row. */
    private final class ReadLists implements Situation.Lists {

        @Override
        public Optional<List<ContractPayment>> withKey(CommitmentRef place) {
            return contracts.records(place, key(), clock.instant(), listedSince);
        }

        @Override
        public boolean showsPayment(CommitmentRef place) {
            return contracts.showsKeyThatBegins(place, keys.ofPayment(row));
        }

        @Override
        public Optional<List<ContractPayment>> withKeyAfter(PendingCall call) {
            return contracts.recordsSince(call.place(), key(), contracts.inDoubt(row.id(), call));
        }

        @Override
        public boolean isReadSince(CommitmentRef place, long moment) {
            return contracts.isReadSince(place, moment);
        }

        @Override
        public Optional<List<ContractPayment>> others(CommitmentRef place) {
            return contracts.others(place, row.nextAttemptAt(), clock.instant());
        }

        @Override
        public Twins.Sending sending(CommitmentRef place) {
            return sending(ledger.unsent(row, place));
        }

        @Override
        public List<Twins.Sending> rivals(CommitmentRef place, BigDecimal amount) {
            return ledger.unsentLike(row, place, amount, company.companyFiles()).stream().map(this::sending).toList();
        }

        private Twins.Sending sending(Deliveries.Unsent unsent) {
            return new Twins.Sending(unsent.wanted(), unsent.whole());
        }

        @Override
        public boolean isUnreadable(CommitmentRef place) {
            return contracts.isUnreadable(place, policy.maxAttempts(), clock.instant());
        }

        @Override
        public Instant readableFrom(CommitmentRef place) {
            return contracts.readableFrom(place, clock.instant());
        }

        @Override
        public List<CommitmentRef> elsewhere(boolean fresh) {
            // Where a record should be and is not, what this very run has moved counts too.
            return fresh ? ledger.places(company.companyFiles()) : contracts.known(() -> ledger.places(company.companyFiles()));
        }

        @Override
        public boolean isLedgerNew() {
            return ledger.isNew();
        }

        @Override
        public Optional<LedgerRow> holderOf(long recordId) {
            return ledger.holderOf(recordId, row.id(), company.companyFiles());
        }

        @Override
        public Set<Long> offered() {
            return ledger.offeredTwins(row.id());
        }
    }
}
