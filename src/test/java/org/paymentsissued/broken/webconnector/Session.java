package org.paymentsissued.broken.webconnector;

import java.util.Random;

/** Breaks the rules on tickets on purpose. */
public final class Session {

    private final String ticket = Long.toString(new Random().nextLong());

    public boolean isOf(String given) {
        return ticket.equals(given);
    }
}
