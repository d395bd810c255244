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
import org.paymentsissued.command.Preview.Outcome;
import org.paymentsissued.ledger.LedgerCopy;
import org.paymentsissued.ledger.CommitmentNames;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.trial.InPlaceOfProcore.Sent;
import org.paymentsissued.trial.Trial;
import org.paymentsissued.trial.TrialEndpoints;

/**
 * The next sync, or a backfill, on a copy of the ledger: QuickBooks and Procore's lists are read, and what would be done is printed.
 * Ledger, watermarks, inboxes and Procore stay as they are: no write leaves the process.
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
    private record Change(LedgerRow before, LedgerRow after, CommitmentNames names) {
        boolean isCreation() {
            return before.held().isEmpty() && after.held().isPresent();
        }

        boolean isAdoption() {
            return before.held().map(Held::isTyped).orElse(false);
        }

        boolean isRemoval() {
            return amountBefore().signum() != 0 && amountAfter().signum() == 0 && after.wanted().isEmpty();
        }

        boolean isUpdate() {
            return before.held().isPresent() && !isAdoption() && !isRemoval() && !before.held().equals(after.held());
        }

        BigDecimal amountBefore() {
            return before.held().map(Held::amount).orElse(BigDecimal.ZERO);
        }

        BigDecimal amountAfter() {
            return after.held().map(Held::amount).orElse(BigDecimal.ZERO);
        }

        String place(Held held) {
            return names.ofFile(after.payment().companyFile(), held.place()).withIds();
        }
    }

    /**
     * What is to be previewed.
     *
     * @param restored a company file that was restored from a backup
     * @param range    of a backfill; empty for the next sync
     * @param csv      takes a line per payment and bill
     * @param beside   whether this process also runs the product, and so has the ledger open
     */
    public record Question(Optional<String> restored, Optional<DateRange> range, Optional<Path> csv, boolean beside) {

        public Question(Optional<String> restored, Optional<DateRange> range, Optional<Path> csv) {
            this(restored, range, csv, false);
        }
    }

    /** @param exitCode the same as the sync's */
    record Answer(int exitCode, Preview preview) { }

    /** @return exit code, the same as the sync's */
    public int run(Question question) throws IOException, InterruptedException {
        return ask(question).exitCode();
    }

    Answer ask(Question question) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("payments-issued-trial");
        try {
            LedgerCopy.Address copy = copy(folder.resolve("data"), question.beside());
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
            try (Trial trial = Trial.reading(settings, own, routes, folder, gateways)) {
                question.restored().ifPresent(trial.installation()::restored);
                return print(trial, question);
            }
        } finally {
            Demo.delete(folder);
        }
    }

    private LedgerCopy.Address copy(Path data, boolean beside) throws IOException {
        String url = settings.text("database.url");
        String username = settings.text("database.username");
        String password = settings.text("database.password");
        return beside ? LedgerCopy.ofOpenOne(data, url, username, password) : LedgerCopy.into(data, url, username, password);
    }

    private Answer print(Trial trial, Question question) throws IOException, InterruptedException {
        List<LedgerRow> unknown = trial.rows().stream().filter(row -> row.state() == RowState.PENDING && row.pendingCall().isPresent())
                .toList();
        boolean isNew = trial.installation().deliveries().isNew();
        Once once = new Once(trial.installation(), settings, out, err);
        Once.Done done = question.range().isPresent() ? once.lead("direct:backfill", question.range().get(), "")
                : once.lead("direct:sync", "preview", "");
        List<Sent> sent = trial.procore().sent();
        Set<Long> notKnown = unknown.stream().map(LedgerRow::id).collect(Collectors.toSet());
        Map<Long, LedgerRow> before = new LinkedHashMap<>();
        sent.stream().map(Sent::row).flatMap(Optional::stream).filter(row -> !notKnown.contains(row.id()))
                .forEach(row -> before.putIfAbsent(row.id(), row));
        CommitmentNames names = trial.installation().deliveries().names();
        List<Change> changes = before.values().stream().map(row -> new Change(row,
                trial.installation().deliveries().row(row.id()).orElseThrow(), names)).toList();
        List<Change> adopted = changes.stream().filter(Change::isAdoption).toList();
        List<Change> created = changes.stream().filter(Change::isCreation).toList();
        List<Change> updated = changes.stream().filter(Change::isUpdate).toList();
        List<Change> removed = changes.stream().filter(Change::isRemoval).toList();

        out.println("A preview: nothing was written anywhere. QuickBooks and Procore's lists were read. Whether Procore takes each");
        out.println("change is seen only when it is sent.");
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
        Preview preview = new Preview(lines(trial, done, Map.of(Outcome.SEND, created, Outcome.ADOPT, adopted, Outcome.CHANGE, updated,
                Outcome.REMOVE, removed)));
        preview.print(out);
        if (question.csv().isPresent()) {
            preview.write(question.csv().get());
        }
        out.printf(Locale.ROOT, "%nPREVIEW     %,d would be created (%,.2f), %,d changed (%+,.2f), %,d removed (%,.2f). Nothing was"
                + " written.%n", created.size(), sum(created, Change::amountAfter), updated.size(),
                sum(updated, change -> change.amountAfter().subtract(change.amountBefore())), removed.size(),
                sum(removed, change -> change.amountBefore().subtract(change.amountAfter())));
        out.flush();
        return new Answer(code, preview);
    }

    /** What the sync would change, and what it would leave to people, however long it has waited for them. */
    private static List<Preview.Line> lines(Trial trial, Once.Done done, Map<Outcome, List<Change>> changes) {
        Map<Long, Outcome> changed = new TreeMap<>();
        changes.forEach((outcome, some) -> some.forEach(change -> changed.put(change.after().id(), outcome)));
        Set<Long> skippedNow = trial.installation().runs().rows(RowState.SKIPPED, done.start(), Integer.MAX_VALUE).rows().stream()
                .map(LedgerRow::id).collect(Collectors.toSet());
        List<Preview.Line> lines = new ArrayList<>();
        for (LedgerRow row : trial.rows()) {
            Optional.ofNullable(changed.get(row.id())).or(() -> switch (row.state()) {
                case DEAD -> Optional.of(row.progress().twin().isPresent() ? Outcome.ASK : Outcome.DEAD);
                case WAITING -> Optional.of(Outcome.WAITING);
                case PENDING -> Optional.of(Outcome.DUE);
                case SKIPPED -> Optional.of(Outcome.SKIPPED).filter(skipped -> skippedNow.contains(row.id()));
                case DELIVERED, REMOVED -> Optional.empty();
            }).ifPresent(outcome -> lines.add(new Preview.Line(outcome, row)));
        }
        return lines;
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
        return money(change.amountAfter()) + " on " + change.place(change.after().held().orElseThrow());
    }

    private static String removal(Change change) {
        Held held = change.before().held().orElseThrow();
        return money(held.amount()) + ", record " + held.procoreId() + " on " + change.place(held)
                + (change.before().reason().isEmpty() ? "" : ". " + change.before().reason());
    }

    private static String update(Change change) {
        Held old = change.before().held().orElseThrow();
        Held now = change.after().held().orElseThrow();
        List<String> fields = change.before().differences().stream().map(field -> switch (field) {
            case PLACE -> "from " + change.place(old) + " to " + change.place(now);
            case AMOUNT -> "amount " + money(old.amount()) + " -> " + money(now.amount());
            case DATE -> "date " + or(old.date()) + " -> " + or(now.date());
            case METHOD -> "payment method " + old.fields().method() + " -> " + now.fields().method();
            case CHECK_NUMBER -> "check number " + or(old.fields().checkNumber()) + " -> " + or(now.fields().checkNumber());
            case INVOICE_NUMBER -> "invoice number " + or(old.fields().invoiceNumber()) + " -> " + or(now.fields().invoiceNumber());
            case INVOICE_DATE -> "invoice date " + or(old.fields().invoiceDate()) + " -> " + or(now.fields().invoiceDate());
            case REQUISITION -> "subcontractor invoice " + or(old.requisitionId()) + " -> " + or(now.requisitionId());
            case NOTES -> "notes " + or(old.fields().notes()) + " -> " + or(now.fields().notes());
        }).toList();
        return String.join(", ", fields) + ", record " + old.procoreId() + " on " + change.place(old);
    }

    private static String or(Optional<?> value) {
        return value.map(Object::toString).orElse("none");
    }

    private static String or(String value) {
        return value.isEmpty() ? "none" : '"' + value + '"';
    }

    private static String money(BigDecimal amount) {
        return String.format(Locale.ROOT, "%,.2f", amount);
    }

    private static BigDecimal sum(List<Change> changes, Function<Change, BigDecimal> amount) {
        return changes.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
