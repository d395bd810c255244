package org.paymentsissued.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.rig.Rig;

/**
 * A response larger than the heap goes through: a process of its own with 64 MB of heap reads one of 60 MB, and with
 * {@code mvn -Pstreaming test} one of 1 GB.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StreamingTest {

    private static final long MEGABYTES = Long.getLong("streaming.megabytes", 60);
    private static final String HEAP = "-Xmx64m";
    private static final int MINUTES = 60;

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_file_larger_than_the_heap_is_read() throws Exception {
        Path file = Files.createDirectories(rig.folder.resolve("inbox")).resolve("large.xml");
        long payments;
        try (OutputStream out = Files.newOutputStream(file)) {
            payments = writeAnswer(out);
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() - 60_000));
        rig.with("quickbooks.transport", "file");
        readsAll("file", new long[] {payments});
    }

    @Test
    void an_answer_of_a_gateway_larger_than_the_heap_is_read() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        long[] payments = {0};
        server.createContext("/", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                if (request.contains("BillPaymentCheckQueryRq")) {
                    payments[0] = writeAnswer(out);
                } else {
                    String feed = request.contains("TxnDeleted") ? "TxnDeleted" : "Bill";
                    out.write(("<QBXML><QBXMLMsgsRs><" + feed + "QueryRs statusCode=\"1\"/></QBXMLMsgsRs></QBXML>")
                            .getBytes(StandardCharsets.UTF_8));
                }
            }
        });
        server.start();
        try {
            rig.with("quickbooks.url", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
            rig.with("quickbooks.request-timeout", "10m");
            readsAll("http", payments);
        } finally {
            server.stop(0);
        }
    }

    private void readsAll(String transport, long[] payments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP,
                "-XX:+ExitOnOutOfMemoryError", "-Djava.io.tmpdir=" + rig.folder));
        rig.ownSettings().forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.paymentsissued.Application", "once"));
        Path output = rig.folder.resolve("output.txt");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();

        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(() -> read(output)).isZero();
        assertThat(rig.query("select count(*) from payment")).containsExactly(Long.toString(payments[0]));
        System.out.printf("%s: %d MB, %d payments, %s, %.0f s%n", transport, MEGABYTES, payments[0], HEAP,
                (System.nanoTime() - start) / 1e9);
    }

    private static String read(Path file) {
        try {
            String text = Files.readString(file);
            return text.substring(Math.max(0, text.length() - 4_000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** A whole answer of about {@link #MEGABYTES}, written on the fly. @return payments in it */
    private static long writeAnswer(OutputStream target) throws IOException {
        BufferedOutputStream out = new BufferedOutputStream(target, 1 << 16);
        String filler = "Fa&#231;ade &amp; d&#233;cor, draw 7, see retainage &lt;schedule&gt; ".repeat(60);
        long written = 0;
        long payments = 0;
        out.write(("<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"0\""
                + " statusSeverity=\"Info\" iteratorRemainingCount=\"0\" iteratorID=\"{1}\">\n")
                .getBytes(StandardCharsets.US_ASCII));
        while (written < MEGABYTES * 1_000_000) {
            StringBuilder row = new StringBuilder("<BillPaymentCheckRet><TxnID>K").append(payments)
                    .append("</TxnID><TimeCreated>2026-01-05T08:00:00</TimeCreated>")
                    .append("<TimeModified>2026-01-05T08:00:00-07:00</TimeModified><EditSequence>").append(payments)
                    .append("</EditSequence><TxnDate>2026-01-05</TxnDate><Amount>5.00</Amount><RefNumber>").append(payments)
                    .append("</RefNumber><Memo>Draw</Memo><AppliedToTxnRet><TxnID>B").append(payments)
                    .append("</TxnID><TxnType>Bill</TxnType><Amount>5.00</Amount></AppliedToTxnRet>");
            for (int field = 0; field < 20; field++) {
                row.append("<DataExtRet><OwnerID>0</OwnerID><DataExtName>Note ").append(field)
                        .append("</DataExtName><DataExtValue>").append(filler).append("</DataExtValue></DataExtRet>");
            }
            byte[] bytes = row.append("</BillPaymentCheckRet>\n").toString().getBytes(StandardCharsets.US_ASCII);
            out.write(bytes);
            written += bytes.length;
            payments++;
        }
        out.write(("</BillPaymentCheckQueryRs><BillPaymentCreditCardQueryRs requestID=\"bpcc\" statusCode=\"1\"/>"
                + "</QBXMLMsgsRs></QBXML>").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return payments;
    }
}
