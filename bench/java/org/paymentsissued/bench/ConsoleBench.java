package org.paymentsissued.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;

/** The console's pages under load: so many clients that ask one after the other without a pause. */
public final class ConsoleBench {

    private static final List<String> PAGES = List.of("/", "/console/payments", "/console/payments?q=HD-77", "/console/waiting",
            "/console/dead-letters", "/console/runs", "/api/status", "/api/payments?size=50");

    private ConsoleBench() {
    }

    /** {@code ConsoleBench URL PASSWORD CLIENTS SECONDS CSV}. */
    public static void main(String[] arguments) throws Exception {
        int clients = Integer.parseInt(arguments[2]);
        List<String> csv = new ArrayList<>(List.of("page,requests,p50_ms,p99_ms,max_ms,not_200"));
        System.out.printf("%-24s %10s %9s %9s %9s %8s%n", "page", "a second", "p50 ms", "p99 ms", "max ms", "not 200");
        double seconds = Double.parseDouble(arguments[3]) / PAGES.size();
        for (String page : PAGES) {
            page(arguments[0] + page, arguments[1], 2, 1.0, new ConcurrentHistogram(3), new AtomicInteger());
            ConcurrentHistogram histogram = new ConcurrentHistogram(3);
            AtomicInteger refused = new AtomicInteger();
            page(arguments[0] + page, arguments[1], clients, seconds, histogram, refused);
            if (refused.get() == histogram.getTotalCount()) {
                throw new IllegalStateException("nothing is shown at " + page);
            }
            System.out.printf(Locale.ROOT, "%-24s %10.0f %9.1f %9.1f %9.1f %8d%n", page, histogram.getTotalCount() / seconds,
                    histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3,
                    histogram.getMaxValue() / 1e3, refused.get());
            csv.add(String.format(Locale.ROOT, "%s,%d,%.1f,%.1f,%.1f,%d", page, histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3,
                    histogram.getMaxValue() / 1e3, refused.get()));
        }
        Files.write(Path.of(arguments[4]), csv);
        System.exit(0);
    }

    private static void page(String url, String password, int clients, double seconds, ConcurrentHistogram histogram,
            AtomicInteger refused) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Basic " + Base64.getEncoder()
                .encodeToString(("ops:" + password).getBytes(StandardCharsets.UTF_8))).build();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            Thread thread = new Thread(() -> {
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    try {
                        if (http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() != 200) {
                            refused.incrementAndGet();
                        }
                    } catch (Exception e) {
                        refused.incrementAndGet();
                    }
                    histogram.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
