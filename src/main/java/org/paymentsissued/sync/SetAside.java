package org.paymentsissued.sync;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.quickbooks.AnswerReader;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.quickbooks.RowElement;
import org.paymentsissued.quickbooks.UnreadablePayment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps as dead letters what fails before it is in the ledger. */
public final class SetAside {

    private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);
    private static final Pattern OWN_ID = Pattern.compile("^<(\\w+)[^<>]*>\\s*<TxnID>([^<]+)</TxnID>");

    private final DeadLetters deadLetters;

    public SetAside(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** A payment or deletion that could not be taken; the rows around it continue. */
    public void payment(@Variable("reading") AnswerReader reading, @Variable("stage") String stage,
            @Variable("row") RowElement row, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception caught) {
        payment(reading.companyFile(), stage, row, caught);
    }

    private void payment(String companyFile, String stage, RowElement row, Exception caught) {
        Throwable failure = Cause.own(caught);
        Matcher id = OWN_ID.matcher(row.xml());
        boolean known = id.find();
        String name = known ? id.group(2) : "without TxnID";
        String sentence = Cause.in(failure, UnreadablePayment.class).map(Throwable::getMessage).orElseGet(() ->
                row.name() + " " + name + " failed at stage " + stage + ": " + failure.getMessage()
                        + ". It was left out; all others continued. Fix the cause, then retry.");
        String key = DeadLetters.keyOfRow(row.name(), known ? id.group(2)
                : UUID.nameUUIDFromBytes(row.xml().getBytes(StandardCharsets.UTF_8)).toString());
        LOG.atWarn().addKeyValue("txn", name).addKeyValue("stage", stage).addKeyValue("outcome", "dead").log(sentence);
        deadLetters.open(Trouble.of(companyFile, stage, key, sentence).causedBy(failure).with(row.xml()));
    }

    /** A response file that is not a whole answer of QuickBooks. */
    public void file(@Variable("companyFile") CompanyFile file, @Header(Exchange.FILE_NAME) String fileName,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        String why = Cause.in(failure, QuickBooksTrouble.class).map(Throwable::getMessage).orElse(failure.getMessage());
        String sentence = "File " + fileName + " was refused and moved to failed: " + why;
        LOG.warn(sentence);
        deadLetters.open(Trouble.of(file.name(), "split", "file|" + fileName, sentence).causedBy(failure));
    }

    /** A response file was taken: earlier refusals of a file with this name are resolved. */
    public void fileTaken(@Variable("companyFile") CompanyFile file, @Header(Exchange.FILE_NAME) String fileName) {
        deadLetters.resolve(file.name(), "file|" + fileName, "A complete file with this name was read.");
    }

    /** The dead letters that this process has opened since it was last asked, oldest first. */
    public List<DeadLetters.Listed> announced() {
        return deadLetters.takeOpened();
    }
}
