package org.paymentsissued.command;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.paymentsissued.procore.Reconciliation.Compared;
import org.paymentsissued.procore.Reconciliation.Finding;
import org.paymentsissued.procore.Reconciliation.Kind;
import org.paymentsissued.setup.Installation;

/** Compares the ledger with Procore, shows the differences, and repairs them if asked to. */
public final class Reconcile {

    /** What is done about differences. */
    public enum Wish {
        /** Differences are shown, no more. */
        REPORT,
        /** The ledger learns what Procore holds; the next sync sends the differences. */
        ADOPT,
        /** The same, and what differs is delivered now. */
        FIX
    }

    private static final String[] COLUMNS = {"kind", "project_id", "commitment_id", "commitment", "key", "payment", "bill",
        "amount_quickbooks", "amount_procore", "procore_ids", "what"};

    private final Installation installation;
    private final PrintStream out;
    private final PrintStream err;

    public Reconcile(Installation installation, PrintStream out, PrintStream err) {
        this.installation = installation;
        this.out = out;
        this.err = err;
    }

    /** @return 0 equal, 1 differences, 2 if a setting keeps Procore from answering, 3 if it does not answer */
    public int run(Wish wish, Optional<Path> csv) throws InterruptedException, IOException {
        List<Compared> compared = installation.compareWithProcore(wish != Wish.REPORT);
        if (wish == Wish.FIX && (compared.isEmpty() || !compared.stream().allMatch(Reconcile::isUnknown))) {
            installation.deliveries().beginRun();
            new Once(installation, out, err).deliver();
            table(compared);
            out.printf("%nAfter the repair:%n");
            compared = installation.compareWithProcore(false);
        }
        if (wish == Wish.ADOPT) {
            // --adopt follows a restore, which the ledger itself may not recognize.
            installation.deliveries().takeAsCopy();
        }
        table(compared);
        if (csv.isPresent()) {
            write(csv.get(), compared);
        }
        out.flush();
        if (compared.stream().anyMatch(one -> one.has(Kind.MISCONFIGURED))) {
            return ExitCode.MISCONFIGURED;
        }
        if (compared.stream().anyMatch(one -> one.has(Kind.UNANSWERED))) {
            return ExitCode.UNREACHABLE;
        }
        return compared.stream().allMatch(one -> one.findings().isEmpty()) ? ExitCode.FINE : ExitCode.DEAD_LETTERS;
    }

    private static boolean isUnknown(Compared compared) {
        return compared.findings().stream().anyMatch(finding -> finding.kind().isNotCompared());
    }

    private void table(List<Compared> compared) {
        out.printf("%n%-14s %-14s %8s %8s %8s %8s %8s %8s  %s%n", "project", "commitment", "equal", "missing", "extra",
                "differs", "unlinked", "others", "");
        for (Compared one : compared) {
            out.printf("%-14d %-14d %8d %8d %8d %8d %8d %8d  %s%n", one.commitment().projectId(),
                    one.commitment().contractId(), one.equal(), count(one, Kind.MISSING), count(one, Kind.EXTRA),
                    count(one, Kind.DIFFERS), count(one, Kind.NOT_LINKED), one.others(), one.commitment().name());
        }
        out.println("(others: records made by people, Procore Pay and other integrations; they are never touched)");
        for (Compared one : compared) {
            for (Finding finding : one.findings()) {
                out.printf("  %s, %s%s: %s%s%s%n",
                        finding.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '), one.commitment().words(),
                        finding.payment().isEmpty() ? ""
                                : ", " + finding.payment() + ", " + finding.bill(),
                        finding.kind().isNotCompared() ? "" : "QuickBooks " + money(finding.wanted()) + ", Procore "
                                + money(finding.there()) + ": ", finding.sentence(), finding.records().isEmpty() ? ""
                                : " (record " + finding.records().get(0) + ")");
            }
        }
    }

    private static long count(Compared compared, Kind kind) {
        return compared.findings().stream().filter(finding -> finding.kind() == kind).count();
    }

    private static String money(Optional<BigDecimal> amount) {
        return amount.map(value -> String.format(Locale.ROOT, "%,.2f", value)).orElse("none");
    }

    private static void write(Path file, List<Compared> compared) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(writer, CSVFormat.RFC4180.builder().setHeader(COLUMNS).get())) {
            for (Compared one : compared) {
                for (Finding finding : one.findings()) {
                    csv.printRecord(finding.kind().name().toLowerCase(Locale.ROOT), one.commitment().projectId(),
                            one.commitment().contractId(), one.commitment().name(), finding.key(), finding.payment(),
                            finding.bill(), finding.wanted().map(BigDecimal::toPlainString).orElse(""),
                            finding.there().map(amount -> amount.setScale(2).toPlainString()).orElse(""),
                            String.join(" ", finding.records().stream().map(String::valueOf).toList()),
                            finding.sentence());
                }
            }
        }
    }
}
