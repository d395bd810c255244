/**
 * What QuickBooks wants and Procore holds, with claims, dead letters and watermarks: all SQL but the lookup in the routes.
 * Knows {@code payment} alone.
 */
package org.paymentsissued.ledger;
