package org.paymentsissued.procore;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Listed;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.payment.Placement;

/**
 * A commitment that a bill may belong to.
 *
 * @param invoice  the one subcontractor invoice that has the bill's number and amount
 * @param evidence what speaks for it, never nothing
 * @param doubts   what speaks against it being certain
 */
public record Proposal(Commitment commitment, Project project, Optional<Invoice> invoice, Set<Evidence> evidence, Set<Doubt> doubts) {

    /** What speaks for a commitment, the strongest first. */
    public enum Evidence {
        ORDER_NUMBER("its number is the bill's purchase order"),
        ORDER_ID("QuickBooks' purchase order of this bill is linked with it"),
        INVOICE_AND_AMOUNT("its subcontractor invoice has the bill's number and amount"),
        INVOICE("its subcontractor invoice has the bill's number"),
        MEMO("the bill's memo names it"),
        ONLY_OPEN_COMMITMENT("it is the vendor's only open commitment in the project of the bill's job");

        private final String words;

        Evidence(String words) {
            this.words = words;
        }
    }

    /** Why a proposal is not certain. */
    public enum Doubt {
        NO_SURE_EVIDENCE("neither an order number nor an invoice with this amount confirms it"),
        SEVERAL_CANDIDATES("more than one commitment fits"),
        SEVERAL_INVOICES("more than one subcontractor invoice has this number"),
        OTHER_VENDOR("it belongs to another vendor"),
        VENDOR_UNCLEAR("several vendors in Procore have nearly this name"),
        OTHER_JOB("the bill's job is another project"),
        JOB_UNCLEAR("the bill's job does not name exactly one project in Procore"),
        NUMBER_IS_COMMON("the bill names no job, and many projects use this number"),
        ORDER_ELSEWHERE("the bill also names an order that leads elsewhere"),
        NOT_IN_USE("it is void, terminated or deleted"),
        TAKEN_BACK("another commitment was taken back from this bill"),
        PROCORE_NOT_WHOLLY_READ("not every project in Procore has been read yet");

        private final String words;

        Doubt(String words) {
            this.words = words;
        }
    }

    /** How sure it is. */
    public enum Certainty { CERTAIN, LIKELY }

    public Proposal {
        evidence = EnumSet.copyOf(evidence);
        doubts = doubts.isEmpty() ? EnumSet.noneOf(Doubt.class) : EnumSet.copyOf(doubts);
    }

    public Certainty certainty() {
        return doubts.isEmpty() ? Certainty.CERTAIN : Certainty.LIKELY;
    }

    /** The reason, as a sentence for an operator. */
    public String why() {
        String words = evidence.stream().map(one -> one.words).collect(Collectors.joining(", and "));
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + (doubts.isEmpty() ? ", and the vendor agrees."
                : ". Not certain: " + doubts.stream().map(one -> one.words).collect(Collectors.joining("; ")) + ".");
    }

    /** The commitment's name. */
    public String words() {
        return new Listed(commitment, project).words();
    }

    public Placement placement() {
        return new Placement(commitment.projectId(), commitment.id(), commitment.type(), invoice.map(Invoice::id),
                invoice.map(Invoice::number).orElse(""));
    }
}
