package org.paymentsissued.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.quickbooks.ResponseFile;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.RouteFiles;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.trial.InPlaceOfProcore.Sent;
import org.paymentsissued.trial.Trial;

/**
 * Runs response files through the routes of a folder and through the original ones, with the same settings, and prints what
 * each would send and how they differ. Folder, ledger and inboxes do not change, and no system is called.
 */
public final class TestRoute {

    /** Project of the commitments that are made up; they are numbered from here on. */
    private static final long MADE_UP = 1;
    /** Before any payment: what routes do with history shows nothing of them. */
    private static final String EVERYTHING = "1900-01-01";
    private static final List<String> LOGINS = List.of("procore.client-id", "procore.client-secret", "quickbooks.username",
            "quickbooks.password");
    private static final JsonMapper JSON = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

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

    /** All that --json prints; the records in it give its fields their names. */
    private record Document(List<String> files, String companyFile, Set<String> billsWithMadeUpCommitment,
            List<Changed> differences, Side yours, Side shipped) { }

    /** The result of one set of routes. */
    private record Side(List<Issued> paymentsIssued, List<Call> otherCallsToProcore, List<Letter> deadLetters,
            List<Kept> notSentElsewhere, List<String> remarks) { }

    /** One payment and one bill after a trial. */
    private record Issued(String key, String payment, String bill, String state, String reason, List<Call> sent) {
        private static Issued of(LedgerRow row, List<Sent> sent) {
            return new Issued(row.payment().txnId() + "|" + row.billTxnId(), row.paymentWords(), row.billWords(),
                    row.state().word(), row.reason(), sent.stream().map(Call::of).toList());
        }
    }

    /** A call that would have gone to Procore. */
    private record Call(String method, String path, String company, JsonNode body) {
        private static Call of(Sent sent) {
            return new Call(sent.method(), sent.path(), sent.company(), sent.body().isEmpty() ? null : json(sent.body()));
        }

        private String line() {
            return method + " " + path + ", company " + (company.isEmpty() ? "(none)" : company)
                    + (body == null ? "" : ", " + plain(body));
        }
    }

    private record Letter(String stage, String sentence) { }

    private record Kept(String route, String to, JsonNode body) { }

    /** A row that differs between the two sides. */
    private record Changed(String key, String payment, String bill, List<Difference> fields) { }

