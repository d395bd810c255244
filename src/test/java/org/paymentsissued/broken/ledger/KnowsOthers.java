package org.paymentsissued.broken.ledger;

import org.apache.camel.builder.RouteBuilder;
import org.paymentsissued.procore.ProcorePause;

/** Lets the ledger know another room, and hides a route in Java. */
class KnowsOthers extends RouteBuilder {
    ProcorePause pause;

    @Override
    public void configure() {
        from("direct:hidden").to("direct:ledger");
    }
}
