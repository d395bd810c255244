package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StageDoorTest {

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final StageDoor door = new StageDoor();

    @Test
    void it_is_not_closed_behind_a_message_and_stays_open_for_the_next() throws InterruptedException {
        door.onExchangeBegin(null, null);
        assertThat(door.closeWithin(AT_ONCE)).isFalse();
        door.onExchangeBegin(null, null);
        door.onExchangeDone(null, null);
        door.onExchangeDone(null, null);
        assertThat(door.closeWithin(AT_ONCE)).isTrue();
    }

    @Test
    void a_message_waits_before_the_closed_door() throws InterruptedException {
        assertThat(door.closeWithin(AT_ONCE)).isTrue();
        Thread message = new Thread(() -> door.onExchangeBegin(null, null));
        message.start();
        await().until(() -> message.getState() == Thread.State.WAITING);

        door.open();
        message.join();
        assertThat(door.closeWithin(AT_ONCE)).as("the message is inside").isFalse();
    }
}