    /** A difference between the original routes and these. Values are null where there is nothing. */
    private record Difference(String field, String shipped, String yours) {
        private String line() {
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

    /** @return 0, whatever differs; 2 if files, routes or the question are wrong */
    public int run(Question question) throws IOException, InterruptedException {
        String companyFile = question.companyFile().orElse(settings.companyFiles().get(0));
        List<String> wrong = new ArrayList<>();
        List<ResponseFile.Contents> contents = new ArrayList<>();
        if (!settings.companyFiles().contains(companyFile)) {
            wrong.add("There is no company file \"" + companyFile + "\". The company files are: "
                    + String.join(", ", settings.companyFiles()) + ".");
        }
        question.commitments().filter(csv -> !Files.isRegularFile(csv)).ifPresent(csv -> wrong.add("There is no file " + csv + "."));
        for (Path file : question.files()) {
            try {
                contents.add(ResponseFile.look(file));
            } catch (QuickBooksTrouble e) {
                wrong.add(e.getMessage());
            }
        }
        if (!wrong.isEmpty()) {
            wrong.forEach(err::println);
            return ExitCode.MISCONFIGURED;
        }
        Path folder = Files.createTempDirectory("payments-issued-trial");
        try {
            Path shippedRoutes = Files.createDirectory(folder.resolve("shipped-routes"));
            RouteFiles.unpackShipped(shippedRoutes);
            Set<String> bills = new TreeSet<>();
            contents.forEach(one -> bills.addAll(one.bills()));
            Set<String> madeUp = new TreeSet<>();
            Side yours = side(Installation.Mode.CHECKING, question, companyFile, bills, madeUp, routes, folder.resolve("yours"));
            Side shipped = side(Installation.Mode.ON_COMMAND, question, companyFile, bills, madeUp, shippedRoutes,
                    folder.resolve("shipped"));
            Document document = new Document(question.files().stream().map(file -> file.getFileName().toString()).toList(),
                    companyFile, madeUp, differences(yours, shipped), yours, shipped);
            if (question.json()) {
                out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
            } else {
                out.printf("Bill payments: %d, deletions: %d, of company file %s, through the routes in %s.%n",
                        contents.stream().mapToInt(ResponseFile.Contents::payments).sum(),
                        contents.stream().mapToInt(ResponseFile.Contents::deletions).sum(), companyFile, routes);
                print(document);
            }
            out.flush();
            return ExitCode.FINE;
        } catch (RouteFiles.UnusableRoutes e) {
            // Built apart, where a failure has its place.
            List<RouteFlaw> flaws = Installation.flawsOf(settings, routes);
            err.println(flaws.isEmpty() ? e.getMessage() : flaws.stream().map(RouteFlaw::toString).map("WRONG  "::concat)
                    .collect(Collectors.joining(System.lineSeparator())));
            return ExitCode.MISCONFIGURED;
        } finally {
            Demo.delete(folder);
        }
    }

    /** @param madeUp takes the bills whose commitment was made up */
    private Side side(Installation.Mode mode, Question question, String companyFile, Set<String> bills, Set<String> madeUp,
            Path itsRoutes, Path folder) throws IOException, InterruptedException {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Path commitments = Files.createDirectories(folder.resolve("commitments"));
        List<Path> lookup = new ArrayList<>(question.commitments().stream().toList());
        if (lookup.isEmpty()) {
            // The made-up ones are read first, so that whatever is known about a bill overrides them.
            lookup.add(Files.writeString(folder.resolve("made-up.csv"), madeUp(companyFile, bills)));
            Path real = directory.resolve(settings.text("commitments.inbox"));
            lookup.addAll(Trial.waiting(real.resolve("done")));
            lookup.addAll(Trial.waiting(real));
        }
        copyInOrder(lookup, commitments);
        String own = "quickbooks." + companyFile + ".";
        Map<String, String> changed = Map.of("database.url", "jdbc:h2:file:" + Trial.text(folder.resolve("ledger")),
                "database.username", "sa", "database.password", "", "commitments.inbox", Trial.text(commitments),
                own + "transport", "file", own + "inbox", Trial.text(inbox), "poll.start", EVERYTHING);
        try (Trial trial = Trial.start(mode, settings, changed, itsRoutes, folder, List.of())) {
            List<String> remarks = new ArrayList<>();
            for (Path file : question.files()) {
                // A sync each, so that what a later one changes is seen as a change.
                copyInOrder(List.of(file), inbox);
                Once.Done done = new Once(trial.installation(), settings, out, err).lead("direct:sync", "test-route", companyFile);
                done.sync().trouble().ifPresent(trouble -> remarks.add(trouble.sentence()));
                remarks.addAll(done.sync().notes());
            }
            remarks.addAll(trial.procore().remarks());
            bills.stream().filter(bill -> trial.installation().lookup().of(companyFile, bill).map(Placement::projectId)
                    .filter(project -> project == MADE_UP).isPresent()).forEach(madeUp::add);
            List<Sent> sent = trial.procore().sent();
            return new Side(trial.rows().stream().map(row -> Issued.of(row, sent.stream().filter(call ->
                            call.row().filter(its -> its.id() == row.id()).isPresent()).toList())).toList(),
                    sent.stream().filter(call -> call.row().isEmpty()).map(Call::of).toList(),
                    trial.deadLetters().stream().map(letter -> new Letter(letter.stage(), letter.sentence())).toList(),
                    trial.outside().kept().stream().map(kept -> new Kept(kept.route(), kept.address(), json(kept.body()))).toList(),
                    remarks);
        }
    }

    /** Files that are read in this order, old enough to be whole; their names lead to them in what is printed. */
    private static void copyInOrder(List<Path> files, Path folder) throws IOException {
        int number = 0;
        for (Path file : files) {
            number++;
            Path copy = folder.resolve((files.size() == 1 ? "" : "%04d ".formatted(number)) + file.getFileName());
            Files.copy(file, copy);
            Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minusSeconds(60)));
        }
    }

    private static String madeUp(String companyFile, Set<String> bills) {
        StringBuilder csv = new StringBuilder("company_file,bill_txn_id,project_id,commitment_id,commitment_type\r\n");
        long commitment = MADE_UP * 1000;
        for (String bill : bills) {
            csv.append("\"%s\",\"%s\",%d,%d,work_order_contract\r\n".formatted(companyFile.replace("\"", "\"\""),
                    bill.replace("\"", "\"\""), MADE_UP, ++commitment));
        }
        return csv.toString();
    }

    // ------------------------------------------------------------------------------------------------------ differences

    /** In the order of the files; rows without a difference are left out. */
    private static List<Changed> differences(Side yours, Side shipped) {
        Map<String, Issued> now = new LinkedHashMap<>();
        yours.paymentsIssued().forEach(row -> now.put(row.key(), row));
        Map<String, Issued> before = new LinkedHashMap<>();
        shipped.paymentsIssued().forEach(row -> before.put(row.key(), row));
        Map<String, Issued> all = new LinkedHashMap<>(now);
        before.forEach(all::putIfAbsent);
        return all.values().stream().map(row -> new Changed(row.key(), row.payment(), row.bill(),
                differences(fields(before.get(row.key()), now.get(row.key())), fields(now.get(row.key()), before.get(row.key())))))
                .filter(row -> !row.fields().isEmpty()).toList();
    }

