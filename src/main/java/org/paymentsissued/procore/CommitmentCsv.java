package org.paymentsissued.procore;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Listed;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Placement;

/**
 * Reads a lookup file: CSV with a header line, UTF-8, with commas, semicolons or tabs. It decides where money goes, so a line
 * that is not clear is refused, and the others are taken. Nothing is written here.
 */
public final class CommitmentCsv {

    /** The columns of the lookup, in the order in which they are downloaded. */
    public static final List<String> COLUMNS = List.of("company_file", "bill_txn_id", "project_id", "commitment_id",
            "commitment_type", "requisition_id", "invoice_number");
    /** Names that stand in for the ids: a commitment's number, and its project's number or name. */
    public static final List<String> NAMES = List.of("commitment", "project");
    /** For people who read the file; what they say has no effect. */
    public static final List<String> FOR_PEOPLE = List.of("vendor", "job", "purchase_order", "payments", "amount", "title", "certainty",
            "why");

    static final List<String> TYPES = List.of("work_order_contract", "purchase_order_contract");
    private static final Set<String> KNOWN = new HashSet<>(Stream.of(COLUMNS, NAMES, FOR_PEOPLE).flatMap(List::stream).toList());
    private static final int LONGEST_BILL_ID = 36;
    private static final Pattern ID = Pattern.compile("[1-9]\\d{0,17}");
    /** What a spreadsheet makes of a long number, such as 5.98E+14 or 5,98E+14. */
    private static final Pattern ROUNDED = Pattern.compile("\\d([.,]\\d+)?[eE]\\+?\\d{1,2}");

    /** What was read of Procore. */
    public interface Catalog {
        /** Empty where it is not known, or in several projects while none is named. */
        Optional<Listed> commitment(String companyFile, Optional<Long> projectId, long commitmentId);

        /** All that have a number; blanks and case do not matter. */
        List<Listed> numbered(String companyFile, String number);

        /** The subcontractor invoices of a commitment. */
        List<Invoice> invoices(String companyFile, CommitmentRef commitment);
    }

    /** What a line says. Its cells are kept, to be read again. */
    public sealed interface Line {
        /** The first line is 1. */
        long number();

        List<String> cells();
    }

    /** A bill gets a commitment. */
    public record Assigned(long number, List<String> cells, WaitingBills.Id bill, Placement placement) implements Line { }

    /** The line names a bill and no commitment: the bill waits on. */
    public record LeftWaiting(long number, List<String> cells) implements Line { }

    /** The line has no effect. */
    public record Refused(long number, List<String> cells, String reason) implements Line { }

    /** A whole file. A file that cannot be read at all is one refused line without cells. */
    public record Content(List<String> header, List<Line> lines) {

        private static Content refused(String reason) {
            return new Content(List.of(), List.of(new Refused(1, List.of(), reason)));
        }

        public List<Assigned> assigned() {
            return of(Assigned.class);
        }

        public List<Refused> refused() {
            return of(Refused.class);
        }

        public int leftWaiting() {
            return of(LeftWaiting.class).size();
        }

        private <T extends Line> List<T> of(Class<T> kind) {
            return lines.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        /** A file of the refused lines alone; empty where they cannot be read again. */
        public String refusedLines() {
            List<Refused> refused = refused();
            if (refused.isEmpty() || refused.stream().anyMatch(line -> line.cells().isEmpty())) {
                return "";
            }
            StringWriter text = new StringWriter();
            try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
                printer.printRecord(header);
                for (Refused line : refused) {
                    printer.printRecord(line.cells());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return text.toString();
        }
    }

    private final Catalog catalog;
    private final List<String> companyFiles;

    /** @param companyFiles those that a line may name; the first is meant where it names none */
    public CommitmentCsv(Catalog catalog, List<String> companyFiles) {
        this.catalog = catalog;
        this.companyFiles = List.copyOf(companyFiles);
    }

    public Content read(byte[] csv) {
        try {
            String text = text(csv);
            try (CSVParser records = CSVFormat.RFC4180.builder().setDelimiter(delimiter(text)).setHeader()
                    .setSkipHeaderRecord(true).setIgnoreHeaderCase(true).setTrim(true).setIgnoreEmptyLines(true)
                    .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW).get().parse(new StringReader(text))) {
                Optional<String> flaw = headerFlaw(records.getHeaderNames());
                return flaw.map(Content::refused)
                        .orElseGet(() -> new Content(records.getHeaderNames(), withoutContradictions(lines(records))));
            }
        } catch (CharacterCodingException e) {
            return Content.refused("the file is not UTF-8; save it as CSV UTF-8");
        } catch (IOException | IllegalArgumentException e) {
            return Content.refused(e.getMessage());
        }
    }

    private static String text(byte[] csv) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(csv)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Spreadsheets write what separates fields in their country. */
    private static char delimiter(String text) {
        String header = text.lines().findFirst().orElse("");
        return header.contains(",") ? ',' : header.contains(";") ? ';' : header.contains("\t") ? '\t' : ',';
    }

