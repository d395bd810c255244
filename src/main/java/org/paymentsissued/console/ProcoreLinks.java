package org.paymentsissued.console;

import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Addresses of Procore's own pages.
 *
 * @param web       where people use Procore
 * @param companyOf id of the company that a company file goes into
 */
public record ProcoreLinks(String web, UnaryOperator<String> companyOf) {

    /** @param api where the API is: Procore's pages are on {@code app.} where that is on {@code api.} */
    public static ProcoreLinks of(String api, UnaryOperator<String> companyOf) {
        URI address = URI.create(api);
        return new ProcoreLinks(address.getScheme() + "://" + address.getAuthority().replaceFirst("^api\\.", "app."), companyOf);
    }

    Optional<String> commitment(PaymentView payment) {
        return payment.place().map(place -> web + "/webclients/host/companies/" + companyOf.apply(payment.companyFile()) + "/projects/"
                + place.projectId() + "/tools/contracts/commitments/" + place.commitmentType() + "s/" + place.commitmentId());
    }
}
