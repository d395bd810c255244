/**
 * Procore: calls and answers, delivery decisions, throttling, the catalog of projects and commitments. Knows the ledger and
 * its values, never QuickBooks.
 */
package org.paymentsissued.procore;
