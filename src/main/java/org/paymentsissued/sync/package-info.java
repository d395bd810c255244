/**
 * The beans that routes call between the stages: syncs, files in an inbox, what is set aside, the parts of one payment.
 * Knows the packages that read QuickBooks and the ledger; Procore is behind the route of stage 50.
 */
package org.paymentsissued.sync;
