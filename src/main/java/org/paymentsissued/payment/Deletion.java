package org.paymentsissued.payment;

import java.util.Optional;

/** A payment that no longer exists in QuickBooks. @param at when it was deleted; empty where absent or unreadable */
public record Deletion(PaymentKey key, Optional<HostTime> at) {
}
