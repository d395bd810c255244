package org.paymentsissued.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.quickbooks.ResponseFile;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.RouteFiles;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.trial.Outside;
import org.paymentsissued.trial.ProcoreStandIn.Sent;
import org.paymentsissued.trial.Trial;

/**
 * Runs response files through the routes of a folder and through the shipped ones, with the same settings, and tells what
 * each would send and in what they differ. Folder, ledger and inboxes stay as they are, and nobody is reached.
 */
public final class TestRoute {

    /** Project of the commitments that are made up; they are numbered from here on. */
    private static final long MADE_UP = 1;
    private static final List<String> LOGINS = List.of("procore.client-id", "procore.client-secret", "quickbooks.username",
            "quickbooks.password");
    private static final JsonMapper JSON = new JsonMapper();

    private final Settings settings;
    private final Path routes;
    private final Path directory;
    private final PrintStream out;
    private final PrintStream err;

    public TestRoute(Settings settings, Path routes, Path directory, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.routes = routes;
        this.directory = directory;
        this.out = out;
        this.err = err;
    }

    /** What is asked. @param companyFile empty for the first; @param commitments empty for those of the inbox */
    public record Question(List<Path> files, Optional<String> companyFile, Optional<Path> commitments, boolean json) { }

    /** One payment and one bill after a trial. */
    private record Row(LedgerRow row, List<Sent> sent) {
        String key() {
            return row.payment().txnId() + "|" + row.billTxnId();
        }

        String words() {
            return row.paymentWords() + ", " + row.billWords();
        }
    }

    /** @param others calls to Procore that belong to no row */
    private record Outcome(Map<String, Row> rows, List<Sent> others, List<DeadLetters.Listed> deadLetters,
            List<Outside.Kept> kept, List<String> remarks, Set<String> madeUp) { }

    /** A difference between the shipped routes and these. Values are null where there is nothing. */
    private record Difference(String field, String shipped, String yours) {
        @Override
        public String toString() {
            return "%s: %s -> %s".formatted(field, shown(shipped), shown(yours));
        }

        private static String shown(String value) {
            return value == null ? "nothing" : "\"" + value + "\"";
        }
    }

    /** The settings of a trial: it never logs in anywhere, so it needs no login to be set. */
    public static Settings settings(Path directory, Map<String, String> environment, Properties system)
            throws Settings.InvalidSettings {
        try {
            return Settings.load(directory, environment, system);
        } catch (Settings.InvalidSettings e) {
            Properties more = new Properties();
            system.stringPropertyNames().forEach(key -> more.setProperty(key, system.getProperty(key)));
            LOGINS.forEach(key -> more.putIfAbsent(key, "not-used-in-a-trial"));
            return Settings.load(directory, environment, more);
        }
    }

