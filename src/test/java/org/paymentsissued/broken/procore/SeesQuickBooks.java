package org.paymentsissued.broken.procore;

import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Breaks the wall between procore and quickbooks, and writes SQL outside of the ledger. */
class SeesQuickBooks {
    QuickBooksTrouble trouble;
    JdbcClient jdbc;
}
