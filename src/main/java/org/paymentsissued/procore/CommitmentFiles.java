package org.paymentsissued.procore;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Placement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the commitment lookup from CSV (RFC 4180, UTF-8, header line): good lines are taken, bad ones refused by number. */
public final class CommitmentFiles {

    private static final Logger LOG = LoggerFactory.getLogger(CommitmentFiles.class);
    private static final Set<String> REQUIRED =
            Set.of("bill_txn_id", "project_id", "commitment_id", "commitment_type");
    private static final Set<String> OPTIONAL = Set.of("company_file", "requisition_id", "invoice_number");
    private static final List<String> TYPES = List.of("work_order_contract", "purchase_order_contract");
    private static final int REFUSALS_TOLD = 20;

    private final CommitmentLookup lookup;
    private final DeadLetters deadLetters;
    private final String companyFile;

    /** @param companyFile the company file meant where a line names none */
    public CommitmentFiles(CommitmentLookup lookup, DeadLetters deadLetters, String companyFile) {
        this.lookup = lookup;
        this.deadLetters = deadLetters;
        this.companyFile = companyFile;
    }

    /**
     * Takes one file.
     *
     * @return {@code done}, or {@code failed} where a line was refused; the folder that the file moves to
     */
    public String take(byte[] csv, String fileName) {
        List<String> refusals = new ArrayList<>();
        int taken = 0;
        try (CSVParser lines = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true)
                .setIgnoreHeaderCase(true).setTrim(true).setIgnoreEmptyLines(true).get().parse(text(csv))) {
            Optional<String> header = headerFlaw(lines.getHeaderNames());
            if (header.isPresent()) {
                refusals.add("line 1: " + header.get());
            } else {
                taken = lookup.together(() -> takeLines(lines, refusals));
            }
        } catch (CharacterCodingException e) {
            refusals.add("the file is not UTF-8; save it as CSV UTF-8");
        } catch (IOException | IllegalArgumentException e) {
            refusals.add(e.getMessage());
        }
        String troubleKey = "lookup|" + fileName;
        if (refusals.isEmpty()) {
            LOG.info("Commitment file {}: {} bills accepted.", fileName, taken);
            deadLetters.resolve(companyFile, troubleKey, "Every line of the file was accepted.");
            return "done";
        }
        String sentence = "Commitment file " + fileName + ": " + taken + " lines were accepted, " + refusals.size()
                + " were refused. Correct the refused lines, then drop the file again under the same name. Refused: "
                + String.join("; ", refusals.subList(0, Math.min(REFUSALS_TOLD, refusals.size())))
                + (refusals.size() > REFUSALS_TOLD ? "; and " + (refusals.size() - REFUSALS_TOLD) + " more" : "");
        LOG.warn(sentence);
        deadLetters.open(Trouble.of(companyFile, "lookup", troubleKey, sentence));
        return "failed";
    }

    private int takeLines(CSVParser lines, List<String> refusals) {
        int taken = 0;
        var records = lines.iterator();
        while (true) {
            long line = lines.getCurrentLineNumber() + 1;
            try {
                if (!records.hasNext()) {
                    return taken;
                }
                CSVRecord record = records.next();
                takeLine(record);
                taken++;
            } catch (RefusedLine e) {
                refusals.add("line " + line + ": " + e.getMessage());
            } catch (java.io.UncheckedIOException | IllegalStateException e) {
                Throwable cause = e.getCause() instanceof CSVException ? e.getCause() : e;
                refusals.add("line " + line + " and all after it: " + cause.getMessage());
                return taken;
            }
        }
    }

    private void takeLine(CSVRecord record) {
        if (!record.isConsistent()) {
            throw new RefusedLine("has " + record.size() + " fields instead of " + record.getParser().getHeaderNames().size());
        }
        String bill = value(record, "bill_txn_id");
        if (bill.isEmpty()) {
            throw new RefusedLine("bill_txn_id is empty");
        }
        if (bill.length() > 36) {
            throw new RefusedLine("bill_txn_id \"" + Cut.to(40, bill) + "\" is longer than 36 characters");
        }
        String type = value(record, "commitment_type").toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw new RefusedLine("commitment_type \"" + type + "\" is neither " + String.join(" nor ", TYPES));
        }
        String requisition = value(record, "requisition_id");
        Placement place = new Placement(id(record, "project_id"), id(record, "commitment_id"), type,
                requisition.isEmpty() ? Optional.empty() : Optional.of(id(record, "requisition_id")),
                value(record, "invoice_number"));
        String file = value(record, "company_file");
        if (file.length() > 200) {
            throw new RefusedLine("company_file \"" + Cut.to(40, file) + "\" is longer than 200 characters");
        }
        lookup.put(file.isEmpty() ? companyFile : file, bill, place, "csv");
    }

    private static long id(CSVRecord record, String column) {
        String text = value(record, column);
        try {
            long id = Long.parseLong(text);
            if (id > 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Reported below, together with zero and negative numbers.
        }
        throw new RefusedLine(column + " \"" + text + "\" is not a Procore id; enter digits only, such as 598134325630042");
    }

    private static String value(CSVRecord record, String column) {
        return record.isMapped(column) && record.isSet(column) ? record.get(column).strip() : "";
    }

    private static Optional<String> headerFlaw(List<String> names) {
        List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        List<String> missing = REQUIRED.stream().filter(name -> !lower.contains(name)).sorted().toList();
        if (!missing.isEmpty()) {
            return Optional.of("the header is missing " + String.join(", ", missing));
        }
        List<String> unknown = lower.stream().filter(name -> !REQUIRED.contains(name) && !OPTIONAL.contains(name)).toList();
        return unknown.isEmpty() ? Optional.empty() : Optional.of("the header has unknown columns: " + unknown);
    }

    private static Reader text(byte[] csv) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(csv)).toString();
        return new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static final class RefusedLine extends RuntimeException {
        private RefusedLine(String message) {
            super(message);
        }
    }
}
