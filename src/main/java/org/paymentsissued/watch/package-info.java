/**
 * How the product is doing: status, health, metrics and alerts. Knows the ledger, Procore's pauses and the syncs.
 */
package org.paymentsissued.watch;