    private static Optional<String> headerFlaw(List<String> names) {
        List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        if (!lower.contains("bill_txn_id")) {
            return Optional.of("the header is missing bill_txn_id");
        }
        if (!lower.contains("commitment_id") && !lower.contains("commitment")) {
            return Optional.of("the header is missing commitment_id (or commitment, for its number)");
        }
        if (!lower.contains("project_id") && !lower.contains("project")) {
            return Optional.of("the header is missing project_id (or project, for its number or name)");
        }
        List<String> unknown = lower.stream().filter(name -> !KNOWN.contains(name)).toList();
        return unknown.isEmpty() ? Optional.empty() : Optional.of("the header has unknown columns: " + unknown);
    }

    private List<Line> lines(CSVParser parser) {
        List<Line> lines = new ArrayList<>();
        Iterator<CSVRecord> records = parser.iterator();
        while (true) {
            long number = parser.getCurrentLineNumber() + 1;
            try {
                if (!records.hasNext()) {
                    return lines;
                }
                CSVRecord record = records.next();
                lines.add(line(number, record));
            } catch (UncheckedIOException | IllegalStateException e) {
                lines.add(new Refused(number, List.of(), "this line and all after it: "
                        + Optional.ofNullable(e.getCause()).orElse(e).getMessage()));
                return lines;
            }
        }
    }

    private Line line(long number, CSVRecord record) {
        try {
            if (!record.isConsistent()) {
                throw new RefusedLine("has " + record.size() + " fields instead of " + record.getParser().getHeaderNames().size());
            }
            WaitingBills.Id bill = bill(record);
            boolean empty = Stream.of("project_id", "commitment_id", "requisition_id", "project", "commitment")
                    .allMatch(column -> value(record, column).isEmpty());
            return empty ? new LeftWaiting(number, record.toList())
                    : new Assigned(number, record.toList(), bill, placement(bill.companyFile(), record));
        } catch (RefusedLine refusal) {
            return new Refused(number, record.toList(), refusal.getMessage());
        }
    }

    private WaitingBills.Id bill(CSVRecord record) {
        String bill = value(record, "bill_txn_id");
        if (bill.isEmpty()) {
            throw new RefusedLine("bill_txn_id is empty");
        }
        if (bill.length() > LONGEST_BILL_ID) {
            throw new RefusedLine("bill_txn_id \"" + Cut.to(40, bill) + "\" is longer than " + LONGEST_BILL_ID + " characters");
        }
        String file = value(record, "company_file");
        if (!file.isEmpty() && !companyFiles.contains(file)) {
            throw new RefusedLine("company_file \"" + Cut.to(40, file) + "\" is not one of " + String.join(", ", companyFiles)
                    + " (quickbooks.company-files); correct it, or leave it empty for " + companyFiles.get(0));
        }
        return new WaitingBills.Id(file.isEmpty() ? companyFiles.get(0) : file, bill);
    }

    private Placement placement(String file, CSVRecord record) {
        Optional<Listed> named = named(file, record);
        Optional<Long> project = id(record, "project_id", named.isPresent());
        Optional<Long> id = id(record, "commitment_id", named.isPresent());
        if (named.isPresent()) {
            Commitment commitment = named.get().commitment();
            requireSame("commitment_id", id, commitment.id(), value(record, "commitment"));
            requireSame("project_id", project, commitment.projectId(), value(record, "commitment"));
            return placement(file, commitment.ref(), named, record);
        }
        if (id.isEmpty()) {
            throw new RefusedLine("commitment_id is empty");
        }
        Optional<Listed> listed = catalog.commitment(file, project, id.get());
        long projectId = project.or(() -> listed.map(found -> found.commitment().projectId()))
                .orElseThrow(() -> new RefusedLine("project_id is empty"));
        return placement(file, new CommitmentRef(projectId, id.get()), listed, record);
    }

    private Placement placement(String file, CommitmentRef commitment, Optional<Listed> listed, CSVRecord record) {
        String type = value(record, "commitment_type").toLowerCase(Locale.ROOT);
        if (!type.isEmpty() && !TYPES.contains(type)) {
            throw new RefusedLine("commitment_type \"" + type + "\" is neither " + String.join(" nor ", TYPES));
        }
        if (type.isEmpty() && listed.isEmpty()) {
            throw new RefusedLine("commitment_type is empty, and Procore has not shown " + commitment.words()
                    + "; enter " + String.join(" or ", TYPES));
        }
        return new Placement(commitment.projectId(), commitment.commitmentId(), type.isEmpty() ? listed.get().commitment().type() : type,
                requisition(file, commitment, record), value(record, "invoice_number"));
    }

