package org.paymentsissued.webconnector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** How long a thread waits for what a sender does not send. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RequestBodyTest {

    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final ScheduledExecutorService network = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void close() {
        network.shutdownNow();
    }

    @Test
    void a_body_is_read_piece_by_piece_to_its_end() throws IOException {
        RequestBody body = new RequestBody(sending(30, 0), Duration.ofMinutes(1));

        assertThat(new String(body.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("x".repeat(30));
    }

    @Test
    void a_sender_who_falls_silent_is_given_up() {
        RequestBody body = new RequestBody(sending(30, 60_000), PATIENCE);

        assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("too slowly, or not at all");
    }

    @Test
    void a_sender_who_trickles_is_given_up_too_though_each_byte_comes_in_time() {
        RequestBody body = new RequestBody(sending(30, 50), PATIENCE);

        assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("too slowly, or not at all");
    }

    /** A request whose body is so many single bytes, each sent so long after it was asked for. */
    private HttpServerRequest sending(int bytes, long milliseconds) {
        Sender sender = new Sender(bytes, milliseconds);
        return (HttpServerRequest) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {HttpServerRequest.class},
                (request, method, arguments) -> sender.called(method.getName(), arguments) ? request : null);
    }

    private final class Sender {
        private final int bytes;
        private final long milliseconds;
        private Handler<Buffer> handler;
        private Handler<Void> end;
        private int sent;

        private Sender(int bytes, long milliseconds) {
            this.bytes = bytes;
            this.milliseconds = milliseconds;
        }

        /** @return whether the method answers with the request itself */
        @SuppressWarnings("unchecked")
        private boolean called(String method, Object[] arguments) {
            switch (method) {
                case "handler" -> handler = (Handler<Buffer>) arguments[0];
                case "endHandler" -> end = (Handler<Void>) arguments[0];
                case "fetch" -> network.schedule(this::send, milliseconds, TimeUnit.MILLISECONDS);
                default -> {
                    return !method.equals("getHeader");
                }
            }
            return true;
        }

        private void send() {
            if (sent++ < bytes) {
                handler.handle(Buffer.buffer("x"));
            } else {
                end.handle(null);
            }
        }
    }
}
