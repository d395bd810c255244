package org.paymentsissued.broken.quickbooks;

import org.paymentsissued.procore.ProcorePause;

/** Breaks the wall between quickbooks and procore, so that the rule is known to see it. */
class SeesProcore {
    ProcorePause pause;
    Double amount;
}
