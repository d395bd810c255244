package org.paymentsissued.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes on only when a test moves it. */
final class HandClock implements InstantSource {
    private Instant now = Instant.parse("2026-03-26T06:10:04Z");

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration duration) {
        now = now.plus(duration);
    }
}
