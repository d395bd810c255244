/**
 * The conversation with the QuickBooks Web Connector over SOAP. Carries qbXML and does not know what it says; knows the
 * ledger alone.
 */
package org.paymentsissued.webconnector;
