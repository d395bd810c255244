package org.paymentsissued.quickbooks;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.paymentsissued.payment.Fact;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet.AppliedToTxnRet;

/** What a payment of QuickBooks says about open questions: which of its parts are there, and how they add up. */
final class QuickBooksFacts {

    private QuickBooksFacts() {
    }

    static void note(BillPaymentRet ret, Fact.Notes notes) {
        Optional<BigDecimal> header = BillPayments.amount(ret.amount);
        boolean isVoid = BillPayments.text(ret.memo).regionMatches(true, 0, BillPayments.VOID_PREFIX, 0,
                BillPayments.VOID_PREFIX.length());
        if (isVoid) {
            notes.note(Fact.VOID_SHAPE, shape(ret));
        } else if (header.map(amount -> amount.signum() == 0).orElse(true)) {
            notes.note(Fact.CREDIT_SHAPE, shape(ret));
        }
        BigDecimal discounts = sum(ret.appliedTo.stream().map(line -> line.discountAmount).toList());
        if (discounts.signum() != 0 && header.isPresent()) {
            BigDecimal paid = sum(ret.appliedTo.stream().map(line -> line.amount).toList());
            notes.note(Fact.DISCOUNT_SHAPE, "the amounts of the lines add up to " + (paid.compareTo(header.get()) == 0 ? "the payment"
                    : paid.compareTo(header.get().add(discounts)) == 0 ? "the payment and the discounts"
                            : paid.compareTo(header.get()) < 0 ? "less than the payment" : "more than the payment"));
        }
    }

    private static String shape(BillPaymentRet ret) {
        List<AppliedToTxnRet> lines = ret.appliedTo;
        return "its amount is " + words(ret.amount) + ", it has " + (lines.isEmpty() ? "no lines"
                : (lines.size() == 1 ? "one line" : "several lines") + " whose amounts are "
                        + lines.stream().map(line -> words(line.amount)).distinct().sorted().collect(Collectors.joining(" and ")));
    }

    private static String words(String amount) {
        return BillPayments.amount(amount).map(value -> value.signum() == 0 ? "0.00" : "not 0.00")
                .orElse(BillPayments.text(amount).isEmpty() ? "absent" : "unreadable");
    }

    private static BigDecimal sum(List<String> amounts) {
        return amounts.stream().flatMap(amount -> BillPayments.amount(amount).stream()).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
