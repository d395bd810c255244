package org.paymentsissued.broken.quickbooks;

import org.paymentsissued.routecheck.RouteFlaw;

/** Lets a room that routes call know of route files. */
class JudgesRoutes {
    RouteFlaw flaw;
}
