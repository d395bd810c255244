package org.paymentsissued.procore;

import java.util.List;
import org.paymentsissued.ledger.Deliveries.Effect;

/** What an answer of Procore means for the row that it was asked for. */
sealed interface Meaning {

    /** Procore did not do what was asked. */
    sealed interface Refusal extends Meaning {
        Next.Refused refusal();
    }

    /** A page of a commitment's payments. */
    record Listed(List<ContractPayment> page) implements Meaning { }

    /** The record, as Procore holds it now. */
    record Shows(ContractPayment record) implements Meaning { }

    /** A deletion was carried out, or the company's projects can be read. */
    record Done() implements Meaning { }

    /** There is no such record, or none that we may see. */
    record NotThere() implements Meaning { }

    /** Our key may be in use already. */
    record KeyInUse(Next.Refused refusal) implements Refusal { }

    /** Our origin_id locks the record. */
    record Locked(Next.Refused refusal) implements Refusal { }

    /** A refusal that deserves a second try. */
    record OnceMore(Next.Refused refusal) implements Refusal { }

    /** A refusal of this payment. */
    record OwnRefusal(Next.Refused refusal) implements Refusal { }

    /** A refusal that may be meant for the commitment, the project or the company. */
    record SomeonesRefusal(Next.Refused refusal) implements Refusal { }

    /** The list could not be read this time. */
    record ListFailed(Next.Refused refusal) implements Refusal { }

    /** After a write it is not known whether it had an effect. */
    record Unclear(String why) implements Meaning { }

    /** Procore asks to wait. */
    record Wait(Effect effect) implements Meaning { }

    /** Procore is unavailable, or something on the way answers in its place. */
    record Away(String why, Effect effect) implements Meaning { }

    /** A person has to change a setting, or the app in Procore, first. */
    record Misconfigured(String why) implements Meaning { }
}
