package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Listed;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.payment.CommitmentRef;

/** Commitments by id and number: as the catalog holds them, and one that it does not hold as Procore shows it now. */
public final class CommitmentSearch implements CommitmentCsv.Catalog {

    private static final int PER_PAGE = 1000;
    private static final int MOST_PAGES = 50;

    private final ProcoreCatalog catalog;
    private final ProcoreCompanies companies;
    private final CommitmentRefreshes refreshes;
    private final Function<ProcoreCall, ProcoreAnswer> procore;

    /** @param procore makes one call */
    public CommitmentSearch(ProcoreCatalog catalog, ProcoreCompanies companies, CommitmentRefreshes refreshes,
            Function<ProcoreCall, ProcoreAnswer> procore) {
        this.catalog = catalog;
        this.companies = companies;
        this.refreshes = refreshes;
        this.procore = procore;
    }

    /** Procore did not say whether it has the commitment. The message is a sentence. */
    public static final class NotAnswered extends RuntimeException {
        private NotAnswered(String sentence) {
            super(sentence);
        }
    }

    @Override
    public Optional<Listed> commitment(String companyFile, Optional<Long> projectId, long commitmentId) {
        return catalog.commitment(company(companyFile), projectId, commitmentId);
    }

    @Override
    public List<Listed> numbered(String companyFile, String number) {
        return catalog.numbered(company(companyFile), PlainNames.number(number)).stream()
                .filter(listed -> PlainNames.number(listed.commitment().number()).equals(PlainNames.number(number))).toList();
    }

    @Override
    public List<Invoice> invoices(String companyFile, CommitmentRef commitment) {
        return catalog.invoices(company(companyFile), commitment);
    }

    private String company(String companyFile) {
        return companies.of(companyFile).id();
    }

    /**
     * A commitment from the catalog, or from Procore: one call where the project is known, otherwise at most one list of each
     * project that is read.
     *
     * @throws NotAnswered where Procore cannot be asked now
     */
    public Optional<Listed> find(String companyFile, Optional<Long> projectId, long commitmentId) {
        Optional<Listed> known = commitment(companyFile, projectId, commitmentId);
        if (known.isPresent()) {
            return known;
        }
        String company = company(companyFile);
        List<Long> projects = projectId.map(List::of).orElseGet(() -> refreshes.chosen().isEmpty()
                ? catalog.snapshot(company).projects().stream().map(Project::id).toList() : refreshes.chosen().stream().sorted().toList());
        for (long project : projects) {
            if (ask(company, project, commitmentId)) {
                return commitment(companyFile, Optional.of(project), commitmentId);
            }
        }
        return Optional.empty();
    }

    /** Reads one project's commitments. @return whether this one is among them */
    private boolean ask(String company, long project, long commitmentId) {
        Optional<Boolean> all = refreshes.areListedByKind() ? Optional.empty()
                : list(company, CommitmentRefresh.Subject.COMMITMENTS, project, commitmentId);
        return all.filter(found -> found || refreshes.areAllListedAtOnce()).orElseGet(() ->
                list(company, CommitmentRefresh.Subject.WORK_ORDER_CONTRACTS, project, commitmentId).orElse(false)
                || list(company, CommitmentRefresh.Subject.PURCHASE_ORDER_CONTRACTS, project, commitmentId).orElse(false));
    }

    /** Empty where Procore does not give this list. */
    private Optional<Boolean> list(String company, CommitmentRefresh.Subject subject, long project, long commitmentId) {
        // Of all commitments no one is asked for alone.
        String filter = subject == CommitmentRefresh.Subject.COMMITMENTS ? "" : "&filters%5Bid%5D%5B%5D=" + commitmentId;
        boolean more = true;
        for (int page = 1; more && page <= MOST_PAGES; page++) {
            refreshes.pause().now().ifPresent(pause -> {
                throw new NotAnswered(pause.sentence());
            });
            ProcoreAnswer answer = procore.apply(ProcoreCall.get(company, subject.path(), "project_id=" + project + filter + "&page="
                    + page + "&per_page=" + PER_PAGE));
            if (answer.kind() != ProcoreAnswer.Kind.ANSWERED) {
                throw new NotAnswered(answer.reason() + ".");
            }
            Optional<JsonNode> rows = answer.status() == 200 ? PaymentJson.tree(answer.body()).filter(JsonNode::isArray)
                    : Optional.empty();
            if (rows.isEmpty()) {
                return Optional.empty();
            }
            for (JsonNode row : rows.get()) {
                if (row.path("id").asLong() == commitmentId) {
                    catalog.put(company, CommitmentRefresh.commitment(subject, project, row));
                    return Optional.of(true);
                }
            }
            more = !rows.get().isEmpty() && answer.header("Link").map(link -> link.matches("(?s).*rel=\"?next.*")).orElse(false);
        }
        return Optional.of(false);
    }
}
