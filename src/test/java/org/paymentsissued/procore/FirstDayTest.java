package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.ledger.DeadLetters.Listed;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.OperatorActions.Outcome;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.procore.DeliveryPolicy.TypedTwins;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The first day with years of history in QuickBooks, most of which people, Procore Pay or another program have put into Procore
 * already. Whatever is sent, adopted and asked, and however an operator who knows the truth answers, no payment may be in Procore
 * twice and none may be missing. Pairs that no rule can find, such as another date and no number, are counted and printed.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FirstDayTest {

    private static final int PAYMENTS = 30;
    private static final int SEEDS = 12;
    private static final LocalDate FIRST = LocalDate.of(2024, 3, 1);
    private static final Map<How, Integer> PAIRS = new EnumMap<>(How.class);
    private static int doubledOutside;

    /** How a payment came to be in Procore before the first sync. */
    private enum How {
        NOT_THERE(true), SAME_NUMBER(true), NUMBER_IN_OTHER_FORM(true), NO_NUMBER(true), OTHER_DAY_WITH_NUMBER(true),
        OTHER_DAY_WITH_INVOICE(true), LUMP(true), PROCORE_PAY(true), OTHER_PROGRAM(true),
        OTHER_DAY_WITH_NOTHING(false), MONTHS_LATER(false), OTHER_NUMBER(false), WRONG_AMOUNT(false);

        private final boolean findable;

        How(boolean findable) {
            this.findable = findable;
        }
    }

    /** When the history was entered, as go-live sees it. */
    private enum Start { BEFORE_THE_HISTORY, AFTER_IT_WITH_A_BACKFILL, AFTER_IT }

    private record Bill(String id, BigDecimal amount, Placement place) { }

    private record Check(String txn, String number, LocalDate day, List<Bill> bills, How how) { }

    private static Stream<Arguments> days() {
        return Stream.of(Start.values()).flatMap(start -> Stream.of(TypedTwins.ASK, TypedTwins.ADOPT)
                .flatMap(twins -> IntStream.rangeClosed(1, SEEDS).mapToObj(seed -> Arguments.of(start, twins, seed))));
    }

    @AfterAll
    static void print() {
        System.out.println("The first day: pairs of a payment and a record in Procore " + PAIRS + "; outside the rules, and so in Procore"
                + " twice: " + doubledOutside);
    }

    @ParameterizedTest(name = "go-live {0}, {1}, seed {2}")
    @MethodSource("days")
    void not_one_payment_is_doubled_or_missing(Start start, TypedTwins twins, int seed) {
        try (Desk desk = new Desk()) {
            Random random = new Random(seed);
            desk.twins = twins;
            desk.pollStart = HostTime.parse(start == Start.BEFORE_THE_HISTORY ? "2024-01-01" : "2026-01-01");
            desk.source = start == Start.AFTER_IT_WITH_A_BACKFILL ? Ledger.Source.BACKFILL : Ledger.Source.ANSWER;
            desk.restart();
            List<Check> checks = IntStream.rangeClosed(1, PAYMENTS).mapToObj(number -> check(number, random, seed % 2 == 0))
                    .toList();
            Map<String, Long> truth = new HashMap<>();
            checks.forEach(check -> put(desk, check, random, truth));
            desk.procore.addByHand(11, "77.77", "2024-05-05", "unrelated");
            BigDecimal before = total(desk);
            checks.forEach(check -> read(desk, check));

            deliverThroughKills(desk, random);
            answer(desk, checks, truth);

            assertThat(desk.procore.violations()).isEmpty();
            assertThat(desk.records().stream().map(PaymentIssued::originId).filter(id -> id != null)).doesNotHaveDuplicates();
            if (start == Start.AFTER_IT) {
                assertThat(total(desk)).isEqualByComparingTo(before);
                assertThat(desk.calls("POST") + desk.calls("PATCH")).isZero();
                return;
            }
            checks.stream().filter(check -> check.how() != How.NOT_THERE).forEach(check -> PAIRS.merge(check.how(), 1, Integer::sum));
            BigDecimal paid = sum(checks.stream()).add(new BigDecimal("77.77"));
            // What people typed wrongly stays in Procore beside the payment.
            BigDecimal unfindable = sum(checks.stream().filter(check -> !check.how().findable && check.how() != How.WRONG_AMOUNT))
                    .add(sum(checks.stream().filter(check -> check.how() == How.WRONG_AMOUNT)).multiply(new BigDecimal("2")));
            assertThat(total(desk)).as("none is missing").isGreaterThanOrEqualTo(paid);
            assertThat(total(desk)).as("none is doubled").isLessThanOrEqualTo(paid.add(unfindable));
            doubledOutside += (int) checks.stream().filter(check -> !check.how().findable && ours(desk, check) > 0).count();
        }
    }

    /** @param findable whether a rule can find each pair, so that Procore must hold to the cent what was paid */
    private static Check check(int number, Random random, boolean findable) {
        LocalDate day = FIRST.plusDays(random.nextInt(60));
        List<How> hows = Stream.of(How.values()).filter(how -> how.findable || !findable).toList();
        How how = hows.get(random.nextInt(hows.size()));
        int bills = how == How.LUMP ? 2 + random.nextInt(2) : 1;
        boolean first = random.nextBoolean();
        List<Bill> paid = new ArrayList<>();
        for (int i = 0; i < bills; i++) {
            // Few amounts, so that many payments have the same.
            BigDecimal amount = new BigDecimal(100 * (1 + random.nextInt(6)) + ".00");
            paid.add(new Bill("B" + number + "-" + i, amount, new Placement(first ? 1001 : 2002, first ? 11 : 22,
                    first ? "work_order_contract" : "purchase_order_contract", Optional.empty(), "INV-" + number + "-" + i)));
        }
        boolean unnumbered = random.nextInt(5) == 0 && (how == How.NOT_THERE || how == How.NO_NUMBER || how == How.OTHER_DAY_WITH_INVOICE);
        return new Check("K" + number, unnumbered ? "" : String.valueOf(10_000 + number), day, paid, how);
    }

    /** Puts into Procore what is there already. */
    private static void put(Desk desk, Check check, Random random, Map<String, Long> truth) {
        Bill bill = check.bills().get(0);
        long at = bill.place().contractId();
        String amount = bill.amount().toPlainString();
        String day = check.day().toString();
        String nearby = check.day().plusDays((1 + random.nextInt(10)) * (random.nextBoolean() ? 1 : -1)).toString();
        String number = check.number();
        Long record = switch (check.how()) {
            case NOT_THERE -> null;
            case SAME_NUMBER -> desk.procore.addByHand(at, amount, day, number);
            case NUMBER_IN_OTHER_FORM -> desk.procore.addByHand(at, amount, day, " 00" + number + " ");
            case NO_NUMBER -> desk.procore.addByHand(at, amount, day, "");
            case OTHER_DAY_WITH_NUMBER -> desk.procore.addByHand(at, amount, nearby, number);
            case OTHER_DAY_WITH_INVOICE -> desk.procore.addByHand(at, amount, nearby,
                    Map.of("invoice_number", bill.place().invoiceNumber().toLowerCase(java.util.Locale.ROOT)));
            case LUMP -> desk.procore.addByHand(at, sum(Stream.of(check)).toPlainString(), day, number);
            case PROCORE_PAY -> desk.procore.addProcorePay(at, amount, day, "PP-" + check.txn());
            case OTHER_PROGRAM -> desk.procore.addForeign(at, amount, day, "SAGE-" + check.txn());
            case OTHER_DAY_WITH_NOTHING -> desk.procore.addByHand(at, amount, nearby, "");
            case MONTHS_LATER -> desk.procore.addByHand(at, amount, check.day().plusDays(11 + random.nextInt(60)).toString(), number);
            case OTHER_NUMBER -> desk.procore.addByHand(at, amount, day, "9" + number);
            case WRONG_AMOUNT -> desk.procore.addByHand(at, bill.amount().add(new BigDecimal("0.10")).toPlainString(), day, number);
        };
        if (record != null) {
            check.bills().forEach(one -> truth.put(check.txn() + "|" + one.id(), record));
        }
    }

    private static void read(Desk desk, Check check) {
        desk.created = HostTime.parse(check.day().toString());
        desk.record(check.txn(), check.number(), "", Verdict.Kind.PAYS_BILLS, check.day(), check.bills().stream()
                .map(bill -> Desk.line(bill.id(), bill.amount().toPlainString(), bill.place())).toArray(Desk.Line[]::new));
    }

    /** The process dies now and then, before or after a call was carried out. */
    private static void deliverThroughKills(Desk desk, Random random) {
        for (int kills = 0; desk.deliveries.dueCount() > 0; kills++) {
            boolean isLast = kills > 10;
            desk.instead = call -> !isLast && random.nextInt(25) == 0 ? desk.kill(call, random.nextBoolean()) : Optional.empty();
            try {
                desk.deliver();
            } catch (Desk.Killed killed) {
                desk.restart();
            }
        }
        desk.instead = call -> Optional.empty();
    }

    /** An operator who knows which payment a record belongs to answers until nothing is open. */
    private static void answer(Desk desk, List<Check> checks, Map<String, Long> truth) {
        Map<String, How> hows = new HashMap<>();
        checks.forEach(check -> hows.put(check.txn(), check.how()));
        for (int round = 0; !desk.deadLetters.openOnes(1).isEmpty(); round++) {
            assertThat(round).as("rounds of questions").isLessThan(10);
            for (Listed letter : desk.deadLetters.openOnes(1000)) {
                assertThat(letter.stage()).as(letter.sentence()).isEqualTo("twin");
                LedgerRow row = rowOf(desk, letter);
                How how = hows.get(row.payment().txnId());
                Long record = truth.get(row.payment().txnId() + "|" + row.billTxnId());
                if (record == null || !how.findable) {
                    desk.actions().retry(letter.id(), "ops");
                } else if (how == How.LUMP || how == How.PROCORE_PAY || how == How.OTHER_PROGRAM) {
                    desk.actions().discard(letter.id(), "ops", "it is there");
                } else if (desk.actions().adopt(letter.id(), Optional.of(record), "ops").outcome() == Outcome.REFUSED) {
                    desk.actions().retry(letter.id(), "ops");
                }
            }
            desk.deliver();
        }
    }

    private static LedgerRow rowOf(Desk desk, Listed letter) {
        Long row = new JdbcTemplate(desk.database.dataSource()).queryForObject("select ledger_row_id from dead_letter where id = ?",
                Long.class, letter.id());
        return desk.deliveries.row(row).orElseThrow();
    }

    /** Records that this program made for a payment. */
    private static long ours(Desk desk, Check check) {
        return desk.records().stream().filter(record -> record.author() == Author.INTEGRATION
                && String.valueOf(record.originId()).startsWith(check.txn() + "|")).count();
    }

    private static BigDecimal sum(Stream<Check> checks) {
        return checks.flatMap(check -> check.bills().stream()).map(Bill::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal total(Desk desk) {
        return desk.records().stream().map(PaymentIssued::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
