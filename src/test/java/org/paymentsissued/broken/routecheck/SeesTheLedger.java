package org.paymentsissued.broken.routecheck;

import org.paymentsissued.ledger.Deliveries;

/** Lets the judgement of route files know what a route is for. */
class SeesTheLedger {
    Deliveries deliveries;
}
