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
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.paymentsissued.console.Backfills;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.TwinQuestion;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Wanted;

/** What a sync or a backfill would do with each payment and bill, as a table and as a file. */
final class Preview {

    private static final String[] COLUMNS = {"outcome", "company_file", "payment", "bill", "amount", "project_id", "commitment_id",
        "record_id", "reason"};

    /** What would become of a payment and bill. */
    enum Outcome {
        SEND("a new record"), ADOPT("a typed record becomes this payment's"), ASK("a record may be the same payment; an operator decides"),
        CHANGE("a record is changed"), REMOVE("a record is removed"), WAITING("no commitment is known"), SKIPPED("not sent; see why below"),
        DEAD("needs attention"), DUE("not reached");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }
    }

    /** A payment and bill, as it would be afterwards. */
    record Line(Outcome outcome, LedgerRow row) {

        BigDecimal amount() {
            return row.wanted().map(Wanted::amount).or(row::amount).orElse(BigDecimal.ZERO);
        }

        /** The record that is adopted, asked about or changed; a new one has no id yet. */
        Optional<Long> record() {
            return outcome == Outcome.ASK ? row.progress().twin().flatMap(TwinQuestion::recordId)
                    : row.held().map(Held::procoreId).filter(id -> outcome == Outcome.ADOPT || outcome == Outcome.CHANGE);
        }

        private List<Object> cells() {
            Optional<CommitmentRef> place = row.wanted().flatMap(Wanted::place);
            return List.of(outcome.name().toLowerCase(Locale.ROOT), row.payment().companyFile(), row.paymentWords(), row.billWords(),
                    amount().toPlainString(), place.map(CommitmentRef::projectId).map(String::valueOf).orElse(""),
                    place.map(CommitmentRef::commitmentId).map(String::valueOf).orElse(""), record().map(String::valueOf).orElse(""),
                    row.reason());
        }
    }

    private final List<Line> lines;

    Preview(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    List<Line> of(Outcome outcome) {
        return lines.stream().filter(line -> line.outcome() == outcome).toList();
    }

    void print(PrintStream out) {
        out.printf("%n%-10s%12s%18s%n", "would", "payments", "total");
        totals().forEach(total -> out.printf(Locale.ROOT, "%-10s%,12d%,18.2f  %s%n", total.outcome(), total.payments(), total.amount(),
                total.means()));
        out.println("(One line counts one payment issued: one per payment and bill.)");
    }

    /** Every outcome, also those that nothing has. */
    List<Backfills.Total> totals() {
        return Stream.of(Outcome.values()).map(outcome -> {
            List<Line> some = of(outcome);
            return new Backfills.Total(outcome.name().toLowerCase(Locale.ROOT), outcome.words, some.size(),
                    some.stream().map(Line::amount).reduce(new BigDecimal("0.00"), BigDecimal::add));
        }).filter(total -> total.payments() > 0 || !total.outcome().equals(Outcome.DUE.name().toLowerCase(Locale.ROOT))).toList();
    }

    List<String> header() {
        return List.of(COLUMNS);
    }

    List<List<Object>> cells() {
        return lines.stream().map(Line::cells).toList();
    }

    /** @param file a line per payment and bill */
    void write(Path file) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(writer, CSVFormat.RFC4180.builder().setHeader(COLUMNS).get())) {
            for (Line line : lines) {
                csv.printRecord(line.cells());
            }
        }
    }
}
