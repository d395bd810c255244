package org.paymentsissued.entrance;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Vert.x set up for Camel's servers: HTTP/1.1 and nothing newer, and a connection without a complete request is
 * closed. Camel makes the options of its servers itself and has no setting for either.
 */
public final class PlainHttp {

    private static final Duration FIRST_REQUEST_WITHIN = Duration.ofSeconds(20);

    private final Set<HttpConnection> silent = ConcurrentHashMap.newKeySet();
    private final Vertx vertx = Vertx.vertx(new VertxOptions());

    /** For Camel's registry. */
    public Vertx vertx() {
        return (Vertx) Proxy.newProxyInstance(PlainHttp.class.getClassLoader(), new Class<?>[] {VertxInternal.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("createHttpServer") && arguments != null
                                && arguments[0] instanceof HttpServerOptions options ? server(options)
                                : method.invoke(vertx, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private HttpServer server(HttpServerOptions options) {
        return vertx.createHttpServer(options.setHttp2ClearTextEnabled(false).setUseAlpn(false)).connectionHandler(connection -> {
            silent.add(connection);
            long timer = vertx.setTimer(FIRST_REQUEST_WITHIN.toMillis(), late -> {
                if (silent.remove(connection)) {
                    connection.close();
                }
            });
            connection.closeHandler(closed -> {
                silent.remove(connection);
                vertx.cancelTimer(timer);
            });
        });
    }

    /** A complete request arrived. */
    public void spoke(HttpConnection connection) {
        silent.remove(connection);
    }

    public void close() {
        vertx.close();
    }
}
