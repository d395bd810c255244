package org.paymentsissued.broken.quickbooks;

import org.paymentsissued.routes.RouteFlaw;

/** Lets a room that routes call know of route files. */
class JudgesRoutes {
    RouteFlaw flaw;
}
