package org.paymentsissued.entrance;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests whose body is still arriving and whose sender is unknown: limited in time and number. Each waits on the event loop
 * and holds no thread. If there are too many, the connection of the slowest one is closed: an honest sender
 * finishes in a moment.
 */
public final class Strangers {

    static final int MOST = 100;
    private static final Duration TIME_TO_READ = Duration.ofSeconds(3);

    private final Map<HttpServerRequest, Long> timers = new LinkedHashMap<>();

    /** A body begins to arrive; the connection is closed if it takes longer than this. */
    public void enter(Vertx vertx, HttpServerRequest request, Duration limit) {
        HttpServerRequest slowest = null;
        synchronized (timers) {
            if (timers.size() >= MOST) {
                Iterator<HttpServerRequest> eldest = timers.keySet().iterator();
                slowest = eldest.next();
                vertx.cancelTimer(timers.get(slowest));
                eldest.remove();
            }
            timers.put(request, vertx.setTimer(limit.toMillis(), late -> {
                synchronized (timers) {
                    timers.remove(request);
                }
                request.connection().close();
            }));
        }
        if (slowest != null) {
            slowest.connection().close();
        }
    }

    /** The body is complete, its sender is now known, or the connection is closed. */
    public void leave(Vertx vertx, HttpServerRequest request) {
        Long timer;
        synchronized (timers) {
            timer = timers.remove(request);
        }
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    /** After an answer that came before the end of its request: the sender has only a moment to read it. */
    public void closeUnlessEnded(Vertx vertx, HttpServerRequest request) {
        if (request.response().ended() && !request.isEnded()) {
            // A reader that had enough has stopped the stream before its end: what is left of it goes nowhere.
            request.handler(rest -> { }).resume();
        }
        if (!request.isEnded()) {
            vertx.setTimer(TIME_TO_READ.toMillis(), over -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
        }
    }
}
