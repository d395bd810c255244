package org.paymentsissued.quickbooks;

import java.util.Iterator;

/** One answer, whole and checked, whose rows can be taken one at a time. */
public interface Page {

    /** Its rows, read while they are taken, so that memory does not grow with the page. */
    Iterator<RowElement> rows();

    /** To be called when every row is in the ledger or among the dead letters: only then the reading continues. */
    void taken();
}