    private static List<Difference> differences(Map<String, String> before, Map<String, String> now) {
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(now.keySet());
        return names.stream().filter(name -> !Objects.equals(before.get(name), now.get(name)))
                .map(name -> new Difference(name, before.get(name), now.get(name))).toList();
    }

    /** A row as names and values. @param row null where this side has none */
    private static Map<String, String> fields(Issued row, Issued other) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (row != null) {
            fields.put("state", row.state());
            fields.put("reason", row.reason().isEmpty() ? null : row.reason());
            fields.putAll(fields(row.sent(), other == null ? List.of() : other.sent()));
        }
        return fields;
    }

    /** Calls as names and values: method, path, company, and what is in the body; a call that only this side has as a line. */
    private static Map<String, String> fields(List<Call> calls, List<Call> others) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            String number = Math.max(calls.size(), others.size()) == 1 ? "" : "call " + (i + 1) + " ";
            if (i >= others.size()) {
                fields.put(number.isEmpty() ? "call" : number.strip(), call.line());
                continue;
            }
            fields.put(number + "method", call.method());
            fields.put(number + "path", call.path());
            fields.put(number + "company", call.company());
            if (call.body() instanceof ObjectNode body) {
                body.properties().stream().flatMap(field -> field.getKey().equals("contract_payment")
                        && field.getValue() instanceof ObjectNode payment ? payment.properties().stream() : Stream.of(field))
                        .forEach(field -> fields.put(number + field.getKey(), plain(field.getValue())));
            } else if (call.body() != null) {
                fields.put(number + "body", plain(call.body()));
            }
        }
        return fields;
    }

    private static String plain(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** As JSON if it is JSON, otherwise as text. */
    private static JsonNode json(String text) {
        try {
            JsonNode json = text.isBlank() ? null : JSON.readTree(text);
            return json == null || json.isMissingNode() ? TextNode.valueOf(text) : json;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    // ------------------------------------------------------------------------------------------------------------- text

    private void print(Document document) {
        Side yours = document.yours();
        Side shipped = document.shipped();
        out.println("Nothing was sent: Procore, the ledger and everything your routes call are simulated.");
        if (!document.billsWithMadeUpCommitment().isEmpty()) {
            out.printf("No commitment is known for the bills %s; one was made up for each, in project %d.%n",
                    String.join(", ", document.billsWithMadeUpCommitment()), MADE_UP);
        }
        out.printf("%nDIFFERENCES from the shipped routes: %s%n", document.differences().isEmpty() ? "none"
                : document.differences().size() + " of " + Math.max(yours.paymentsIssued().size(), shipped.paymentsIssued().size())
                        + " payments issued");
        document.differences().forEach(row -> {
            out.printf("  %s, %s (%s)%n", row.payment(), row.bill(), row.key());
            row.fields().forEach(difference -> out.printf("    %s%n", difference.line()));
        });
        differences(fields(shipped.otherCallsToProcore(), yours.otherCallsToProcore()),
                fields(yours.otherCallsToProcore(), shipped.otherCallsToProcore()))
                .forEach(difference -> out.printf("  other calls to Procore: %s%n", difference.line()));
        out.printf("%nDEAD LETTERS%n");
        print("shipped routes", shipped.deadLetters());
        print("your routes", yours.deadLetters());
        out.printf("%nTO PROCORE%n");
        for (Issued row : yours.paymentsIssued()) {
            out.printf("  %s, %s: %s%s%n", row.payment(), row.bill(), row.state(), row.reason().isEmpty() ? "" : ", " + row.reason());
            row.sent().forEach(call -> out.printf("    %s%n", call.line()));
        }
        yours.otherCallsToProcore().forEach(call -> out.printf("    %s%n", call.line()));
        if (!yours.notSentElsewhere().isEmpty()) {
            out.printf("%nOTHER SYSTEMS (kept here, not sent; the step got its own message back as the answer)%n");
            yours.notSentElsewhere().forEach(kept -> out.printf("  %s to %s%n    %s%n", kept.route(), kept.to(), plain(kept.body())));
        }
        if (!yours.remarks().isEmpty()) {
            out.printf("%nNOTED%n");
            yours.remarks().forEach(remark -> out.printf("  %s%n", remark));
        }
    }

    private void print(String whose, List<Letter> letters) {
        out.printf("  %s: %s%n", whose, letters.isEmpty() ? "none" : letters.size());
        letters.forEach(letter -> out.printf("    %s: %s%n", letter.stage(), letter.sentence()));
    }
}
