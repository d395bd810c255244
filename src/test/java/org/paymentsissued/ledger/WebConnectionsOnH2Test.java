package org.paymentsissued.ledger;

import java.util.UUID;

class WebConnectionsOnH2Test extends WebConnectionsContract {

    @Override
    LedgerDatabase open() {
        return LedgerDatabase.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", 1);
    }
}
