package org.paymentsissued.rig;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes on only when a test moves it. */
public class HandClock extends Clock {
    private Instant now = Instant.parse("2026-03-26T06:10:04Z");

    @Override
    public Instant instant() {
        return now;
    }

    public void forward(Duration duration) {
        now = now.plus(duration);
    }

    public void back(Duration duration) {
        now = now.minus(duration);
    }

    public void forwardTo(Instant instant) {
        now = instant.isAfter(now) ? instant : now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
