package org.paymentsissued.broken.webconnector;

import org.paymentsissued.quickbooks.Reading;

/** Lets the Web Connector's conversation know what it carries. */
class SeesQuickBooksToo {
    Reading reading;
}