    /** The commitment that the line names by its number; empty where it names none. */
    private Optional<Listed> named(String file, CSVRecord record) {
        String number = value(record, "commitment");
        String project = value(record, "project");
        if (number.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> id = id(record, "commitment_id", true);
        Optional<Long> projectId = id(record, "project_id", true);
        if (project.isEmpty() && projectId.isEmpty()) {
            throw new RefusedLine("commitment \"" + Cut.to(40, number) + "\" has no project; enter its number or name");
        }
        List<Listed> found = catalog.numbered(file, number).stream().filter(listed -> project.isEmpty()
                ? projectId.equals(Optional.of(listed.project().id())) : isProject(listed, project)).toList();
        List<Listed> exact = found.size() > 1 && id.isPresent()
                ? found.stream().filter(listed -> listed.commitment().id() == id.get()).toList() : found;
        if (exact.size() != 1) {
            throw new RefusedLine((exact.isEmpty() ? "no commitment \"" : exact.size() + " commitments \"") + Cut.to(40, number)
                    + "\" in project \"" + Cut.to(40, project.isEmpty() ? String.valueOf(projectId.get()) : project)
                    + "\" is known; look it up in Procore and enter its ids");
        }
        return Optional.of(exact.get(0));
    }

    private static boolean isProject(Listed listed, String project) {
        return PlainNames.number(project).equals(PlainNames.number(listed.project().number()))
                || !PlainNames.whole(project).isEmpty() && PlainNames.whole(project).equals(PlainNames.whole(listed.project().name()))
                || project.equals(String.valueOf(listed.project().id()));
    }

    private static void requireSame(String column, Optional<Long> given, long named, String number) {
        if (given.isPresent() && given.get() != named) {
            throw new RefusedLine(column + " " + given.get() + " is not that of commitment \"" + Cut.to(40, number) + "\" (" + named
                    + "); correct one, or leave the id empty");
        }
    }

    /** A rounded id is found again by the invoice's number. */
    private Optional<Long> requisition(String file, CommitmentRef commitment, CSVRecord record) {
        if (!ROUNDED.matcher(value(record, "requisition_id")).matches()) {
            return id(record, "requisition_id", false);
        }
        String number = PlainNames.number(value(record, "invoice_number"));
        List<Invoice> invoices = catalog.invoices(file, commitment).stream()
                .filter(invoice -> !number.isEmpty() && PlainNames.number(invoice.number()).equals(number)).toList();
        if (invoices.size() != 1) {
            throw new RefusedLine(rounded("requisition_id", value(record, "requisition_id")));
        }
        return Optional.of(invoices.get(0).id());
    }

    /** @param mayBeRounded whether the line says by a name what a spreadsheet made unreadable */
    private static Optional<Long> id(CSVRecord record, String column, boolean mayBeRounded) {
        String text = value(record, column);
        boolean isRounded = ROUNDED.matcher(text).matches();
        if (text.isEmpty() || isRounded && mayBeRounded) {
            return Optional.empty();
        }
        if (isRounded) {
            throw new RefusedLine(rounded(column, text));
        }
        if (!ID.matcher(text).matches()) {
            throw new RefusedLine(column + " \"" + Cut.to(40, text) + "\" is not a Procore id; enter digits only, such as 598134325630042");
        }
        return Optional.of(Long.parseLong(text));
    }

    private static String rounded(String column, String text) {
        return column + " \"" + text + "\" was rounded by a spreadsheet; format the column as text and enter the whole id, or name the"
                + " commitment and project instead";
    }

    private static String value(CSVRecord record, String column) {
        String text = record.isMapped(column) ? record.get(column).strip() : "";
        // Before a text that a spreadsheet would run, the download puts an apostrophe.
        return text.matches("(?s)'[=+\\-@].*") ? text.substring(1) : text;
    }

    /** A bill that a file puts on two commitments is on neither. */
    private static List<Line> withoutContradictions(List<Line> lines) {
        Map<WaitingBills.Id, Assigned> first = new HashMap<>();
        Map<WaitingBills.Id, Set<Long>> contradicting = new HashMap<>();
        for (Line line : lines) {
            if (line instanceof Assigned assigned) {
                Assigned before = first.putIfAbsent(assigned.bill(), assigned);
                if (before != null && !before.placement().equals(assigned.placement())) {
                    contradicting.computeIfAbsent(assigned.bill(), none -> new HashSet<>(Set.of(before.number())))
                            .add(assigned.number());
                }
            }
        }
        return lines.stream().map(line -> line instanceof Assigned assigned && contradicting.containsKey(assigned.bill())
                ? new Refused(line.number(), line.cells(), "bill " + assigned.bill().txnId() + " has different commitments on lines "
                        + String.join(" and ", contradicting.get(assigned.bill()).stream().sorted().map(String::valueOf).toList()))
                : line).toList();
    }

    private static final class RefusedLine extends RuntimeException {
        private RefusedLine(String message) {
            super(message);
        }
    }
}
