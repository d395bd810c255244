package org.paymentsissued.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;

/** The product as it is, in a folder of the trial's own, behind a wall: it moves nothing and reaches nobody. */
public final class Trial implements AutoCloseable {

    private final Installation installation;
    private final ProcoreStandIn procore;
    private final Outside outside;

    private Trial(Installation installation, ProcoreStandIn procore, Outside outside) {
        this.installation = installation;
        this.procore = procore;
        this.outside = outside;
    }

    /**
     * Starts the product on a ledger and inboxes that are the trial's own.
     *
     * @param real       settings as their owner knows them
     * @param own        what is different in the trial, database and inboxes among it
     * @param folder     of the trial: the only one that files go into
     * @param quickBooks addresses of the gateways that may be asked
     */
    public static Trial start(Settings real, Map<String, String> own, Path routes, Path folder, List<String> quickBooks) {
        Map<String, String> changed = new TreeMap<>(own);
        // One after the other, so that two trials of the same say the same; and nobody is there to wait for.
        changed.putAll(Map.of("delivery.concurrency", "1", "delivery.backoff", "1ms", "delivery.max-backoff", "1ms",
                "commitments.refresh", "false", "cluster.enabled", "false"));
        ProcoreStandIn procore = new ProcoreStandIn();
        Outside outside = new Outside(procore, real.text("procore.url") + "/rest", quickBooks, folder, real::withoutSecrets);
        Settings settings = real.replacing(changed);
        Installation installation = Installation.startWalled(settings, routes, outside);
        procore.asks(installation.deliveries(), installation.believedRecords());
        return new Trial(installation, procore, outside);
    }

    /** Copies the files that wait in a folder; where they were, nothing changes. @return how many */
    public static int copyInbox(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        if (!Files.isDirectory(from)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(from)) {
            List<Path> waiting = files.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted().toList();
            for (Path file : waiting) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return waiting.size();
        }
    }

    /** A file that the routes find old enough to be whole. */
    public static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() - 60_000));
    }

    public Installation installation() {
        return installation;
    }

    /** Writes that Procore would have got, in order. */
    public List<ProcoreStandIn.Sent> sent() {
        return procore.sent();
    }

    public List<String> remarks() {
        return procore.remarks();
    }

    /** What the routes would have sent elsewhere, in order. */
    public List<Outside.Kept> kept() {
        return outside.kept();
    }

    /** Every payment issued that the ledger of the trial knows, in the order in which it came. */
    public List<LedgerRow> rows() {
        List<LedgerRow> rows = new ArrayList<>();
        for (RowState state : RowState.values()) {
            rows.addAll(installation.runs().rows(state, java.time.Instant.EPOCH, Integer.MAX_VALUE).rows());
        }
        rows.sort(Comparator.comparingLong(LedgerRow::id));
        return rows;
    }

    public List<DeadLetters.Listed> deadLetters() {
        return installation.deadLetters().openOnes(Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        installation.close();
    }
}
