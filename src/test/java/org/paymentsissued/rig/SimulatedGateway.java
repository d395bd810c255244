package org.paymentsissued.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.UnaryOperator;
import org.paymentsissued.demo.QuickBooksRefuses;
import org.paymentsissued.demo.TestQuickBooks;

/** A qbXML gateway on a free port of 127.0.0.1 in front of a {@link SimulatedQuickBooks}, with answers of its own on demand. */
public final class SimulatedGateway implements AutoCloseable {

    private final HttpServer server;
    private final Deque<Instead> instead = new ConcurrentLinkedDeque<>();

    private volatile UnaryOperator<String> hand = UnaryOperator.identity();

    private record Instead(int status, String type, byte[] body) { }

    public SimulatedGateway(TestQuickBooks quickBooks) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Instead other = instead.poll();
            if (other != null) {
                send(exchange, other);
                return;
            }
            try {
                send(exchange, new Instead(200, "text/xml", hand.apply(quickBooks.answer(request))
                        .getBytes(StandardCharsets.UTF_8)));
            } catch (QuickBooksRefuses e) {
                send(exchange, new Instead(400, "text/plain", (e.hresult() + " " + e.reason()).getBytes(StandardCharsets.UTF_8)));
            }
        });
        server.start();
    }

    /** The next request, not asked of QuickBooks, is answered with this. */
    public void answersNext(int status, String type, String body) {
        instead.add(new Instead(status, type, body.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same with bytes as they are. */
    public void answersNext(byte[] body) {
        instead.add(new Instead(200, "text/xml", body));
    }

    /** Every answer of QuickBooks passes this hand. */
    public void passesThrough(UnaryOperator<String> spoiling) {
        hand = spoiling;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private static void send(HttpExchange exchange, Instead answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
