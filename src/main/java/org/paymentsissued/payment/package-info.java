/**
 * The values of the domain: payment, applied bill, invoice, placement, verdict, keys, local time. No SQL, no Camel, and no
 * other package of the product.
 */
package org.paymentsissued.payment;
