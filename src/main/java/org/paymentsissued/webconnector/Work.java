package org.paymentsissued.webconnector;

import java.util.Optional;

/** What a session does in QuickBooks: one reading, request by request. */
public interface Work {

    /** Whether there is more to ask. */
    boolean isUnfinished();

    /** The next request as qbXML text; the same until its answer was taken. */
    String nextRequest();

    /** How much is read, 0 to 100, as far as QuickBooks has said how much there is. */
    int percentRead();

    /** Payments read so far, each counted once. */
    int paymentsRead();

    /** The last request may have been answered without the answer reaching us: its iterator can no longer be trusted. */
    void startAnew();

    /** Why part of it could not be read completely; empty if everything requested was read. */
    Optional<String> trouble();

    /** Ends it early. @param needsAttention whether it lasts until a person does something */
    void stop(String sentence, boolean needsAttention);
}
