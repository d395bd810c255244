/**
 * The values of the domain: payment, applied bill, invoice, placement, verdict, keys, local time. No SQL, no Camel, and no
 * other package of the product. Beside them what every text passes that is kept or shown: {@link
 * org.paymentsissued.payment.Secrets} hides, {@link org.paymentsissued.payment.Cut} cuts to length. And what every package
 * needs of failures and threads: {@link org.paymentsissued.payment.Cause}, {@link org.paymentsissued.payment.Daemon}.
 */
package org.paymentsissued.payment;
