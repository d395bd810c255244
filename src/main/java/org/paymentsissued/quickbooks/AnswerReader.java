package org.paymentsissued.quickbooks;

import java.util.List;
import java.util.Set;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.payment.PaymentKey;

/** Knows which responses of an answer are wanted, and what follows once they were taken. */
public interface AnswerReader {

    /**
     * Reads an answer to its end and opens it for a second pass.
     *
     * @throws QuickBooksTrouble when it is not a whole answer; nothing of it has been taken then
     */
    Page open(Rereadable text);

    /** Whose books are read; a key in every table. */
    String companyFile();

    /** The payments read so far, each once however often it came; one without a readable id has its text's fingerprint as id. */
    Set<PaymentKey> payments();

    /** Sentences for an operator about what was read. */
    default List<String> notes() {
        return List.of();
    }

    /** Whether the rows show the present or come from a file of any age. */
    Ledger.Source source();

    /** Whether a payment is judged again although this very version of it is in the ledger. */
    default boolean again() {
        return false;
    }

    /** A text that can be read from its start as often as needed. */
    interface Rereadable {
        java.io.InputStream open() throws java.io.IOException;
    }
}
