package org.paymentsissued.procore;

import java.util.List;
import java.util.stream.Collectors;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.procore.CommitmentCsv.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the commitment lookup from CSV files: good lines are taken, bad ones refused by number. */
public final class CommitmentFiles {

    private static final Logger LOG = LoggerFactory.getLogger(CommitmentFiles.class);
    private static final int REFUSALS_SHOWN = 20;

    private final CommitmentCsv reader;
    private final CommitmentLookup lookup;
    private final Ledger ledger;
    private final DeadLetters deadLetters;
    private final String companyFile;

    /** @param companyFiles those that a line may name; the first is meant where it names none */
    public CommitmentFiles(CommitmentCsv.Catalog catalog, CommitmentLookup lookup, Ledger ledger, DeadLetters deadLetters,
            List<String> companyFiles) {
        this.reader = new CommitmentCsv(catalog, companyFiles);
        this.lookup = lookup;
        this.ledger = ledger;
        this.deadLetters = deadLetters;
        this.companyFile = companyFiles.get(0);
    }

    /** Judges a file; nothing is taken. */
    public Content read(byte[] csv) {
        return reader.read(csv);
    }

    /** Takes the good lines. @return how many payments moved or became due */
    public int put(Content content) {
        return lookup.together(() -> content.assigned().stream().mapToInt(line -> {
            lookup.put(line.bill().companyFile(), line.bill().txnId(), line.placement(), CommitmentLookup.Source.CSV, "");
            return ledger.place(line.bill().companyFile(), line.bill().txnId(), line.placement());
        }).sum());
    }

    /**
     * Takes one file.
     *
     * @return {@code done}, or {@code failed} where a line was refused; the folder that the file moves to
     */
    public String take(byte[] csv, String fileName) {
        Content content = read(csv);
        put(content);
        List<CommitmentCsv.Refused> refused = content.refused();
        String troubleKey = DeadLetters.keyOfLookupFile(fileName);
        if (refused.isEmpty()) {
            LOG.info("Commitment file {}: {} bills accepted, {} left waiting.", fileName, content.assigned().size(), content.leftWaiting());
            deadLetters.resolve(companyFile, troubleKey, "Every line of the file was accepted.");
            return "done";
        }
        String sentence = "Commitment file " + fileName + ": " + content.assigned().size() + " lines were accepted, " + refused.size()
                + " were refused. Correct the refused lines, then drop the file again under the same name. Refused: "
                + refused.stream().limit(REFUSALS_SHOWN).map(line -> "line " + line.number() + ": " + line.reason())
                        .collect(Collectors.joining("; "))
                + (refused.size() > REFUSALS_SHOWN ? "; and " + (refused.size() - REFUSALS_SHOWN) + " more" : "");
        LOG.warn(sentence);
        deadLetters.open(Trouble.of(companyFile, "lookup", troubleKey, sentence).holding(content.refusedLines()));
        return "failed";
    }
}
