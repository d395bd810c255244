package org.paymentsissued.webconnector;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.entrance.Strangers;

/**
 * Incoming calls. Senders without a session ticket are read on the event loop, briefly and only up to a limit, so that slow
 * senders never hold a thread; only an answer within a session is read by a thread as it arrives.
 */
public final class Arrivals {

    static final int MOST_OF_A_STRANGER = 65_536;
    private static final String PATH = "/qbwc";
    private static final Duration STRANGER_WITHIN = Duration.ofSeconds(20);
    /** For a sender with a ticket. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** After the entrance, before the routes. */
    private static final int SECOND = -900;
    private static final Pattern TICKET = Pattern.compile("[:<]ticket(?:\\s[^<>]{0,200})?>\\s*([0-9A-Fa-f-]{36})\\s*</");

    private final Predicate<String> ticketIsCurrent;
    private final Strangers strangers;
    private final Map<HttpServerRequest, RequestBody> bodies = new ConcurrentHashMap<>();

    /** @param ticketIsCurrent whether a ticket belongs to a session; may take a while */
    public Arrivals(Predicate<String> ticketIsCurrent, Strangers strangers) {
        this.ticketIsCurrent = ticketIsCurrent;
        this.strangers = strangers;
    }

    /** Comes before the routes. */
    public void guard(Router router) {
        router.route().order(SECOND).handler(ctx -> {
            if (areMeant(ctx.request())) {
                arrives(ctx);
            } else {
                ctx.next();
            }
        });
    }

    /** Whether a request is handled here. */
    public boolean areMeant(HttpServerRequest request) {
        return request.method() == HttpMethod.POST && request.path() != null && request.path().startsWith(PATH);
    }

    private void arrives(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        strangers.enter(ctx.vertx(), request, STRANGER_WITHIN);
        ctx.addEndHandler(over -> {
            strangers.leave(ctx.vertx(), request);
            bodies.remove(request);
            strangers.closeUnlessEnded(ctx.vertx(), request);
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            // .NET, and so the Web Connector, asks before it sends.
            request.response().writeContinue();
        }
        new Arrival(ctx).read();
    }

    /**
     * The body of a request that has arrived.
     *
     * @throws SoapFault if it is larger than allowed without a ticket
     */
    RequestBody bodyOf(HttpServerRequest request) {
        RequestBody body = bodies.remove(request);
        if (body == null) {
            // The rest is discarded, so that the sender gets to the answer.
            request.handler(rest -> { }).resume();
            throw new SoapFault(SoapFault.Code.CLIENT, "The call is larger than " + MOST_OF_A_STRANGER / 1024 + " KB; only calls"
                    + " with the ticket of a session may be larger.");
        }
        return body;
    }

    /** One of them, on its event loop. */
    private final class Arrival {
        private final RoutingContext ctx;
        private final HttpServerRequest request;
        private final Vertx vertx;
        private final Buffer start = Buffer.buffer();
        private boolean ticketIsChecked;
        private boolean isHandedOn;

        private Arrival(RoutingContext ctx) {
            this.ctx = ctx;
            this.request = ctx.request();
            this.vertx = ctx.vertx();
        }

        private void read() {
            if (request.isEnded()) {
                ended();
                return;
            }
            request.exceptionHandler(gone -> isHandedOn = true).endHandler(end -> ended()).handler(this::took).resume();
        }

        private void ended() {
            if (!isHandedOn) {
                handOn(RequestBody.whole(start));
            }
        }

        private void took(Buffer piece) {
            if (isHandedOn) {
                // Anything more from a stranger is discarded until the time is up.
                return;
            }
            start.appendBuffer(piece);
            Matcher ticket = TICKET.matcher(ticketIsChecked ? "" : text());
            if (ticket.find()) {
                check(ticket.group(1));
            } else if (start.length() > MOST_OF_A_STRANGER) {
                refuse();
            }
        }

        /** Without what UTF-16 has between the letters. */
        private String text() {
            return start.toString(StandardCharsets.ISO_8859_1.name()).replace("\u0000", "");
        }

        private void check(String ticket) {
            ticketIsChecked = true;
            request.pause();
            vertx.executeBlocking(() -> ticketIsCurrent.test(ticket), false).onComplete(checked -> {
                if (isHandedOn) {
                    return;
                }
                if (checked.succeeded() && checked.result()) {
                    handOn(new RequestBody(start, request, PATIENCE));
                } else if (start.length() > MOST_OF_A_STRANGER) {
                    refuse();
                } else {
                    request.resume();
                }
            });
        }

        private void refuse() {
            isHandedOn = true;
            request.resume();
            ctx.next();
        }

        private void handOn(RequestBody body) {
            isHandedOn = true;
            strangers.leave(vertx, request);
            bodies.put(request, body);
            ctx.next();
        }
    }
}
