package org.paymentsissued.command;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.paymentsissued.ledger.LedgerCopy;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.trial.ProcoreStandIn.Sent;
import org.paymentsissued.trial.Trial;
import org.paymentsissued.trial.TrialEndpoints;

/**
 * The next sync on a copy of the ledger: QuickBooks is read, Procore is simulated from what the ledger last recorded, and what the
 * sync would do is printed. Ledger, watermarks, inboxes and Procore stay as they are.
 */
public final class DryRun {

    private static final int MOST_ELSEWHERE = 50;

    private final Settings settings;
    private final Path routes;
    private final PrintStream out;
    private final PrintStream err;

    public DryRun(Settings settings, Path routes, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.routes = routes;
        this.out = out;
        this.err = err;
    }

    /** A row that would be written, before and after. */
    private record Change(LedgerRow before, LedgerRow after) {
        boolean isCreation() {
            return before.held().isEmpty() && after.held().isPresent();
        }

        boolean isRemoval() {
            return amountBefore().signum() != 0 && amountAfter().signum() == 0 && after.wanted().isEmpty();
        }

        boolean isUpdate() {
            return before.held().isPresent() && !isRemoval() && !before.held().equals(after.held());
        }

        BigDecimal amountBefore() {
            return before.held().map(Held::amount).orElse(BigDecimal.ZERO);
        }

        BigDecimal amountAfter() {
            return after.held().map(Held::amount).orElse(BigDecimal.ZERO);
        }
    }

