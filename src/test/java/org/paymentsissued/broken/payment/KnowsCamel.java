package org.paymentsissued.broken.payment;

import org.apache.camel.Exchange;

/** Lets a value know how it travels. */
class KnowsCamel {
    Exchange exchange;
}
