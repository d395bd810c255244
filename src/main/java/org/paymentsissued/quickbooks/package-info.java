/**
 * qbXML: requests, answers, paging, status codes, and the feed of changes. Knows the ledger and its values, never Procore.
 */
package org.paymentsissued.quickbooks;