    /** @return 0, whatever differs; 2 where files, routes or the question are wrong */
    public int run(Question question) throws IOException, InterruptedException {
        String companyFile = question.companyFile().orElse(settings.companyFiles().get(0));
        if (!settings.companyFiles().contains(companyFile)) {
            err.println("There is no company file \"" + companyFile + "\", only "
                    + String.join(", ", settings.companyFiles()) + ".");
            return ExitCode.MISCONFIGURED;
        }
        List<ResponseFile.Contents> contents = new ArrayList<>();
        for (Path file : question.files()) {
            try {
                contents.add(ResponseFile.look(file));
            } catch (QuickBooksTrouble e) {
                err.println(e.getMessage());
            }
        }
        if (question.commitments().filter(csv -> !Files.isRegularFile(csv)).isPresent()) {
            err.println("There is no file " + question.commitments().get() + ".");
            return ExitCode.MISCONFIGURED;
        }
        if (contents.size() < question.files().size()) {
            return ExitCode.MISCONFIGURED;
        }
        List<RouteFlaw> flaws = Installation.flawsOf(settings, routes);
        if (!flaws.isEmpty()) {
            flaws.forEach(flaw -> err.printf("WRONG  %s%n", flaw));
            return ExitCode.MISCONFIGURED;
        }
        Set<String> bills = new TreeSet<>();
        contents.forEach(one -> bills.addAll(one.bills()));
        Path folder = Files.createTempDirectory("payments-issued-trial");
        try {
            Path shippedRoutes = Files.createDirectory(folder.resolve("shipped-routes"));
            RouteFiles.unpackShipped(shippedRoutes);
            Outcome yours = outcome(question, companyFile, bills, routes, folder.resolve("yours"));
            Outcome shipped = outcome(question, companyFile, bills, shippedRoutes, folder.resolve("shipped"));
            if (question.json()) {
                out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(
                        document(question, companyFile, yours, shipped)));
            } else {
                tell(question, companyFile, contents, yours, shipped);
            }
            out.flush();
            return ExitCode.FINE;
        } finally {
            Demo.delete(folder);
        }
    }

    private Outcome outcome(Question question, String companyFile, Set<String> bills, Path itsRoutes, Path folder)
            throws IOException, InterruptedException {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Path commitments = Files.createDirectories(folder.resolve("commitments"));
        if (question.commitments().isPresent()) {
            copyInOrder(List.of(question.commitments().get()), commitments);
        } else {
            // The made-up ones are read first, so that whatever is known of a bill comes over them.
            Path madeUp = folder.resolve("made-up.csv");
            Files.writeString(madeUp, madeUp(companyFile, bills));
            copyInOrder(Stream.concat(Stream.of(madeUp), knownCommitments().stream()).toList(), commitments);
        }
        String own = "quickbooks." + companyFile + ".";
        Map<String, String> changed = Map.of("database.url", "jdbc:h2:file:" + text(folder.resolve("ledger")),
                "database.username", "sa", "database.password", "", "commitments.inbox", text(commitments),
                own + "transport", "file", own + "inbox", text(inbox));
        try (Trial trial = Trial.start(settings, changed, itsRoutes, folder, List.of())) {
            List<String> remarks = new ArrayList<>();
            for (Path file : question.files()) {
                // A sync each, so that what a later one changes is seen as a change.
                copyInOrder(List.of(file), inbox);
                Once.Done done = new Once(trial.installation(), settings, out, err).lead("direct:sync", "test-route", companyFile);
                done.sync().trouble().ifPresent(trouble -> remarks.add(trouble.sentence()));
                remarks.addAll(done.sync().notes());
            }
            remarks.addAll(trial.remarks());
            Map<Long, List<Sent>> byRow = new TreeMap<>();
            List<Sent> others = new ArrayList<>();
            for (Sent sent : trial.sent()) {
                sent.row().map(LedgerRow::id).map(id -> byRow.computeIfAbsent(id, none -> new ArrayList<>())).orElse(others)
                        .add(sent);
            }
            Map<String, Row> rows = new LinkedHashMap<>();
            for (LedgerRow row : trial.rows()) {
                Row told = new Row(row, byRow.getOrDefault(row.id(), List.of()));
                rows.put(told.key(), told);
            }
            Set<String> madeUp = new TreeSet<>();
            bills.stream().filter(bill -> trial.installation().lookup().of(companyFile, bill).map(Placement::projectId)
                    .filter(project -> project == MADE_UP).isPresent()).forEach(madeUp::add);
            return new Outcome(rows, others, trial.deadLetters(), trial.kept(), remarks, madeUp);
        }
    }

    /** Files that are read in this order; their names lead to them in what is told. */
    private static void copyInOrder(List<Path> files, Path folder) throws IOException {
        int number = 0;
        for (Path file : files) {
            number++;
            Path copy = folder.resolve((files.size() == 1 ? "" : "%04d ".formatted(number)) + file.getFileName());
            Files.copy(file, copy);
            Trial.age(copy);
        }
    }

    /** What the lookup was filled from, and what waits to fill it. */
    private List<Path> knownCommitments() throws IOException {
        Path inbox = directory.resolve(settings.text("commitments.inbox"));
        List<Path> known = new ArrayList<>();
        for (Path folder : List.of(inbox.resolve("done"), inbox)) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith("."))
                            .sorted().forEach(known::add);
                }
            }
        }
        return known;
    }

    private static String madeUp(String companyFile, Set<String> bills) {
        StringBuilder csv = new StringBuilder("company_file,bill_txn_id,project_id,commitment_id,commitment_type\r\n");
        long commitment = MADE_UP * 1000;
        for (String bill : bills) {
            csv.append(quoted(companyFile)).append(',').append(quoted(bill)).append(',').append(MADE_UP).append(',')
                    .append(++commitment).append(",work_order_contract\r\n");
        }
        return csv.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String text(Path path) {
        return path.toAbsolutePath().toString().replace('\\', '/');
    }

    // ------------------------------------------------------------------------------------------------------ differences

    private static List<Difference> differences(Row yours, Row shipped) {
        List<Difference> differences = new ArrayList<>();
        compare(differences, "state", shipped, yours, row -> row.row().state().word());
        compare(differences, "reason", shipped, yours, row -> row.row().reason().isEmpty() ? null : row.row().reason());
        List<Sent> now = yours == null ? List.of() : yours.sent();
        List<Sent> before = shipped == null ? List.of() : shipped.sent();
        differences.addAll(differences(before, now));
        return differences;
    }

    private static List<Difference> differences(List<Sent> before, List<Sent> now) {
        List<Difference> differences = new ArrayList<>();
        int calls = Math.max(before.size(), now.size());
        for (int i = 0; i < calls; i++) {
            if (i >= before.size() || i >= now.size()) {
                differences.add(i >= before.size() ? new Difference("call", null, line(now.get(i)))
                        : new Difference("call", line(before.get(i)), null));
                continue;
            }
            Map<String, String> old = fields(before.get(i));
            Map<String, String> changed = fields(now.get(i));
            Set<String> names = new LinkedHashSet<>(old.keySet());
            names.addAll(changed.keySet());
            for (String name : names) {
                if (!Objects.equals(old.get(name), changed.get(name))) {
                    differences.add(new Difference((calls == 1 ? "" : "call " + (i + 1) + " ") + name, old.get(name),
                            changed.get(name)));
                }
            }
        }
        return differences;
    }

    private static String line(Sent sent) {
        return sent.method() + " " + sent.path() + ", company " + (sent.company().isEmpty() ? "(none)" : sent.company())
                + (sent.body().isEmpty() ? "" : ", " + sent.body());
    }

    private interface Reading {
        String of(Row row);
    }

    private static void compare(List<Difference> differences, String field, Row shipped, Row yours, Reading reading) {
        String old = shipped == null ? null : reading.of(shipped);
        String now = yours == null ? null : reading.of(yours);
        if (!Objects.equals(old, now)) {
            differences.add(new Difference(field, old, now));
        }
    }

    /** A call as names and values: method, path, company, and what stands in the body. */
    private static Map<String, String> fields(Sent sent) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("method", sent.method());
        fields.put("path", sent.path());
        fields.put("company", sent.company());
        JsonNode body = body(sent.body());
        if (body instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (field.getKey().equals("contract_payment") && field.getValue() instanceof ObjectNode payment) {
                    payment.properties().forEach(own -> fields.put(own.getKey(), plain(own.getValue())));
                } else {
                    fields.put(field.getKey(), plain(field.getValue()));
                }
            });
        } else if (!sent.body().isEmpty()) {
            fields.put("body", sent.body());
        }
        return fields;
    }

    private static String plain(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** As JSON where it is some; as text elsewhere. */
    private static JsonNode body(String text) {
        try {
            JsonNode json = text.isBlank() ? null : JSON.readTree(text);
            return json == null || json.isMissingNode() ? JSON.getNodeFactory().textNode(text) : json;
        } catch (JsonProcessingException e) {
            return JSON.getNodeFactory().textNode(text);
        }
    }

    /** By the key of the row, in the order of the files; rows without a difference are left out. */
    private static Map<String, List<Difference>> differences(Outcome yours, Outcome shipped) {
        Map<String, List<Difference>> differences = new LinkedHashMap<>();
        Set<String> keys = new LinkedHashSet<>(yours.rows().keySet());
        keys.addAll(shipped.rows().keySet());
        for (String key : keys) {
            List<Difference> found = differences(yours.rows().get(key), shipped.rows().get(key));
            if (!found.isEmpty()) {
                differences.put(key, found);
            }
        }
        return differences;
    }

    private static Row row(String key, Outcome yours, Outcome shipped) {
        return Optional.ofNullable(yours.rows().get(key)).orElseGet(() -> shipped.rows().get(key));
    }

    // ------------------------------------------------------------------------------------------------------------- JSON

    private ObjectNode document(Question question, String companyFile, Outcome yours, Outcome shipped) {
        ObjectNode document = JSON.createObjectNode();
        ArrayNode files = document.putArray("files");
        question.files().forEach(file -> files.add(file.getFileName().toString()));
        document.put("company_file", companyFile);
        ArrayNode madeUp = document.putArray("bills_with_made_up_commitment");
        yours.madeUp().forEach(madeUp::add);
        ArrayNode all = document.putArray("differences");
        differences(yours, shipped).forEach((key, found) -> {
            Row row = row(key, yours, shipped);
            ObjectNode one = all.addObject().put("key", key).put("payment", row.row().paymentWords())
                    .put("bill", row.row().billWords());
            ArrayNode fields = one.putArray("fields");
            found.forEach(difference -> fields.addObject().put("field", difference.field())
                    .put("shipped", difference.shipped()).put("yours", difference.yours()));
        });
        document.set("yours", json(yours));
        document.set("shipped", json(shipped));
        return document;
    }

    private static ObjectNode json(Outcome outcome) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode rows = json.putArray("payments_issued");
        for (Row row : outcome.rows().values()) {
            ObjectNode one = rows.addObject().put("key", row.key()).put("payment", row.row().paymentWords())
                    .put("bill", row.row().billWords()).put("state", row.row().state().word()).put("reason", row.row().reason());
            addAll(one.putArray("sent"), row.sent());
        }
        addAll(json.putArray("other_calls_to_procore"), outcome.others());
        ArrayNode letters = json.putArray("dead_letters");
        outcome.deadLetters().forEach(letter -> letters.addObject().put("stage", letter.stage())
                .put("sentence", letter.sentence()));
        ArrayNode kept = json.putArray("not_sent_elsewhere");
        outcome.kept().forEach(one -> kept.addObject().put("route", one.route()).put("to", one.address())
                .set("body", body(one.body())));
        ArrayNode remarks = json.putArray("remarks");
        outcome.remarks().forEach(remarks::add);
        return json;
    }

    private static void addAll(ArrayNode calls, List<Sent> sent) {
        sent.forEach(call -> calls.addObject().put("method", call.method()).put("path", call.path())
                .put("company", call.company()).set("body", call.body().isEmpty() ? JSON.nullNode() : body(call.body())));
    }

    // ------------------------------------------------------------------------------------------------------------- text

    private void tell(Question question, String companyFile, List<ResponseFile.Contents> contents, Outcome yours,
            Outcome shipped) {
        out.printf("Bill payments: %d, deletions: %d, of company file %s, through the routes in %s.%n",
                contents.stream().mapToInt(ResponseFile.Contents::payments).sum(),
                contents.stream().mapToInt(ResponseFile.Contents::deletions).sum(), companyFile, routes);
        out.println("Nothing was sent: Procore and the ledger are simulated, and so is all that your routes call.");
        if (!yours.madeUp().isEmpty()) {
            out.printf("No commitment is known for the bills %s; one was made up for each, in project %d.%n",
                    String.join(", ", yours.madeUp()), MADE_UP);
        }
        Map<String, List<Difference>> differences = differences(yours, shipped);
        out.printf("%nDIFFERENCES from the shipped routes: %s%n", differences.isEmpty() ? "none"
                : differences.size() + " of " + Math.max(yours.rows().size(), shipped.rows().size()) + " payments issued");
        differences.forEach((key, found) -> {
            out.printf("  %s (%s)%n", row(key, yours, shipped).words(), key);
            found.forEach(difference -> out.printf("    %s%n", difference));
        });
        List<Difference> others = differences(shipped.others(), yours.others());
        others.forEach(difference -> out.printf("  other calls to Procore: %s%n", difference));
        out.printf("%nDEAD LETTERS%n");
        letters("shipped routes", shipped);
        letters("your routes", yours);
        out.printf("%nTO PROCORE%n");
        for (Row row : yours.rows().values()) {
            out.printf("  %s: %s%s%n", row.words(), row.row().state().word(),
                    row.row().reason().isEmpty() ? "" : ", " + row.row().reason());
            row.sent().forEach(this::tell);
        }
        yours.others().forEach(this::tell);
        if (!yours.kept().isEmpty()) {
            out.printf("%nELSEWHERE (kept here, not sent; the step's answer was its own message)%n");
            yours.kept().forEach(kept -> out.printf("  %s to %s%n    %s%n", kept.route(), kept.address(), kept.body()));
        }
        if (!yours.remarks().isEmpty()) {
            out.printf("%nNOTED%n");
            yours.remarks().forEach(remark -> out.printf("  %s%n", remark));
        }
    }

    private void tell(Sent sent) {
        out.printf("    %s%n", line(sent));
    }

    private void letters(String whose, Outcome outcome) {
        out.printf("  %s: %s%n", whose, outcome.deadLetters().isEmpty() ? "none" : outcome.deadLetters().size());
        outcome.deadLetters().forEach(letter -> out.printf("    %s: %s%n", letter.stage(), letter.sentence()));
    }
}
