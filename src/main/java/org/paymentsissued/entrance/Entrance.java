package org.paymentsissued.entrance;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of a server. Refuses hosts that it does not know; limits the size and time of a body, and reads a large one only
 * from someone who is logged in; answers failures with a sentence, without a stack trace in the log.
 */
public final class Entrance {

    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
    /** Before any other route. */
    private static final int FIRST = -1_000;
    private static final long SMALL_BODY = 65_536;
    private static final long LARGE_BODY = 20_000_000;
    private static final Duration SMALL_BODY_WITHIN = Duration.ofSeconds(15);
    private static final Duration LARGE_BODY_WITHIN = Duration.ofMinutes(5);
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int MISDIRECTED = 421;
    private static final int FAILED = 500;

    private final HostNames hosts;
    private final Predicate<HttpServerRequest> isLoggedIn;
    private final Strangers strangers;
    private final PlainHttp http;
    private final BodyHandler small = BodyHandler.create(false).setBodyLimit(SMALL_BODY);
    private final BodyHandler large = BodyHandler.create(false).setBodyLimit(LARGE_BODY);

    /** @param isLoggedIn whether the headers of a request carry a valid login; may take a while */
    public Entrance(HostNames hosts, Predicate<HttpServerRequest> isLoggedIn, Strangers strangers, PlainHttp http) {
        this.hosts = hosts;
        this.isLoggedIn = isLoggedIn;
        this.strangers = strangers;
        this.http = http;
    }

    /**
     * Comes before all routes of a server.
     *
     * @param readsItself requests whose body another handler reads
     */
    public void guard(Router router, Predicate<HttpServerRequest> readsItself) {
        router.route().order(FIRST).handler(ctx -> {
            http.spoke(ctx.request().connection());
            if (!isForUs(ctx.request())) {
                refuse(ctx, MISDIRECTED, "This server does not answer to that host name. If it is right, add it to"
                        + " console.host-names.");
            } else if (readsItself.test(ctx.request())) {
                ctx.next();
            } else {
                body(ctx);
            }
        }).handler(ctx -> {
            strangers.leave(ctx.vertx(), ctx.request());
            ctx.next();
        }).failureHandler(this::failed);
    }

    private boolean isForUs(HttpServerRequest request) {
        String local = request.localAddress() == null ? "" : request.localAddress().hostAddress();
        // A client of HTTP/1.0 may leave it out; a browser never does.
        return request.headers().getAll("Host").stream().allMatch(host -> hosts.know(host, local == null ? "" : local));
    }

    private void body(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        long announced = announced(request);
        boolean chunked = request.headers().contains("Transfer-Encoding");
        if (announced == 0 && !chunked) {
            // Here too, or Camel's own handler would prepare a folder for the files of a form.
            small.handle(ctx);
        } else if (announced <= SMALL_BODY && !(chunked && carriesLogin(request))) {
            read(ctx, small, SMALL_BODY_WITHIN);
        } else {
            request.pause();
            ctx.vertx().executeBlocking(() -> carriesLogin(request) && isLoggedIn.test(request), false).onComplete(known -> {
                if (known.succeeded() && known.result()) {
                    read(ctx, large, LARGE_BODY_WITHIN);
                } else {
                    refuse(ctx, TOO_LARGE, "Without a valid login no more than " + SMALL_BODY / 1024 + " KB is read.");
                }
            });
        }
    }

    private static boolean carriesLogin(HttpServerRequest request) {
        return request.headers().contains("Authorization") || request.headers().contains("Cookie");
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Math.max(0, Long.parseLong(length.strip()));
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void read(RoutingContext ctx, Handler<RoutingContext> reader, Duration within) {
        strangers.enter(ctx.vertx(), ctx.request(), within);
        ctx.addEndHandler(over -> strangers.leave(ctx.vertx(), ctx.request()));
        ctx.request().resume();
        reader.handle(ctx);
    }

    /** Answers, and stops reading from that connection. */
    private void refuse(RoutingContext ctx, int status, String sentence) {
        if (ctx.response().ended() || ctx.response().closed()) {
            return;
        }
        ctx.request().handler(rest -> { }).resume();
        strangers.closeUnlessEnded(ctx.vertx(), ctx.request());
        ctx.response().setStatusCode(status).putHeader("Connection", "close");
        String path = ctx.request().path() == null ? "" : ctx.request().path();
        if (path.startsWith("/api")) {
            ctx.response().putHeader("Content-Type", "application/problem+json").end(new JsonObject().put("type", "about:blank")
                    .put("title", "The request was not read").put("status", status).put("detail", sentence).encode());
        } else {
            ctx.response().putHeader("Content-Type", "text/plain; charset=utf-8").end(sentence + "\n");
        }
    }

    private void failed(RoutingContext ctx) {
        int status = ctx.statusCode() >= BAD_REQUEST ? ctx.statusCode() : FAILED;
        if (ctx.failure() != null && status >= FAILED) {
            LOG.warn("A request could not be answered: {}", ctx.failure().toString());
        }
        refuse(ctx, status, status == TOO_LARGE ? "The body is too large." : status < FAILED
                ? "The request could not be read." : "The request could not be answered. See the log.");
    }
}
