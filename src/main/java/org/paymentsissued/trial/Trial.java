package org.paymentsissued.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
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

/**
 * The real product, in the trial's own folder, behind a wall: it moves nothing and calls no other system.
 *
 * @param procore answers in Procore's place, and keeps each write
 * @param outside keeps what the routes would have sent elsewhere
 */
public record Trial(Installation installation, InPlaceOfProcore procore, TrialEndpoints outside) implements AutoCloseable {

    /**
     * Starts the product on a ledger and inboxes that are the trial's own.
     *
     * @param mode       how the routes are judged
     * @param real       settings as their owner knows them
     * @param own        what is different in the trial, database and inboxes among it
     * @param folder     of the trial: the only one that files go into
     * @param quickBooks addresses of the gateways that may be asked
     */
    public static Trial start(Installation.Mode mode, Settings real, Map<String, String> own, Path routes, Path folder,
            List<String> quickBooks) {
        // Nothing here needs waiting for.
        Map<String, String> changed = new TreeMap<>(Map.of("delivery.backoff", "1ms", "delivery.max-backoff", "1ms",
                "commitments.refresh", "false"));
        changed.putAll(own);
        return start(mode, real, changed, routes, folder, quickBooks, new ProcoreStandIn());
    }

    /** The same with reads that reach Procore itself. */
    public static Trial reading(Settings real, Map<String, String> own, Path routes, Path folder, List<String> quickBooks) {
        return start(Installation.Mode.ON_COMMAND, real, own, routes, folder, quickBooks, new ReadOnlyProcore());
    }

    private static Trial start(Installation.Mode mode, Settings real, Map<String, String> own, Path routes, Path folder,
            List<String> quickBooks, InPlaceOfProcore procore) {
        Map<String, String> changed = new TreeMap<>(own);
        // One after the other, so that equal trials print the same.
        changed.putAll(Map.of("delivery.concurrency", "1", "cluster.enabled", "false"));
        TrialEndpoints outside = new TrialEndpoints(procore, real.text("procore.url") + "/rest", quickBooks, folder,
                real::withoutSecrets);
        Installation installation = Installation.startWalled(real.replacing(changed), routes, mode, outside);
        procore.asks(installation.deliveries(), installation.believedRecords());
        return new Trial(installation, procore, outside);
    }

    /** The files that wait in a folder, in order; none if there is no such folder. */
    public static List<Path> waiting(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".")).sorted().toList();
        }
    }

    /** Copies the files that wait in a folder; where they were, nothing changes. @return the copy, as a setting names it */
    public static String copyInbox(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : waiting(from)) {
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return text(to);
    }

    /** A path as a setting names it. */
    public static String text(Path path) {
        return path.toAbsolutePath().toString().replace('\\', '/');
    }

    /** Every payment issued that the ledger of the trial knows, in the order in which it came. */
    public List<LedgerRow> rows() {
        List<LedgerRow> rows = new ArrayList<>();
        for (RowState state : RowState.values()) {
            rows.addAll(installation.runs().rows(state, Instant.EPOCH, Integer.MAX_VALUE).rows());
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
