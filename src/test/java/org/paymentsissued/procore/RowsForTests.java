package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.LedgerRow.Progress;
import org.paymentsissued.ledger.PendingCall;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;

/** Rows that no ledger holds: check K1 of 9,000.00 on bill B1. */
final class RowsForTests {

    static final Instant NOW = Instant.parse("2026-03-26T06:10:00Z");
    static final DeliveryPolicy POLICY = policy(DeliveryPolicy.UpdateStrategy.PATCH, DeliveryPolicy.VoidStrategy.DELETE);
    static final RecordKey KEYS = new RecordKey(POLICY);
    static final PaymentFields FIELDS = new PaymentFields(new BigDecimal("9000.00"), Optional.of(LocalDate.of(2026, 3, 25)),
            "check", "10902", "HD-0431", Optional.empty(), "memo", "1");
    static final Wanted WANTED = new Wanted(Optional.of(Desk.SC_014), FIELDS);

    private RowsForTests() {
    }

    static DeliveryPolicy policy(DeliveryPolicy.UpdateStrategy update, DeliveryPolicy.VoidStrategy onVoid) {
        return new DeliveryPolicy("1", update, onVoid, DeliveryPolicy.KeyPlace.ORIGIN_ID, "", DeliveryPolicy.TypedTwins.ASK, 8,
                Duration.ofSeconds(2), Duration.ofMinutes(15));
    }

    static LedgerRow row(Optional<Wanted> wanted, Optional<Held> held, Optional<PendingCall> call) {
        return row(RowState.PENDING, wanted, held, progress(call, false, false, NOW));
    }

    static LedgerRow row(RowState state, Optional<Wanted> wanted, Optional<Held> held, Progress progress) {
        return new LedgerRow(1, 1, new PaymentKey("default", PaymentKind.CHECK, "K1"), false, "Check 10902", "10902",
                new LedgerRow.PaidBill("B1", "Bill", "HD-0431", Optional.of(new BigDecimal("9000.00"))), state, "", wanted, held,
                progress);
    }

    static Progress progress(Optional<PendingCall> call, boolean lockSeen, boolean refusedOnce, Instant next) {
        return new Progress(call, 1, lockSeen, refusedOnce, false, Optional.empty(), Optional.empty(), 0, next);
    }

    static LedgerRow held(Held held) {
        return row(Optional.of(WANTED), Optional.of(held), Optional.empty());
    }

    static LedgerRow refusedOnce(Held held) {
        return row(RowState.PENDING, Optional.of(WANTED), Optional.of(held), progress(Optional.empty(), false, true, NOW));
    }

    static LedgerRow lockSeen(Held held) {
        return row(RowState.PENDING, Optional.of(WANTED), Optional.of(held), progress(Optional.empty(), true, false, NOW));
    }
}
