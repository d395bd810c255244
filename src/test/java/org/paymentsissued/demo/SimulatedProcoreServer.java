package org.paymentsissued.demo;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/**
 * A {@link SimulatedProcore} on a free port of 127.0.0.1; where it is told to, it cuts the TCP connection. It runs on
 * Vert.x, as the routes do, because the JDK's server puts its own {@code Date} over the simulated one.
 */
public final class SimulatedProcoreServer implements AutoCloseable {
    private static final int CALLS_AT_ONCE = 64;

    private final Vertx vertx;
    private final int port;

    private SimulatedProcoreServer(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
    }

    /** Serves at once; {@link #close()} ends it. */
    public static SimulatedProcoreServer start(TestProcore procore) {
        return start(procore, 0);
    }

    /** The same on a port of choice, so that a test can take the server away and bring it back. */
    public static SimulatedProcoreServer start(TestProcore procore, int port) {
        return start(procore::handle, port);
    }

    /** Whatever answers: several companies behind one host, for example. */
    public static SimulatedProcoreServer start(Function<Request, Reply> procore, int port) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setUseDaemonThread(true)
                .setWorkerPoolSize(CALLS_AT_ONCE)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(http -> http.body().onSuccess(body -> vertx
                        .executeBlocking(() -> procore.apply(RouteExchange.request(http, body.toString(StandardCharsets.UTF_8))),
                                false)
                        .onSuccess(reply -> send(http, reply))
                        .onFailure(broken -> http.connection().close())));
        return new SimulatedProcoreServer(vertx, server.listen(port, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().join().actualPort());
    }

    /** Without a slash at the end; serves as API host and as login host. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Ends at once; calls under way are cut. */
    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static void send(HttpServerRequest http, Reply reply) {
        if (Faults.isCut(reply)) {
            http.connection().close();
            return;
        }
        reply.headers().forEach(http.response()::putHeader);
        http.response().setStatusCode(reply.status()).end(reply.body());
    }
}
