package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.Flight;
import org.paymentsissued.ledger.LastMoment;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Procore equal to one ledger row, call by call. It looks at the difference between wanted and held, never at the
 * event behind it; every answer is in the ledger before the next call is chosen, so that a kill at any moment leads back
 * here. In order of what it looks at first:
 * <ol>
 * <li>a call whose outcome is unknown: read back, never repeated blindly;</li>
 * <li>nothing wanted: the record goes, by the strategy for voids;</li>
 * <li>nothing held: looked for once per commitment and process, then created;</li>
 * <li>both, and different: changed by the strategy for updates, after looking at what is really there.</li>
 * </ol>
 */
public final class RowDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(RowDelivery.class);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final List<String> LOCKED = List.of("locked", "synced", "linked");
    private static final List<String> DUPLICATE = List.of("origin_id", "already", "taken", "duplicate");

    private final Deliveries ledger;
    private final Contracts contracts;
    private final ProcorePause pause;
    private final DeliveryPolicy policy;
    private final ProcoreCompanies.Company company;
    private final RecordKey keys;
    private final Clock clock;

    private long listedSince;
    private LedgerRow row;
    private Step step;
    private ContractWalk walk;
    private Optional<ContractPayment> shown = Optional.empty();
    private boolean duplicateRefused;
    private final Set<Deliveries.Place> unreadable = new HashSet<>();
    /** What we held and did not find any more: created again only when an operator says so. */
    private Optional<Held> gone = Optional.empty();
    private Optional<Trouble> afterRelink = Optional.empty();

    private enum Purpose { LOOK_FOR, GUARD, READ_BACK, CREATE, CORRECT, UPDATE, UNLINK, RELINK, DELETE }

    private record Step(Purpose purpose, ProcoreCall call) { }

    /** @param contracts what is known of the commitments of the row's company, and of no other */
    RowDelivery(LedgerRow row, Deliveries ledger, Contracts contracts, ProcorePause pause, ProcoreCompanies companies,
            Clock clock) {
        this.row = row;
        this.ledger = ledger;
        this.contracts = contracts;
        this.pause = pause;
        this.policy = companies.policyOf(row.payment().companyFile());
        this.company = companies.of(row.payment().companyFile());
        this.keys = new RecordKey(policy);
        this.clock = clock;
        // A record that this ledger has never changed is where a list says; of another one the list has to be fresh.
        this.listedSince = row.changeNumber() == 0 ? 0 : contracts.moment();
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
        boolean goOn;
        try {
            goOn = record(taken, answer);
        } finally {
            if (taken.purpose() == Purpose.LOOK_FOR && step == null) {
                contracts.endReading(walk.projectId(), walk.contractId(), this);
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
        row.flight().ifPresentOrElse(flight -> contracts.inDoubt(row.id(), flight), () -> contracts.noLongerInDoubt(row.id()));
    }

    // ------------------------------------------------------------------------------------------------ what comes next

    private void choose() {
        step = null;
        boolean again = true;
        while (again) {
            if (row.state() != RowState.PENDING || row.nextAttemptAt().isAfter(clock.instant()) || pause.isOn()) {
                return;
            }
            again = chooseOnce();
        }
    }

    /** Chooses a call, or settles something without one and returns true to look again. */
    private boolean chooseOnce() {
        if (row.flight().isPresent()) {
            return readBack(row.flight().get());
        }
        if (afterRelink.isPresent()) {
            if (row.held().map(held -> !held.linked()).orElse(false)) {
                return relink(row.held().get());
            }
            row = ledger.dead(row.id(), afterRelink.get(), true);
            return false;
        }
        if (row.wanted().isEmpty()) {
            return row.held().isEmpty() ? settle(Optional.empty()) : remove(row.held().get());
        }
        if (row.held().isEmpty()) {
            return create(row.wanted().get());
        }
        Held held = row.held().get();
        Set<Field> differences = row.differences();
        if (differences.isEmpty()) {
            return held.linked() ? settle(Optional.of(held)) : relink(held);
        }
        return update(held, differences);
    }

    private boolean relink(Held held) {
        return fly(Purpose.RELINK, Flight.Kind.RELINK, held.projectId(), held.contractId(), held.procoreId(),
                PaymentJson.relink(held.projectId(), held.contractId(), key(), editSequence()));
    }

    private boolean settle(Optional<Held> held) {
        row = ledger.seen(row.id(), held);
        return false;
    }

    private boolean readBack(Flight flight) {
        if (flight.kind() != Flight.Kind.CREATE && flight.kind() != Flight.Kind.CORRECT) {
            Held held = row.held().orElseThrow();
            step = new Step(Purpose.READ_BACK,
                    ProcoreCall.show(company.id(), held.procoreId(), held.projectId(), held.contractId()));
            return false;
        }
        Optional<List<ContractPayment>> records = contracts.recordsSince(flight.projectId(), flight.contractId(), key(),
                contracts.inDoubt(row.id(), flight));
        if (records.isEmpty()) {
            return lookFor(flight.projectId(), flight.contractId());
        }
        int corrections = row.held().map(Held::corrections).orElse(0);
        int expected = flight.kind() == Flight.Kind.CREATE ? 1 : corrections + 2;
        if (records.get().size() >= expected) {
            LOG.info("The answer to a call for {}, {} was lost; Procore holds the record.", row.paymentWords(),
                    row.billWords());
            return adopt(records.get());
        }
        Optional<ContractPayment> unmarked = unmarked(flight);
        if (unmarked.isPresent()) {
            LOG.info("The answer to a call for {}, {} was lost; Procore holds the record, whose marker somebody has edited"
                    + " away.", row.paymentWords(), row.billWords());
            row = ledger.seen(row.id(), Optional.of(heldAs(unmarked.get(), unmarked.get().amount(), 0)));
            return true;
        }
        boolean recent = flight.at().plus(policy.pauseForLists().multipliedBy(2)).isAfter(clock.instant());
        if (flight.looks() == 0 && recent) {
            contracts.forget(flight.projectId(), flight.contractId());
            contracts.noLongerInDoubt(row.id());
            row = ledger.notFoundYet(row.id(), clock.instant().plus(policy.pauseForLists()));
            return false;
        }
        row = ledger.landedWithoutEffect(row.id());
        return true;
    }

    /** What our call has created where its marker was edited away since: the only record that can be it, or none. */
    private Optional<ContractPayment> unmarked(Flight flight) {
        if (keys.isInOriginId() || flight.kind() != Flight.Kind.CREATE || row.wanted().isEmpty()) {
            return Optional.empty();
        }
        Wanted wanted = row.wanted().get();
        List<ContractPayment> alike = contracts.alike(flight.projectId(), flight.contractId(), wanted).stream()
                .filter(record -> record.isCreatedSince(flight.at().minus(CLOCKS_DIFFER))
                        && Optional.ofNullable(record.requisitionId()).equals(wanted.requisitionId())
                        && !isHeldByAnother(record)).toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    private boolean create(Wanted wanted) {
        Placement place = wanted.placement().orElseThrow();
        Optional<List<ContractPayment>> records =
                contracts.records(place.projectId(), place.contractId(), key(), clock.instant(), listedSince);
        if (records.isEmpty()) {
            return lookFor(place.projectId(), place.contractId());
        }
        if (!records.get().isEmpty()) {
            return adopt(records.get());
        }
        if (gone.isPresent() || duplicateRefused || ledger.isNew()) {
            return lookElsewhere(wanted, place);
        }
        return post(wanted, place);
    }

    private boolean post(Wanted wanted, Placement place) {
        contracts.alike(place.projectId(), place.contractId(), wanted).stream()
                .filter(record -> !isHeldByAnother(record)).findFirst().ifPresent(typed -> {
                    String remark = row.paymentWords() + ", " + row.billWords() + ": commitment " + place.contractId()
                            + " of project " + place.projectId() + " already shows a payment with this number, date and"
                            + " amount that somebody typed (record " + typed.id() + "). If it is the same, remove the typed"
                            + " one in Procore.";
                    LOG.warn(remark);
                    ledger.remark(row.paymentId(), remark);
                });
        return fly(Purpose.CREATE, Flight.Kind.CREATE, place.projectId(), place.contractId(), 0,
                PaymentJson.create(place.projectId(), place.contractId(), wanted, keys, key()));
    }

    /** The key is unique in the company: a ledger that was lost or restored may not know that the bill has moved. */
    private boolean lookElsewhere(Wanted wanted, Placement place) {
        // Where a record should be and is not, what this very run has moved counts too.
        Supplier<List<Deliveries.Place>> places = () -> ledger.places(company.companyFiles());
        List<Deliveries.Place> others = new ArrayList<>(gone.isPresent() || duplicateRefused ? places.get()
                : contracts.known(places));
        gone.ifPresent(held -> others.add(new Deliveries.Place(held.projectId(), held.contractId())));
        for (Deliveries.Place other : others) {
            if (other.contractId() != place.contractId() && !unreadable.contains(other)) {
                Optional<List<ContractPayment>> records =
                        contracts.records(other.projectId(), other.contractId(), key(), clock.instant(), listedSince);
                if (records.isEmpty()) {
                    return lookFor(other.projectId(), other.contractId());
                }
                if (!records.get().isEmpty()) {
                    return adopt(records.get());
                }
            }
        }
        if (gone.isPresent()) {
            row = ledger.dead(row.id(), trouble("Record " + gone.get().procoreId() + " is gone from Procore, or no"
                    + " longer visible to the service account: somebody has removed it there. Retry writes it again;"
                    + " discard this dead letter to leave it so.", Optional.empty()), true);
            return false;
        }
        if (!duplicateRefused) {
            return post(wanted, place);
        }
        row = ledger.dead(row.id(), trouble("Procore already has a record with the key " + key()
                + ", but not on commitment " + place.contractId() + " nor on any other that is known here. Find the"
                + " record in Procore, remove it there, then retry.", Optional.empty()), true);
        return false;
    }

    private boolean lookFor(long projectId, long contractId) {
        if (!contracts.beginReading(projectId, contractId, this)) {
            return true;
        }
        walk = new ContractWalk(company.id(), projectId, contractId, clock.instant());
        step = new Step(Purpose.LOOK_FOR, walk.nextCall());
        return false;
    }

    /** Takes records with our key for what we hold: they came from a call whose answer, or ledger, was lost. */
    private boolean adopt(List<ContractPayment> records) {
        List<ContractPayment> first = records.stream().filter(record -> keys.whole(record).equals(Optional.of(key())))
                .toList();
        if (first.size() != 1 || first.get(0).isOfProcorePay()) {
            row = ledger.dead(row.id(), trouble(first.size() > 1
                    ? "Procore holds " + first.size() + " records with the key " + key() + " (ids "
                            + String.join(", ", first.stream().map(record -> String.valueOf(record.id())).toList())
                            + "). Remove all but one in Procore, then retry."
                    : "Procore holds a record with the key " + key() + " that is not ours to change. Look at it in"
                            + " Procore; then retry, or discard this dead letter.", Optional.empty()), true);
            return false;
        }
        Optional<LedgerRow> holder = holder(first.get(0));
        if (holder.isPresent()) {
            row = ledger.dead(row.id(), trouble("The record with the key " + key() + " in Procore (id "
                    + first.get(0).id() + ") is that of " + holder.get().paymentWords() + " of company file "
                    + holder.get().payment().companyFile() + ", which has the same ids. Where they are of two company"
                    + " files, give one an origin prefix of its own (procore." + row.payment().companyFile()
                    + ".origin-prefix), then retry.",
                    Optional.empty()), true);
            return false;
        }
        BigDecimal total = records.stream().map(ContractPayment::amount).filter(java.util.Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        Held adopted = row.held().map(held -> asFound(held, first.get(0)))
                .map(held -> held.corrected(total, held.editSequence(), records.size() - 1))
                .orElseGet(() -> heldAs(first.get(0), total, records.size() - 1));
        row = ledger.seen(row.id(), Optional.of(adopted));
        duplicateRefused = false;
        gone = Optional.empty();
        return true;
    }

    private Optional<LedgerRow> holder(ContractPayment record) {
        return ledger.holderOf(record.id(), row.id(), company.companyFiles());
    }

    private boolean isHeldByAnother(ContractPayment record) {
        return holder(record).isPresent();
    }

    private boolean remove(Held held) {
        if (held.amount().signum() == 0 && policy.onVoid() != DeliveryPolicy.VoidStrategy.DELETE) {
            return held.linked() ? settle(Optional.of(held)) : relink(held);
        }
        if (policy.onVoid() == DeliveryPolicy.VoidStrategy.REPORT) {
            row = ledger.dead(row.id(), trouble("The payment is gone from QuickBooks (" + row.reason()
                    + "), but stands in Procore, as procore.void-strategy = report wants it. Remove it in Procore by"
                    + " hand, then retry.", Optional.empty()), true);
            return false;
        }
        if (shown.isEmpty()) {
            return guard(held);
        }
        if (policy.onVoid() == DeliveryPolicy.VoidStrategy.REVERSE || held.corrections() > 0) {
            return correct(held, asHeld(held), held.amount().negate(),
                    "Takes back record " + held.procoreId() + ": gone from QuickBooks");
        }
        if (row.lockSeen() && held.linked() && keys.isInOriginId()) {
            return unlink(held);
        }
        if (policy.onVoid() == DeliveryPolicy.VoidStrategy.ZERO) {
            return fly(Purpose.UPDATE, Flight.Kind.UPDATE, held.projectId(), held.contractId(), held.procoreId(),
                    PaymentJson.amountOnly(held.projectId(), held.contractId(), BigDecimal.ZERO));
        }
        return delete(held);
    }

    private boolean update(Held held, Set<Field> differences) {
        if (shown.isEmpty()) {
            return guard(held);
        }
        if (differences.contains(Field.PLACE)) {
            if (policy.update() == UpdateStrategy.REPORT || policy.update() == UpdateStrategy.COMPENSATE
                    || held.corrections() > 0) {
                return report(differences);
            }
            // A contract payment cannot change its contract (reference): it goes here and is created there.
            return row.lockSeen() && held.linked() && keys.isInOriginId() ? unlink(held) : delete(held);
        }
        if (differences.equals(EnumSet.of(Field.NOTES)) && areNotesOfPeople(held)) {
            return settle(Optional.of(asWanted(held, held.linked())));
        }
        UpdateStrategy strategy = held.corrections() > 0 ? UpdateStrategy.COMPENSATE : policy.update();
        return switch (strategy) {
            case PATCH -> row.lockSeen() && held.linked() && keys.isInOriginId() ? unlink(held)
                    : patch(held, differences);
            case UNLINK_PATCH -> held.linked() && keys.isInOriginId() ? unlink(held) : patch(held, differences);
            case REPLACE -> row.lockSeen() && held.linked() && keys.isInOriginId() ? unlink(held) : delete(held);
            case COMPENSATE -> compensate(held, differences);
            case REPORT -> report(differences);
        };
    }

    private boolean guard(Held held) {
        step = new Step(Purpose.GUARD,
                ProcoreCall.show(company.id(), held.procoreId(), held.projectId(), held.contractId()));
        return false;
    }

    private boolean patch(Held held, Set<Field> differences) {
        Set<Field> sent = EnumSet.copyOf(differences);
        if (areNotesOfPeople(held)) {
            sent.remove(Field.NOTES);
        }
        return fly(Purpose.UPDATE, Flight.Kind.UPDATE, held.projectId(), held.contractId(), held.procoreId(),
                PaymentJson.update(held.projectId(), held.contractId(), row.wanted().orElseThrow(), sent, keys, key(), held.linked()));
    }

    private boolean unlink(Held held) {
        return fly(Purpose.UNLINK, Flight.Kind.UNLINK, held.projectId(), held.contractId(), held.procoreId(),
                PaymentJson.unlink(held.projectId(), held.contractId(), key()));
    }

    private boolean delete(Held held) {
        return fly(new Step(Purpose.DELETE,
                ProcoreCall.delete(company.id(), held.procoreId(), held.projectId(), held.contractId())),
                new Flight(Flight.Kind.DELETE, "", held.projectId(), held.contractId(), clock.instant(), 0));
    }

    private boolean compensate(Held held, Set<Field> differences) {
        if (!differences.equals(EnumSet.of(Field.AMOUNT))) {
            return report(differences);
        }
        Wanted wanted = row.wanted().orElseThrow();
        return correct(held, wanted, wanted.amount().subtract(held.amount()),
                "Corrects record " + held.procoreId() + " to " + wanted.amount().toPlainString());
    }

    private boolean correct(Held held, Wanted like, BigDecimal difference, String notes) {
        Optional<List<ContractPayment>> records =
                contracts.records(held.projectId(), held.contractId(), key(), clock.instant(), listedSince);
        if (records.isEmpty()) {
            return lookFor(held.projectId(), held.contractId());
        }
        if (!records.get().isEmpty() && records.get().size() != held.corrections() + 1) {
            // An older ledger was restored: Procore holds corrections that it does not know.
            return adopt(records.get());
        }
        return fly(Purpose.CORRECT, Flight.Kind.CORRECT, held.projectId(), held.contractId(), 0,
                PaymentJson.correction(held.projectId(), held.contractId(), like, difference, notes, keys,
                        RecordKey.correction(key(), held.corrections() + 1)));
    }

    private boolean report(Set<Field> differences) {
        String cause = differences.contains(Field.PLACE)
                ? "It belongs on another commitment now than record " + row.held().orElseThrow().procoreId()
                : "It was edited in QuickBooks (" + words(differences) + ")";
        String why = row.held().map(Held::corrections).orElse(0) > 0 ? "a record that others correct is not changed"
                : "procore.update-strategy = " + policy.update().name().toLowerCase(Locale.ROOT).replace('_', '-')
                        + " leaves such a change to you";
        row = ledger.dead(row.id(), trouble(cause + ", and " + why + ". Change it in Procore by hand, then discard this"
                + " dead letter.", Optional.empty()), true);
        return false;
    }

    private boolean fly(Purpose purpose, Flight.Kind kind, long projectId, long contractId, long recordId, String body) {
        String token = token(kind, recordId, body);
        return fly(new Step(purpose, purpose == Purpose.CREATE || purpose == Purpose.CORRECT
                ? ProcoreCall.create(company.id(), body, token) : ProcoreCall.update(company.id(), recordId, body, token)),
                new Flight(kind, token, projectId, contractId, clock.instant(), 0));
    }

    private boolean fly(Step chosen, Flight flight) {
        LastMoment lastMoment = ledger.lastMoment();
        LedgerRow marked = ledger.takeOff(row.id(), flight);
        if (!marked.wanted().equals(row.wanted()) || marked.state() != RowState.PENDING) {
            // QuickBooks was read meanwhile: what was about to be sent is no longer wanted.
            row = ledger.landedWithoutEffect(row.id());
            return true;
        }
        row = marked;
        step = new Step(chosen.purpose(), chosen.call().until(lastMoment));
        return false;
    }

    // --------------------------------------------------------------------------------------------- what an answer means

    private boolean record(Step taken, ProcoreAnswer answer) {
        boolean write = taken.call().isWrite();
        switch (answer.kind()) {
            case AWAY -> {
                pause.away(answer.reason());
                // A page may have come in place of an answer to a call that did get through.
                row = ledger.waitUntil(row.id(), clock.instant(), write && !answer.sent());
                return false;
            }
            case MISCONFIGURED -> {
                return notLetIn(write, answer.reason() + ".");
            }
            case THROTTLED -> {
                row = ledger.waitUntil(row.id(), pause.throttled(answer), write && answer.status() == 429);
                return false;
            }
            case UNKNOWN -> {
                return unanswered(answer, answer.reason(), taken.call());
            }
            case ANSWERED -> {
                // Procore's own words, judged below.
            }
        }
        if (answer.isSuccess()) {
            pause.answered(answer);
            return accepted(taken, answer);
        }
        String said = ErrorText.of(answer.body());
        if (answer.status() == 401) {
            return notLetIn(write, "Procore refuses the login of the service account: " + said + ". Check"
                    + " procore.client-id and procore.client-secret, and that both hosts belong to one environment.");
        }
        pause.answered(answer);
        if (answer.status() == 403 && said.toLowerCase(Locale.ROOT).contains("not connected")) {
            return notLetIn(write, "Procore refuses everything: " + said + " Connect the app again in Procore: Company level >"
                    + " Admin > App Management.");
        }
        if (taken.purpose() == Purpose.LOOK_FOR && row.held().isEmpty() && row.flight().isEmpty()
                && !isWantedOn(walk.projectId(), walk.contractId())) {
            unreadable.add(new Deliveries.Place(walk.projectId(), walk.contractId()));
            return true;
        }
        if (answer.status() == 404 && taken.purpose() != Purpose.LOOK_FOR && taken.purpose() != Purpose.CREATE
                && taken.purpose() != Purpose.CORRECT) {
            return gone(taken);
        }
        if ((taken.purpose() == Purpose.CREATE || taken.purpose() == Purpose.CORRECT) && isDuplicate(answer, said)
                && !duplicateRefused) {
            duplicateRefused = true;
            row.flight().ifPresent(flight -> contracts.forget(flight.projectId(), flight.contractId()));
            row = ledger.landedWithoutEffect(row.id());
            return true;
        }
        if ((taken.purpose() == Purpose.UPDATE || taken.purpose() == Purpose.DELETE) && isLocked(answer, said)
                && row.held().map(Held::linked).orElse(false) && keys.isInOriginId() && !row.lockSeen()) {
            LOG.warn("Procore locks the record of {}, {} ({}); its origin_id is taken off for the change.",
                    row.paymentWords(), row.billWords(), said);
            row = ledger.lockSeen(row.id());
            return true;
        }
        if (answer.status() == 400 && row.attempts() == 0) {
            // Procore has been seen to answer 400 at random under load: one more try.
            row = ledger.later(row.id(), clock.instant().plus(policy.pauseAfter(1)), said, write);
            return false;
        }
        return refused(taken, answer, said);
    }

    private boolean isWantedOn(long projectId, long contractId) {
        return row.wanted().flatMap(Wanted::placement)
                .map(place -> place.projectId() == projectId && place.contractId() == contractId).orElse(false);
    }

    /** After a write, nobody knows whether it had an effect: the flight stays marked, and is read back first. */
    private boolean unanswered(ProcoreAnswer answer, String why, ProcoreCall call) {
        pause.failed(why);
        int attempts = row.attempts() + 1;
        if (attempts >= policy.maxAttempts()) {
            row = ledger.dead(row.id(), trouble(why + ", " + attempts + " times in a row."
                    + (call.isWrite() ? " Whether Procore took it is not known; a retry reads that back first." : "")
                    + " Retry when Procore is well again.", Optional.of(answer), call), false);
        } else {
            row = ledger.later(row.id(), clock.instant().plus(policy.pauseAfter(attempts)), why, false);
        }
        return false;
    }

    private boolean notLetIn(boolean write, String why) {
        pause.refused(why);
        row = ledger.waitUntil(row.id(), clock.instant(), write);
        return false;
    }

    private boolean accepted(Step taken, ProcoreAnswer answer) {
        if (taken.purpose() == Purpose.LOOK_FOR) {
            return walked(taken, answer);
        }
        if (taken.purpose() == Purpose.DELETE) {
            dropFromContracts();
            shown = Optional.empty();
            row = ledger.holdsNothing(row.id());
            return true;
        }
        Optional<ContractPayment> read = PaymentJson.read(answer.body());
        if (read.isEmpty()) {
            return unanswered(answer, "Procore answered HTTP " + answer.status() + " with something that is not a"
                    + " record: " + ErrorText.of(answer.body()), taken.call());
        }
        ContractPayment record = read.get();
        return switch (taken.purpose()) {
            case CREATE -> created(record);
            case CORRECT -> corrected(record);
            case GUARD -> guarded(record);
            case READ_BACK -> readBack(record);
            case UPDATE -> updated(record);
            case UNLINK -> {
                row = ledger.seen(row.id(), Optional.of(row.held().orElseThrow().unlinked()));
                yield true;
            }
            case RELINK -> relinked(record);
            case LOOK_FOR, DELETE -> throw new IllegalStateException(taken.purpose().name());
        };
    }

    private boolean walked(Step taken, ProcoreAnswer answer) {
        Optional<List<ContractPayment>> page = PaymentJson.readList(answer.body());
        if (page.isEmpty()) {
            return unanswered(answer, "Procore answered HTTP " + answer.status() + " with something that is not a list: "
                    + ErrorText.of(answer.body()), taken.call());
        }
        walk.take(page.get(), answer);
        if (walk.isUnfinished()) {
            step = new Step(Purpose.LOOK_FOR, walk.nextCall());
            return false;
        }
        contracts.put(walk.projectId(), walk.contractId(), walk.records(), keys::base, walk.startedAt());
        return true;
    }

    private boolean created(ContractPayment record) {
        Optional<Wanted> sent = row.wanted();
        Held held = heldAs(record, record.amount() == null ? BigDecimal.ZERO : record.amount(), 0);
        row = ledger.holds(row.id(), held);
        return sent.isEmpty() || isAsSent(sent.get(), record);
    }

    /** Procore's answer shows what it stored; a difference from what was sent must not stay unseen. */
    private boolean isAsSent(Wanted sent, ContractPayment record) {
        boolean amount = record.amount() != null && record.amount().compareTo(sent.amount()) == 0;
        boolean date = record.day().equals(Optional.of(sent.date()));
        boolean invoice = !record.tellsRequisition()
                || Optional.ofNullable(record.requisitionId()).equals(sent.requisitionId());
        boolean linked = row.held().map(Held::linked).orElse(true);
        boolean key = !keys.isInOriginId() || !linked || !record.tellsOriginId() || key().equals(record.originId());
        if (amount && date && invoice && key || row.state() == RowState.DEAD || !row.wanted().equals(Optional.of(sent))) {
            return true;
        }
        row = ledger.dead(row.id(), trouble("Procore stored something else than what was sent: amount "
                + record.amount() + " for " + sent.amount() + ", date " + record.date() + " for " + sent.date()
                + ", subcontractor invoice " + record.requisitionId() + " for "
                + sent.requisitionId().map(String::valueOf).orElse("none") + (key ? "" : ", origin_id "
                + record.originId() + " for " + key())
                + ". Look at record " + record.id() + " in Procore; a retry tries to correct it.", Optional.empty()), true);
        return false;
    }

    private boolean corrected(ContractPayment record) {
        Held held = row.held().orElseThrow();
        BigDecimal total = held.amount().add(record.amount() == null ? BigDecimal.ZERO : record.amount());
        dropFromContracts();
        row = ledger.holds(row.id(), held.corrected(total, editSequence(), held.corrections() + 1));
        return true;
    }

    /** What is really there decides whether it may be touched, and what differs. */
    private boolean guarded(ContractPayment record) {
        Held held = row.held().orElseThrow();
        boolean ours = keys.isInOriginId()
                ? keys.whole(record).equals(Optional.of(key())) || !held.linked() && !record.hasOriginId()
                // The marker in the notes is people's to edit; the id we hold and an empty origin_id remain.
                : !record.hasOriginId() && keys.whole(record).map(key()::equals).orElse(true);
        if (record.isOfProcorePay() || !ours) {
            row = ledger.dead(row.id(), trouble("Record " + held.procoreId() + " in Procore is not ours any more: "
                    + (record.isOfProcorePay() ? "Procore Pay has taken it over" : "its origin_id is \""
                            + record.originId() + "\"") + ". It was not touched. Change it in Procore by hand, then"
                    + " discard this dead letter.", Optional.empty()), true);
            return false;
        }
        shown = Optional.of(record);
        Held found = asFound(held, record);
        row = ledger.seen(row.id(),
                Optional.of(!keys.isInOriginId() || record.hasOriginId() ? found.relinked() : found.unlinked()));
        return true;
    }

    private boolean readBack(ContractPayment record) {
        Held held = row.held().orElseThrow();
        boolean linked = !keys.isInOriginId() || record.hasOriginId();
        Held found = asFound(held, record);
        row = ledger.seen(row.id(), Optional.of(linked ? found.relinked() : found.unlinked()));
        shown = Optional.empty();
        return true;
    }

    private boolean updated(ContractPayment record) {
        shown = Optional.empty();
        Held held = row.held().orElseThrow();
        if (row.wanted().isEmpty()) {
            row = ledger.holds(row.id(), held.withAmount(record.amount() == null ? held.amount() : record.amount()));
            return true;
        }
        Wanted sent = row.wanted().get();
        row = ledger.holds(row.id(), asFound(asWanted(held, held.linked()), record));
        return isAsSent(sent, record);
    }

    private boolean relinked(ContractPayment record) {
        Held held = row.held().orElseThrow();
        if (keys.whole(record).isPresent() && !keys.whole(record).get().equals(key())) {
            row = ledger.dead(row.id(), trouble("Procore stored the origin_id \"" + record.originId() + "\" instead of "
                    + key() + ". Look at record " + held.procoreId() + " in Procore.", Optional.empty()), true);
            return false;
        }
        row = ledger.holds(row.id(), held.relinked());
        return true;
    }

    private boolean gone(Step taken) {
        Held held = row.held().orElseThrow();
        boolean ownDeletion = taken.purpose() == Purpose.DELETE
                || row.flight().map(flight -> flight.kind() == Flight.Kind.DELETE).orElse(false);
        // What the list said before may be as wrong as our own knowledge: read it again before anything is created.
        contracts.forget(held.projectId(), held.contractId());
        listedSince = contracts.moment();
        shown = Optional.empty();
        row = ledger.holdsNothing(row.id());
        if (!ownDeletion) {
            gone = Optional.of(held);
        }
        return true;
    }

    private boolean refused(Step taken, ProcoreAnswer answer, String said) {
        Trouble trouble = trouble(advice(taken, answer, said), Optional.of(answer), taken.call());
        if (row.held().isPresent() && !row.held().get().linked()
                && (taken.purpose() == Purpose.UPDATE || taken.purpose() == Purpose.DELETE)) {
            afterRelink = Optional.of(trouble);
            row = ledger.landedWithoutEffect(row.id());
            return true;
        }
        row = ledger.dead(row.id(), trouble, taken.call().isWrite());
        return false;
    }

    private String advice(Step taken, ProcoreAnswer answer, String said) {
        String refusal = "Procore refuses it (HTTP " + answer.status() + "): " + (said.isEmpty() ? "no reason given" : said)
                + ". ";
        return refusal + switch (answer.status()) {
            case 403 -> "Give the service account Admin on Commitments in this project, permit the project for it, and"
                    + " see that the Commitments tool is on; then retry.";
            case 404 -> "The project or commitment of the lookup does not exist, or the service account cannot see it:"
                    + " correct the lookup row, or permit the project; then retry.";
            case 422 -> "Mend what it names, in Procore or in the commitment lookup; where payments are off: Commitment >"
                    + " Advanced Settings > Payment Settings > Enable Payments. Then retry.";
            case 400, 405, 406, 413, 415 -> "The request itself does not suit Procore; report it with this dead letter.";
            default -> "Look at the answer below, mend its cause, then retry.";
        };
    }

    private static boolean isDuplicate(ProcoreAnswer answer, String said) {
        String text = said.toLowerCase(Locale.ROOT);
        return answer.status() == 409
                || answer.status() == 422 && text.contains("origin_id") && DUPLICATE.stream().anyMatch(text::contains);
    }

    private static boolean isLocked(ProcoreAnswer answer, String said) {
        String text = said.toLowerCase(Locale.ROOT);
        return (answer.status() == 422 || answer.status() == 403 || answer.status() == 409)
                && LOCKED.stream().anyMatch(text::contains);
    }

    // ----------------------------------------------------------------------------------------------------------- parts

    private String key() {
        return keys.of(row);
    }

    private String editSequence() {
        return row.wanted().map(Wanted::editSequence).orElse(row.held().map(Held::editSequence).orElse(""));
    }

    private boolean areNotesOfPeople(Held held) {
        String there = shown.map(ContractPayment::notes).orElse("");
        return !keys.notes(held.notes(), key()).equals(there == null ? "" : there);
    }

    /** Another delivery may be reading the commitment just now: what it saw before our change does not count either. */
    private void dropFromContracts() {
        row.held().ifPresent(held -> contracts.drop(held.projectId(), held.contractId(), key()));
        listedSince = contracts.moment();
    }

    /** A record found or created, with what Procore does not return taken as it was sent. */
    private Held heldAs(ContractPayment record, BigDecimal total, int corrections) {
        Optional<Wanted> wanted = row.wanted();
        Flight flight = row.flight().orElse(null);
        Optional<Placement> place = wanted.flatMap(Wanted::placement);
        long project = flight != null ? flight.projectId() : record.projectId() != null ? record.projectId()
                : place.map(Placement::projectId).orElseThrow();
        long contract = flight != null ? flight.contractId() : record.contractId() != null ? record.contractId()
                : place.map(Placement::contractId).orElseThrow();
        return new Held(record.id(), project, contract, requisition(record), total, record.day(),
                wanted.map(Wanted::method).orElse(row.payment().kind().method()), text(record.checkNumber()), text(record.invoiceNumber()),
                wanted.flatMap(Wanted::invoiceDate), wanted.map(Wanted::notes).orElse(""),
                wanted.map(Wanted::editSequence).orElse(""), !keys.isInOriginId() || record.hasOriginId()
                        || !record.tellsOriginId(), corrections);
    }

    /** Older descriptions of the API lack the link in answers: then what was sent stands for it. */
    private Optional<Long> requisition(ContractPayment record) {
        return record.tellsRequisition() ? Optional.ofNullable(record.requisitionId())
                : row.wanted().flatMap(Wanted::requisitionId);
    }

    private Held asFound(Held held, ContractPayment record) {
        return new Held(held.procoreId(), held.projectId(), held.contractId(),
                record.tellsRequisition() ? Optional.ofNullable(record.requisitionId()) : held.requisitionId(),
                held.corrections() > 0 || record.amount() == null ? held.amount() : record.amount(),
                record.day(), held.method(), text(record.checkNumber()), text(record.invoiceNumber()),
                held.invoiceDate(), held.notes(), held.editSequence(), held.linked(), held.corrections());
    }

    private Held asWanted(Held held, boolean linked) {
        Wanted wanted = row.wanted().orElseThrow();
        return new Held(held.procoreId(), held.projectId(), held.contractId(), wanted.requisitionId(), wanted.amount(),
                Optional.of(wanted.date()), wanted.method(), wanted.checkNumber(), wanted.invoiceNumber(),
                wanted.invoiceDate(), wanted.notes(), wanted.editSequence(), linked, held.corrections());
    }

    private Wanted asHeld(Held held) {
        Placement place = new Placement(held.projectId(), held.contractId(), "", held.requisitionId(), "");
        return new Wanted(Optional.of(place), held.amount(), held.date().orElse(java.time.LocalDate.now(clock)),
                held.method(), held.checkNumber(), held.invoiceNumber(), held.invoiceDate(), held.notes(),
                held.editSequence());
    }

    private String token(Flight.Kind kind, long recordId, String body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String intent = company.id() + "\n" + key() + "\n" + kind + "\n" + recordId + "\n" + row.changeNumber() + "\n" + body;
            return HexFormat.of().formatHex(digest.digest(intent.getBytes(StandardCharsets.UTF_8)), 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Trouble trouble(String sentence, Optional<ProcoreAnswer> answer) {
        return trouble(sentence, answer, step == null ? null : step.call());
    }

    private Trouble trouble(String sentence, Optional<ProcoreAnswer> answer, ProcoreCall call) {
        String amount = row.wanted().map(Wanted::amount).or(() -> row.held().map(Held::amount))
                .map(money -> String.format(Locale.ROOT, " (%,.2f)", money)).orElse("");
        String place = row.wanted().flatMap(Wanted::placement)
                .map(where -> " on commitment " + where.contractId() + " of project " + where.projectId()).orElse("");
        return new Trouble(row.payment().companyFile(), "deliver", "deliver|" + row.id(), Optional.of(row.paymentId()),
                Optional.of(row.id()), row.paymentWords() + ", " + row.billWords() + amount + place + ": " + sentence,
                answer.flatMap(ProcoreAnswer::failure).map(failure -> (Throwable) failure),
                call == null ? "" : call.words(),
                answer.map(ProcoreAnswer::status).filter(status -> status > 0),
                answer.map(ProcoreAnswer::body).orElse(""), "");
    }

    private static String words(Set<Field> fields) {
        return String.join(", ", fields.stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT).replace('_', ' ')).toList());
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }
}
