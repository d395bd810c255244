package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.demo.ProcoreBehaviour.AmountRendering;
import org.paymentsissued.demo.ProcoreBehaviour.Locking;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.Desk.Line;

/**
 * Steps drawn from a seed: payments made, edited, voided, deleted, bills moved, deliveries run under random faults, processes
 * killed, ledgers lost and restored from older copies. Whenever things calm down, Procore must equal QuickBooks, and no
 * duplicate may ever have been asked for. More steps: {@code -Dsteps=100000}, another course: {@code -Dseed=7}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RandomisedDeliveryTest {

    private static final int STEPS = Integer.getInteger("steps", 1_500);
    private static final long SEED = Long.getLong("seed", 20_260_325L);
    private static final int COURSES = 8;
    private static final int STEPS_A_COMPANY = 1_000;
    private static final int STEPS_UNTIL_CALM = 150;
    private static final int PAYMENTS = 60;
    private static final int BILLS = 12;

    private record Truth(String number, String memo, LocalDate day, boolean isVoid, Map<String, BigDecimal> lines) { }

    private final Map<String, Truth> books = new TreeMap<>();
    private final Set<String> deleted = new LinkedHashSet<>();
    private final Map<String, Placement> places = new LinkedHashMap<>();
    private final List<Placement> commitments = new ArrayList<>();
    private Random random;
    private Desk desk;
    private Optional<List<String>> backup = Optional.empty();
    private boolean ledgerWentBack;
    private int payments;
    private String where = "";
    /** Whether Procore keeps texts its own way, and leaves some out of its answers. */
    private boolean ownTexts;
    private long rowChanges;

    @ParameterizedTest
    @CsvSource({"PATCH,LOCKS_NOTHING,ORIGIN_ID,false", "PATCH,LOCKS_UPDATES_AND_DELETES,ORIGIN_ID,false",
        "UNLINK_PATCH,LOCKS_UPDATES,ORIGIN_ID,true", "REPLACE,LOCKS_UPDATES_AND_DELETES,ORIGIN_ID,false",
        "PATCH,LOCKS_NOTHING,NOTES,false", "PATCH,LOCKS_UPDATES_AND_DELETES,ORIGIN_DATA,false", "PATCH,LOCKS_NOTHING,ORIGIN_ID,true",
        "PATCH,LOCKS_UPDATES_AND_DELETES,ORIGIN_DATA,true"})
    void whatever_happens_procore_equals_quickbooks_once_it_calms_down(UpdateStrategy strategy, Locking locking,
            KeyPlace keyPlace, boolean ownTexts) {
        for (int done = 0; done < STEPS / COURSES; done += STEPS_A_COMPANY) {
            course(SEED + done, Math.min(STEPS_A_COMPANY, STEPS / COURSES - done), strategy, locking, keyPlace, ownTexts);
        }
    }

    /** One company from its first payment on. */
    private void course(long seed, int steps, UpdateStrategy strategy, Locking locking, KeyPlace keyPlace, boolean ownTexts) {
        where = "seed " + seed + ", " + strategy + ", " + locking + ", " + keyPlace;
        random = new Random(seed + strategy.ordinal() * 31L + locking.ordinal());
        books.clear();
        deleted.clear();
        places.clear();
        commitments.clear();
        backup = Optional.empty();
        ledgerWentBack = false;
        this.ownTexts = ownTexts;
        rowChanges = 0;
        try (Desk opened = new Desk()) {
            desk = opened;
            desk.update = strategy;
            desk.keyPlace = keyPlace;
            desk.maxAttempts = 100;
            desk.procore.behaviour().locking(locking).amountRendering(AmountRendering.VARIOUS).largestPage(17);
            if (ownTexts) {
                desk.procore.behaviour().textsAtRandom(seed).echoesTexts(seed % 3 == 0);
            }
            for (int i = 0; i < 5; i++) {
                desk.procore.commitment(1001, 100 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-" + i, "Vendor " + i);
                commitments.add(new Placement(1001, 100 + i, "work_order_contract", Optional.empty(), "INV"));
                desk.procore.addByHand(100 + i, "12.00", "2026-01-01", "typed");
                desk.procore.addForeign(100 + i, "13.00", "2026-01-01", "foreign-" + i);
                desk.procore.addProcorePay(100 + i, "14.00", "2026-01-01", "pay-" + i);
            }
            for (int i = 0; i < BILLS; i++) {
                places.put("B" + i, commitments.get(i % commitments.size()));
            }
            newLedger(List.of());
            for (int step = 1; step <= steps; step++) {
                step();
                if (step % STEPS_UNTIL_CALM == 0 || step == steps) {
                    calmDownAndCompare(step);
                }
            }
            assertFewCalls();
            System.out.println(where + ": " + steps + " steps, " + rowChanges + " changes, " + desk.procore.requests().size()
                    + " calls, " + desk.procore.faults().happened());
        }
    }

    /** No change may be made again and again: what faults do not explain is a handful of writes a change. */
    private void assertFewCalls() {
        long faults = desk.procore.faults().happened().values().stream().mapToLong(Integer::longValue).sum();
        assertThat(desk.calls("POST") + desk.calls("PATCH") + desk.calls("DELETE")).as(where).isLessThan(5 * rowChanges + 3 * faults);
    }

    private void step() {
        int what = random.nextInt(100);
        if (what < 22) {
            make();
        } else if (what < 42) {
            edit();
        } else if (what < 47) {
            onOne(txn -> {
                Truth was = books.get(txn);
                books.put(txn, new Truth(was.number(), "VOID:", was.day(), true, was.lines()));
                tell(txn);
            });
        } else if (what < 52) {
            onOne(txn -> {
                rowChanges += books.remove(txn).lines().size();
                deleted.add(txn);
                desk.deleted(txn);
            });
        } else if (what < 56) {
            String bill = "B" + random.nextInt(BILLS);
            places.put(bill, commitments.get(random.nextInt(commitments.size())));
            rowChanges += books.values().stream().filter(truth -> truth.lines().containsKey(bill)).count();
            desk.moved(bill, places.get(bill));
        } else if (what < 88) {
            desk.procore.faults().atRandom(random.nextLong(), 0.25, Kind.values()).lateness(Duration.ZERO);
            deliverAWhile(1 + random.nextInt(30));
            desk.procore.faults().stop();
        } else if (what < 93) {
            desk.clock.forward(Duration.ofSeconds(random.nextInt(200)));
        } else if (what < 96) {
            desk.restart();
        } else if (what < 97) {
            desk.procore.expireTokens();
        } else if (what < 98) {
            backup = Optional.of(desk.copyOfLedger());
        } else if (backup.isPresent()) {
            boolean lost = random.nextInt(3) == 0;
            newLedger(lost ? List.of() : backup.get());
            // A pause that was asked for is in the ledger that is gone.
            desk.clock.forward(Duration.ofMinutes(2));
            ledgerWentBack = true;
            readAllAgain();
            if (!lost) {
                // As the manual says of a restored copy: read, compare, then deliver.
                desk.reconcile(true);
            }
        }
    }

    private interface OnOne {
        void accept(String txn);
    }

    private void onOne(OnOne action) {
        List<String> live = books.keySet().stream().filter(txn -> !books.get(txn).isVoid()).toList();
        if (!live.isEmpty()) {
            action.accept(live.get(random.nextInt(live.size())));
        }
    }

    private void make() {
        if (books.size() < PAYMENTS) {
            String txn = "K" + ++payments;
            books.put(txn, drawn());
            tell(txn);
        } else {
            books.keySet().stream().filter(txn -> books.get(txn).isVoid()).findFirst().ifPresent(txn -> {
                books.remove(txn);
                deleted.add(txn);
                desk.deleted(txn);
            });
        }
    }

    private void edit() {
        onOne(txn -> {
            books.put(txn, drawn());
            tell(txn);
        });
    }

    private Truth drawn() {
        Map<String, BigDecimal> lines = new LinkedHashMap<>();
        int bills = 1 + random.nextInt(3);
        for (int i = 0; i < bills; i++) {
            lines.put("B" + random.nextInt(BILLS), BigDecimal.valueOf(1 + random.nextInt(999_999), 2));
        }
        String number = (ownTexts ? " No  a" : "no-") + random.nextInt(50);
        return new Truth(number, random.nextBoolean() ? ownTexts ? "A  memo " + random.nextInt(5) : "memo" : "", LocalDate.of(2026, 3,
                1 + random.nextInt(28)), false, lines);
    }

    /** Reads a payment as it stands in QuickBooks now. */
    private void tell(String txn) {
        Truth truth = books.get(txn);
        rowChanges += truth.lines().size() + 1;
        desk.record(txn, truth.number(), truth.memo(), truth.isVoid() ? Verdict.Kind.VOIDED : Verdict.Kind.PAYS_BILLS,
                truth.day(), truth.lines().entrySet().stream().map(line -> new Line(line.getKey(),
                        truth.isVoid() ? "0.00" : line.getValue().toPlainString(), places.get(line.getKey())))
                        .toArray(Line[]::new));
    }

    private void readAllAgain() {
        books.keySet().forEach(this::tell);
        deleted.forEach(desk::deleted);
        places.forEach(desk::moved);
    }

    /** Some calls of a delivery; then the process is gone, in the middle of whatever it was doing. */
    private void deliverAWhile(int calls) {
        int left = calls;
        while (left > 0 && desk.deliveries.dueCount() > 0) {
            for (var claims = desk.rowDeliveries.due(); claims.hasNext() && left > 0;) {
                var claim = claims.next();
                for (Long row : desk.rowDeliveries.rows(claim)) {
                    RowDelivery delivery = desk.rowDeliveries.begin(row);
                    while (delivery.isUnfinished()) {
                        ProcoreAnswer answer = desk.call(delivery.nextCall());
                        if (--left <= 0 && random.nextInt(4) == 0) {
                            // The answer is lost with the process; the next one needs a while to start.
                            desk.clock.forward(Duration.ofSeconds(2));
                            desk.restart();
                            return;
                        }
                        desk.rowDeliveries.take(delivery, answer);
                    }
                }
                desk.rowDeliveries.release(claim);
            }
            left--;
            desk.waitForTheNext();
        }
    }

    private void calmDownAndCompare(int step) {
        desk.procore.faults().stop();
        desk.clock.forward(Duration.ofHours(2));
        desk.restart().deliver();
        if (ledgerWentBack) {
            // What was deleted between the copy and its return only a comparison can find.
            desk.reconcile(true);
            desk.deliver();
            ledgerWentBack = false;
        }
        if (desk.procore.behaviour().hidesTexts()) {
            // What its answers hide only a comparison can find.
            desk.reconcile(true);
            desk.deliver();
        }
        String where = this.where + ", step " + step;
        assertThat(desk.deadLetters.openOnes(5)).as(where).isEmpty();
        assertThat(desk.procore.violations()).as(where).isEmpty();
        Map<String, String> wanted = new TreeMap<>();
        books.forEach((txn, truth) -> {
            if (!truth.isVoid()) {
                truth.lines().forEach((bill, amount) -> wanted.put(txn + "|" + bill, places.get(bill).contractId() + " "
                        + amount.setScale(2).toPlainString() + " " + truth.day() + " " + (ownTexts ? "" : truth.number())));
            }
        });
        Map<String, String> there = new TreeMap<>();
        for (PaymentIssued record : desk.records()) {
            if (record.author() == Author.INTEGRATION) {
                String key = switch (desk.keyPlace) {
                    case ORIGIN_ID -> String.valueOf(record.originId());
                    case ORIGIN_DATA -> record.originData().replaceAll("(?s).*\"key\":\"([^\"]+)\".*", "$1");
                    case NOTES -> record.notes().replaceAll("(?s).*\\[QuickBooks ([^]]+)].*", "$1");
                };
                String twin = there.put(key, record.contractId() + " " + record.amount().setScale(2).toPlainString() + " "
                        + record.date() + " " + (ownTexts ? "" : record.checkNumber()));
                if (ownTexts) {
                    assertThat(HeldRecords.isStoredAs(books.get(key.substring(0, key.indexOf('|'))).number(),
                            String.valueOf(record.checkNumber()))).as(where + ": " + record).isTrue();
                }
                assertThat(twin).as(where + ": a second record of " + key).isNull();
            }
        }
        assertThat(there).as(where).isEqualTo(wanted);
        assertThat(desk.reconcile(false)).as(where).allSatisfy(compared -> assertThat(compared.findings()).isEmpty());
        assertThat(desk.records().stream().filter(record -> record.author() != Author.INTEGRATION)).hasSize(15);
    }

    private void newLedger(List<String> copy) {
        desk.restore(copy);
        CommitmentLookup lookup = new CommitmentLookup(desk.database, desk.clock);
        commitments.forEach(place -> lookup.put("default", "other-" + place.contractId(), place, CommitmentLookup.Source.CSV, ""));
    }
}
