package org.paymentsissued.console;

import java.util.Optional;
import org.paymentsissued.payment.CommitmentRef;

/** Addresses of Procore's own pages. @param base procore.web-url, with or without a slash at its end */
public record ProcoreLinks(String base) {

    public ProcoreLinks {
        base = base.replaceAll("/+$", "");
    }

    /** A commitment's page, which shows its payments; its project's where the kind is not known. */
    String commitment(CommitmentRef ref, String type) {
        String project = base + "/" + ref.projectId() + "/project/";
        return type.isEmpty() ? project + "home" : project + "commitments/" + type + "s/" + ref.commitmentId();
    }

    Optional<String> commitment(PaymentView payment) {
        return payment.place().map(place -> commitment(new CommitmentRef(place.projectId(), place.commitmentId()), place.commitmentType()));
    }
}
