package org.paymentsissued.console;

import java.util.Locale;
import java.util.Optional;
import org.paymentsissued.ledger.ProcoreCatalog.Listed;
import org.paymentsissued.procore.Proposal;

/** A commitment as page and API show it. @param link into Procore's web app */
record CommitmentView(long commitmentId, long projectId, String number, String title, String project, String vendor, Optional<String> type,
        String status, String link) {

    static CommitmentView of(Listed listed, ProcoreLinks links) {
        return new CommitmentView(listed.commitment().id(), listed.commitment().projectId(), listed.commitment().number(),
                listed.commitment().title(), listed.project().name(), listed.commitment().vendor(),
                Optional.of(listed.commitment().type()).filter(type -> !type.isEmpty()), listed.commitment().status(),
                links.commitment(listed.commitment().ref(), listed.commitment().type()));
    }

    /** What is proposed for a bill. */
    record Suggestion(long commitmentId, long projectId, String number, String title, String project, String type,
            String certainty, String why, Optional<Long> requisitionId, String words, String link) {

        static Suggestion of(Proposal proposal, ProcoreLinks links) {
            return new Suggestion(proposal.commitment().id(), proposal.commitment().projectId(), proposal.commitment().number(),
                    proposal.commitment().title(), proposal.project().name(), proposal.commitment().type(),
                    proposal.certainty().name().toLowerCase(Locale.ROOT),
                    proposal.why(), proposal.placement().requisitionId(), proposal.words(),
                    links.commitment(proposal.commitment().ref(), proposal.commitment().type()));
        }
    }
}
