/**
 * The parts of qbXML that are read, as they are on the wire (qbXML 13.0, BillPaymentCheckQueryRs and
 * BillPaymentCreditCardQueryRs). Every value is text: all of them may legally be absent, empty or written in several ways.
 * Unknown elements are ignored. Only direct children are bound, since TxnID, TxnDate, RefNumber and Amount occur on
 * three levels.
 */
package org.paymentsissued.quickbooks.qbxml;