    /**
     * @param restored a company file that was restored from a backup
     * @return exit code, the same as the sync's
     */
    public int run(Optional<String> restored) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("payments-issued-trial");
        try {
            LedgerCopy.Address copy = LedgerCopy.into(folder.resolve("data"), settings.text("database.url"),
                    settings.text("database.username"), settings.text("database.password"));
            Map<String, String> own = new TreeMap<>(Map.of("database.url", copy.url(), "database.username", copy.username(),
                    "database.password", copy.password()));
            own.put("commitments.inbox", Trial.copyInbox(Path.of(settings.text("commitments.inbox")),
                    folder.resolve("commitments.inbox")));
            List<String> gateways = new ArrayList<>();
            for (String file : settings.companyFiles()) {
                switch (settings.text(file, "transport")) {
                    case "http" -> gateways.add(settings.text(file, "url"));
                    case "file" -> own.put("quickbooks." + file + ".inbox", Trial.copyInbox(
                            Path.of(settings.text(file, "inbox")), folder.resolve("inbox of " + file)));
                    default -> { }
                }
            }
            try (Trial trial = Trial.start(settings, own, routes, folder, gateways)) {
                restored.ifPresent(trial.installation()::restored);
                return print(trial);
            }
        } finally {
            Demo.delete(folder);
        }
    }

    private int print(Trial trial) throws InterruptedException {
        List<LedgerRow> unknown = trial.rows().stream().filter(row -> row.state() == RowState.PENDING && row.pendingCall().isPresent())
                .toList();
        boolean isNew = trial.installation().deliveries().isNew();
        Once once = new Once(trial.installation(), settings, out, err);
        Once.Done done = once.lead("direct:sync", "dry run", "");
        List<Sent> sent = trial.procore().sent();
        Set<Long> notKnown = unknown.stream().map(LedgerRow::id).collect(Collectors.toSet());
        Map<Long, LedgerRow> before = new LinkedHashMap<>();
        sent.stream().map(Sent::row).flatMap(Optional::stream).filter(row -> !notKnown.contains(row.id()))
                .forEach(row -> before.putIfAbsent(row.id(), row));
        List<Change> changes = before.values().stream().map(row -> new Change(row,
                trial.installation().deliveries().row(row.id()).orElseThrow())).toList();
        List<Change> created = changes.stream().filter(Change::isCreation).toList();
        List<Change> updated = changes.stream().filter(Change::isUpdate).toList();
        List<Change> removed = changes.stream().filter(Change::isRemoval).toList();

        out.println("A dry run: nothing was written. QuickBooks was read. Procore was not called; it is assumed to hold what the");
        out.println("ledger last recorded. Only the real sync sees what people have changed there since.");
        note(settings.isOn("commitments.refresh"), "Commitments were not refreshed from Procore either: waiting payments may be"
                + " sent after all.");
        note(isNew, "This ledger has not delivered all it has yet: records that Procore already has are found by their key and not"
                + " created again.");
        note(settings.usesWebConnector(), "The Web Connector cannot be called, so what it would read is not included.");
        print("WOULD BE CREATED", created, DryRun::creation);
        print("WOULD BE CHANGED", updated, DryRun::update);
        print("WOULD BE REMOVED", removed, DryRun::removal);
        print("LOOKED UP FIRST (Procore's answer to the last call never came; what happens next depends on what is found)",
                unknown.stream().map(row -> row.paymentWords() + ", " + row.billWords()));
        print("OTHER CALLS OF YOUR ROUTES TO PROCORE", sent.stream().filter(call -> call.row().isEmpty())
                .map(call -> call.method() + " " + call.path() + " " + call.body()));
        List<TrialEndpoints.Kept> kept = trial.outside().kept();
        print("OTHER SYSTEMS (kept here, not sent; the step got its own message back as the answer)", Stream.concat(
                kept.stream().limit(MOST_ELSEWHERE).map(one -> "%s to %s%n    %s".formatted(one.route(), one.address(), one.body())),
                Stream.of(kept.size() - MOST_ELSEWHERE).filter(more -> more > 0)
                        .map(more -> String.format(Locale.ROOT, "... and %,d more", more))));
        print("PROCORE MAY REFUSE THIS", trial.procore().remarks().stream());
        out.printf("%nThe summary that the sync would print:%n");
        int code = once.summarize(done);
        out.printf(Locale.ROOT, "%nDRY RUN     %,d would be created (%,.2f), %,d changed (%+,.2f), %,d removed (%,.2f). Nothing was"
                + " written.%n", created.size(), sum(created, Change::amountAfter), updated.size(),
                sum(updated, change -> change.amountAfter().subtract(change.amountBefore())), removed.size(),
                sum(removed, change -> change.amountBefore().subtract(change.amountAfter())));
        out.flush();
        return code;
    }

    private void note(boolean applies, String sentence) {
        if (applies) {
            out.println(sentence);
        }
    }

    private void print(String heading, List<Change> changes, Function<Change, String> line) {
        out.printf("%n%s%s%n", heading, changes.isEmpty() ? ": nothing" : "");
        changes.forEach(change -> out.printf("  %s, %s: %s%n", change.after().paymentWords(), change.after().billWords(),
                line.apply(change)));
    }

    /** Prints nothing if there are no lines. */
    private void print(String heading, Stream<String> lines) {
        List<String> all = lines.toList();
        if (!all.isEmpty()) {
            out.printf("%n%s%n", heading);
            all.forEach(line -> out.printf("  %s%n", line));
        }
    }

    private static String creation(Change change) {
        return money(change.amountAfter()) + " on " + place(change.after().held().orElseThrow());
    }

    private static String removal(Change change) {
        Held held = change.before().held().orElseThrow();
        return money(held.amount()) + ", record " + held.procoreId() + " on " + place(held)
                + (change.before().reason().isEmpty() ? "" : ". " + change.before().reason());
    }

    private static String update(Change change) {
        Held old = change.before().held().orElseThrow();
        Held now = change.after().held().orElseThrow();
        List<String> fields = change.before().differences().stream().map(field -> switch (field) {
            case PLACE -> "from " + place(old) + " to " + place(now);
            case AMOUNT -> "amount " + money(old.amount()) + " -> " + money(now.amount());
            case DATE -> "date " + or(old.date()) + " -> " + or(now.date());
            case METHOD -> "payment method " + old.fields().method() + " -> " + now.fields().method();
            case CHECK_NUMBER -> "check number " + or(old.fields().checkNumber()) + " -> " + or(now.fields().checkNumber());
            case INVOICE_NUMBER -> "invoice number " + or(old.fields().invoiceNumber()) + " -> " + or(now.fields().invoiceNumber());
            case INVOICE_DATE -> "invoice date " + or(old.fields().invoiceDate()) + " -> " + or(now.fields().invoiceDate());
            case REQUISITION -> "subcontractor invoice " + or(old.requisitionId()) + " -> " + or(now.requisitionId());
            case NOTES -> "notes " + or(old.fields().notes()) + " -> " + or(now.fields().notes());
        }).toList();
        return String.join(", ", fields) + ", record " + old.procoreId() + " on " + place(old);
    }

    private static String or(Optional<?> value) {
        return value.map(Object::toString).orElse("none");
    }

    private static String or(String value) {
        return value.isEmpty() ? "none" : '"' + value + '"';
    }

    private static String place(Held held) {
        return held.place().words();
    }

    private static String money(BigDecimal amount) {
        return String.format(Locale.ROOT, "%,.2f", amount);
    }

    private static BigDecimal sum(List<Change> changes, Function<Change, BigDecimal> amount) {
        return changes.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
