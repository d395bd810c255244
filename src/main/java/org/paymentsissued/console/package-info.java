/**
 * Pages, API and logins for operators. Knows the ledger, what is watched and the syncs.
 */
package org.paymentsissued.console;
