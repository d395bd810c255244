package org.paymentsissued.quickbooks;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.transform.stream.StreamSource;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet;

/** Looks into a response file before it is taken: what it holds, or why it cannot be taken. */
public final class ResponseFile {

    private ResponseFile() {
    }

    /**
     * What a file holds.
     *
     * @param payments  bill payments, spoiled ones among them
     * @param deletions deletions of whatever kind
     * @param bills     TxnIDs of the bills that the payments pay
     */
    public record Contents(int payments, int deletions, Set<String> bills) { }

    /**
     * Reads it to its end.
     *
     * @throws QuickBooksTrouble with a sentence, where it is no answer of QuickBooks, or holds no payment
     */
    public static Contents look(Path file) {
        Path name = file.getFileName();
        if (!Files.isRegularFile(file)) {
            throw trouble("There is no file " + file + ".", null);
        }
        if (file.toFile().length() == 0) {
            throw trouble(name + " is empty. Expected an answer of QuickBooks: qbXML with a BillPaymentCheckQueryRs"
                    + " or a BillPaymentCreditCardQueryRs.", null);
        }
        int payments = 0;
        int deletions = 0;
        Set<String> bills = new TreeSet<>();
        try {
            JAXBContext grammar = JAXBContext.newInstance(BillPaymentRet.class);
            Page page = new FileReading(name.toString()).open(() -> Files.newInputStream(file));
            for (Iterator<RowElement> rows = page.rows(); rows.hasNext();) {
                RowElement row = rows.next();
                deletions += row.isDeletion() ? 1 : 0;
                if (Feed.ofRow(row.name()).filter(Feed::isPayments).isPresent()) {
                    payments++;
                    if (!row.spoiled()) {
                        grammar.createUnmarshaller().unmarshal(new StreamSource(new StringReader(row.xml())),
                                BillPaymentRet.class).getValue().appliedTo.stream().map(line -> line.txnId)
                                .filter(id -> id != null && !id.isBlank()).map(String::strip).forEach(bills::add);
                    }
                }
            }
        } catch (QuickBooksTrouble e) {
            throw trouble(name + ": " + e.getMessage(), e);
        } catch (JAXBException e) {
            throw trouble(name + " holds a payment that is not qbXML: " + e, e);
        }
        if (payments + deletions == 0) {
            throw trouble(name + " holds no bill payment. Expected BillPaymentCheckRet or BillPaymentCreditCardRet in the"
                    + " answer of the query of the same name, or deletions of them.", null);
        }
        return new Contents(payments, deletions, bills);
    }

    private static QuickBooksTrouble trouble(String sentence, Throwable cause) {
        return new QuickBooksTrouble(QuickBooksTrouble.Kind.NOT_AN_ANSWER, sentence, cause);
    }
}
