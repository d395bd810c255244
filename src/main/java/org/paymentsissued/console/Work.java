package org.paymentsissued.console;

import java.nio.file.Path;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.quickbooks.RowElement;

/** What the console starts in the routes. */
public interface Work {

    /** Starts a sync in the background. @param who asked for it */
    void sync(String who);

    /** Starts a backfill in the background, after a sync that is running. @param who asked for it */
    void backfill(DateRange range, String who);

    /**
     * Copies an H2 ledger while everything keeps running.
     *
     * @return the copy
     * @throws org.paymentsissued.ledger.LedgerBackup.NotOurs   with PostgreSQL
     * @throws org.paymentsissued.ledger.LedgerDatabase.Unusable when the copy cannot be written
     */
    Path backup(String who);

    /** Delivers what is due, in the background. */
    void deliver();

    /** Reads the refused lines of a lookup file again. @return whether every one was accepted */
    boolean readFileAgain(DeadLetters.RefusedFile file, String who);

    /** Sends a kept payment through the stages before the ledger, and returns when it is through. */
    void readAgain(String companyFile, RowElement row);
}
