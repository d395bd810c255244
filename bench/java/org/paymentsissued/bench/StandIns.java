package org.paymentsissued.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A QuickBooks and a Procore that keep nothing, on 127.0.0.1: their memory stays flat, however much goes through them, and
 * they cost little beside what is measured. The simulated ones of the demo trust no client and remember all; these are for
 * load alone.
 */
public final class StandIns implements AutoCloseable {

    private static final int PAYMENTS_A_SECOND = 50;
    private static final String LATENCY = "/latency/";
    private static final Pattern ATTRIBUTE = Pattern.compile("(iterator|iteratorID)=\"([^\"]*)\"");
    private static final Pattern MOST = Pattern.compile("<MaxReturned>(\\d+)<");
    private static final Pattern FROM = Pattern.compile("<FromModifiedDate>([^<]{19})");
    private static final Pattern RECORD = Pattern.compile("\"contract_payment\":\\{(.*)\\}\\}$", Pattern.DOTALL);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true).setFileSystemOptions(
            new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
    private final AtomicLong latency = new AtomicLong();
    private final AtomicLong posts = new AtomicLong();
    private final AtomicLong gets = new AtomicLong();
    private final Map<String, long[]> iterators = new ConcurrentHashMap<>();
    private final AtomicLong iteratorNumber = new AtomicLong();

    /**
     * A Procore that answers at once, until it is told by {@code GET /latency/20} to take so many milliseconds.
     *
     * @return its address
     */
    public String procore(int port) {
        return listen(port, request -> request.body().onSuccess(body -> {
            if (request.path().startsWith(LATENCY)) {
                latency.set(Long.parseLong(request.path().substring(LATENCY.length())));
                request.response().end();
            } else if (latency.get() == 0) {
                procore(request, body);
            } else {
                vertx.setTimer(latency.get(), done -> procore(request, body));
            }
        }));
    }

    private String listen(int port, io.vertx.core.Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer().requestHandler(handler);
        return "http://127.0.0.1:" + server.listen(port, "127.0.0.1").toCompletionStage().toCompletableFuture().join()
                .actualPort();
    }

    private void procore(HttpServerRequest request, Buffer body) {
        request.response().putHeader("Content-Type", "application/json");
        if (request.path().equals("/oauth/token")) {
            request.response().end("{\"access_token\":\"token\",\"expires_in\":5400}");
        } else if (request.method().name().equals("POST")) {
            Matcher record = RECORD.matcher(body.toString());
            request.response().setStatusCode(201).end(record.find()
                    ? "{\"id\":" + (1_000_000_000L + posts.incrementAndGet()) + "," + record.group(1) + "}" : "{}");
        } else {
            gets.incrementAndGet();
            request.response().putHeader("Total", "0").end("[]");
        }
    }

    /** Records created so far. */
    public long posts() {
        return posts.get();
    }

    /** Calls that only asked. */
    public long gets() {
        return gets.get();
    }

    /**
     * Books in which payments are entered at a steady rate from now on, each a pure function of its number.
     *
     * @return address of their gateway
     */
    public String quickBooks(int port, int paymentsPerSecond) {
        LocalDateTime start = now();
        // What is entered in this very second is left for the next question.
        return quickBooks(port, new Books(start, paymentsPerSecond,
                () -> Duration.between(start, now()).toSeconds() * paymentsPerSecond));
    }

    /**
     * Books of yesterday that hold so many payments.
     *
     * @return address of their gateway
     */
    String quickBooks(LongSupplier payments) {
        return quickBooks(0, new Books(now().minusDays(1), PAYMENTS_A_SECOND, payments));
    }

    private String quickBooks(int port, Books books) {
        return listen(port, request -> request.body().onSuccess(body -> {
            request.response().putHeader("Content-Type", "text/xml");
            request.response().end(answer(body.toString(), books));
        }));
    }

    /** Payments of a second have one stamp. */
    private record Books(LocalDateTime start, int rate, LongSupplier payments) {
        long firstFrom(LocalDateTime moment) {
            return Math.max(0, Duration.between(start, moment).toSeconds() * rate);
        }

        LocalDateTime stamp(long number) {
            return start.plusSeconds(number / rate);
        }
    }

    private static LocalDateTime now() {
        return LocalDateTime.now(ZoneOffset.UTC).withNano(0);
    }

    private String answer(String request, Books books) {
        StringBuilder answer = new StringBuilder("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>");
        int at = request.indexOf("<BillPaymentCheckQueryRq");
        if (at >= 0) {
            checks(request.substring(at, request.indexOf("</BillPaymentCheckQueryRq>")), books, answer);
        }
        nothing(request, "BillPaymentCreditCard", "bpcc", answer);
        nothing(request, "TxnDeleted", "del", answer);
        nothing(request, "Bill", "bill", answer);
        return answer.append("</QBXMLMsgsRs></QBXML>").toString();
    }

    private static void nothing(String request, String message, String requestId, StringBuilder answer) {
        if (request.contains("<" + message + "QueryRq")) {
            answer.append('<').append(message).append("QueryRs requestID=\"").append(requestId)
                    .append("\" statusCode=\"1\" statusSeverity=\"Info\" statusMessage=\"Nothing matched.\"/>");
        }
    }

    private void checks(String request, Books books, StringBuilder answer) {
        Matcher attributes = ATTRIBUTE.matcher(request);
        String id = "";
        while (attributes.find()) {
            id = attributes.group(1).equals("iteratorID") ? attributes.group(2) : id;
        }
        if (id.isEmpty()) {
            id = "{" + iteratorNumber.incrementAndGet() + "}";
            Matcher from = FROM.matcher(request);
            long first = from.find() ? books.firstFrom(LocalDateTime.parse(from.group(1))) : 0;
            iterators.put(id, new long[] {first, books.payments().getAsLong()});
        }
        long[] rest = iterators.get(id);
        Matcher most = MOST.matcher(request);
        long end = Math.min(rest[1], rest[0] + (most.find() ? Long.parseLong(most.group(1)) : 100));
        boolean none = end <= rest[0];
        answer.append("<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"").append(none ? 1 : 0)
                .append("\" statusSeverity=\"Info\" statusMessage=\"Status OK\"");
        if (none) {
            iterators.remove(id);
            answer.append("/>");
            return;
        }
        answer.append(" iteratorRemainingCount=\"").append(rest[1] - end).append("\" iteratorID=\"").append(id).append("\">");
        for (long number = rest[0]; number < end; number++) {
            BooksOfAnySize.check(answer, number, number % 4 == 0 ? 2 : 1, books.stamp(number));
        }
        answer.append("</BillPaymentCheckQueryRs>");
        rest[0] = end;
        if (end == rest[1]) {
            iterators.remove(id);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Runs both until the process is ended: port of QuickBooks, port of Procore, payments a second. */
    public static void main(String[] arguments) throws InterruptedException {
        StandIns standIns = new StandIns();
        standIns.quickBooks(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[2]));
        standIns.procore(Integer.parseInt(arguments[1]));
        System.out.println("Stand-ins serve.");
        Thread.currentThread().join();
    }
}
