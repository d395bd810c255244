package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.paymentsissued.ledger.Holdings;
import org.paymentsissued.ledger.Holdings.Commitment;
import org.paymentsissued.procore.ProcoreCompanies.Company;

/** Asks Procore for everything a sync needs, without writing anything, and says what to turn on and where. */
public final class ProcoreCheck {

    private static final int MOST_COMMITMENTS = 200;
    private static final int PER_PAGE = 100;
    private static final int MOST_PAGES = 1000;

    private final Holdings holdings;
    private final ProcoreCompanies companies;

    public ProcoreCheck(Holdings holdings, ProcoreCompanies companies) {
        this.holdings = holdings;
        this.companies = companies;
    }

    /** The state of one thing that was checked. */
    public enum Mark { OK, WRONG, AWAY }

    /** One line for an operator. */
    public record Line(Mark mark, String text) { }

    public List<Line> check(Function<ProcoreCall, ProcoreAnswer> procore) {
        List<Line> lines = new ArrayList<>();
        companies.all().forEach(company -> check(company, procore, lines));
        return lines;
    }

    private void check(Company company, Function<ProcoreCall, ProcoreAnswer> procore, List<Line> lines) {
        String companyId = company.id();
        ProcoreAnswer visible = procore.apply(
                ProcoreCall.get(companyId, "/v1.0/companies", "page=1&per_page=" + PER_PAGE));
        Optional<Line> keptOut = keptOut(companyId, visible);
        if (keptOut.isPresent()) {
            lines.add(keptOut.get());
            return;
        }
        if (lines.isEmpty()) {
            lines.add(new Line(Mark.OK, "Procore accepts the service account"));
        }
        if (PaymentJson.tree(visible.body()).filter(json -> contains(json, companyId)).isEmpty()) {
            lines.add(new Line(Mark.WRONG, "Procore: the service account cannot see company " + companyId + ". Check"
                    + " procore.company-id, and in Procore: Company level > Admin > App Management."));
            return;
        }
        lines.add(new Line(Mark.OK, "Procore company " + companyId + " is visible"));
        Map<Long, String> projects = new LinkedHashMap<>();
        Optional<Line> refused = projects(companyId, procore, projects);
        if (refused.isPresent()) {
            lines.add(refused.get());
            return;
        }
        lines.add(projects.isEmpty() ? new Line(Mark.WRONG, "Procore: the service account has no permitted projects. Add"
                + " them: Company level > Admin > App Management > the app > Permitted Projects.")
                : new Line(Mark.OK, projects.size() + " projects are permitted for the service account"));
        commitments(company, procore, projects, lines);
    }

    private static Optional<Line> keptOut(String companyId, ProcoreAnswer answer) {
        String said = ErrorText.of(answer.body());
        switch (answer.kind()) {
            case AWAY, UNKNOWN -> {
                return Optional.of(new Line(Mark.AWAY, answer.reason() + ". Check procore.url and procore.login-url, and"
                        + " the network."));
            }
            case THROTTLED -> {
                return Optional.of(new Line(Mark.AWAY, answer.reason() + ". Then run check again."));
            }
            case MISCONFIGURED -> {
                return Optional.of(new Line(Mark.WRONG, answer.reason() + "."));
            }
            case ANSWERED -> {
                // Procore's own words, judged below.
            }
        }
        if (answer.status() == 401) {
            return Optional.of(new Line(Mark.WRONG, "Procore refuses the login of the service account: " + said + ". Check"
                    + " procore.client-id and procore.client-secret, and that both hosts belong to one environment."));
        }
        if (answer.status() != 200) {
            return Optional.of(new Line(Mark.WRONG, "Procore refuses the service account (HTTP " + answer.status() + "): "
                    + said + ". Check procore.company-id (asked for: " + companyId + "),"
                    + " and that the app is connected: Company level > Admin > App"
                    + " Management."));
        }
        return Optional.empty();
    }

    private static boolean contains(JsonNode list, String id) {
        for (JsonNode element : list) {
            if (element.path("id").asText().equals(id)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Line> projects(String companyId, Function<ProcoreCall, ProcoreAnswer> procore,
            Map<Long, String> projects) {
        int before = -1;
        for (int page = 1; projects.size() > before && page <= MOST_PAGES; page++) {
            before = projects.size();
            ProcoreAnswer answer = procore.apply(ProcoreCall.get(companyId, "/v1.1/projects", "company_id="
                    + companyId + "&filters%5Bby_status%5D=Active&view=normal&page=" + page + "&per_page=" + PER_PAGE));
            Optional<JsonNode> rows = answer.status() == 200 ? PaymentJson.tree(answer.body()).filter(JsonNode::isArray)
                    : Optional.empty();
            if (rows.isEmpty()) {
                return keptOut(companyId, answer).or(() -> Optional.of(new Line(Mark.AWAY, "Procore: the list of projects cannot be"
                        + " understood. Check procore.url.")));
            }
            rows.get().forEach(row -> projects.put(row.path("id").asLong(), row.path("name").asText("")));
            if (answer.header("Total").map(total -> total.equals(String.valueOf(projects.size()))).orElse(false)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private void commitments(Company company, Function<ProcoreCall, ProcoreAnswer> procore, Map<Long, String> projects,
            List<Line> lines) {
        List<Commitment> all = holdings.commitments(company.id(), company.companyFiles());
        Map<Long, Boolean> reported = new LinkedHashMap<>();
        int fine = 0;
        for (Commitment commitment : all.subList(0, Math.min(MOST_COMMITMENTS, all.size()))) {
            long project = commitment.projectId();
            String where = "project " + project + (projects.getOrDefault(project, "").isEmpty() ? ""
                    : " (" + projects.get(project) + ")");
            if (!projects.containsKey(project)) {
                if (reported.putIfAbsent(project, true) == null) {
                    lines.add(new Line(Mark.WRONG, "Procore: " + where + " of the commitment lookup is not permitted for the"
                            + " service account, or not active. Add it: Company level > Admin > App Management > the app >"
                            + " Permitted Projects; or correct the lookup."));
                }
                continue;
            }
            if (reported.containsKey(project)) {
                continue;
            }
            ProcoreAnswer answer = procore.apply(ProcoreCall.get(company.id(),
                    "/v1.0/commitments/" + commitment.contractId(), "project_id=" + project));
            String name = commitment.words();
            if (answer.status() == 403) {
                reported.put(project, true);
                lines.add(new Line(Mark.WRONG, "Procore: " + where + ": " + ErrorText.of(answer.body()) + " Turn on the"
                        + " Commitments tool in the project, and give the service account Admin on Commitments."));
            } else if (answer.status() == 404) {
                lines.add(new Line(Mark.WRONG, "Procore: " + name + " does not exist or cannot be seen. Correct the lookup"
                        + " row, or give the service account access to private commitments."));
            } else if (answer.status() != 200) {
                lines.add(keptOut(company.id(), answer).orElseThrow());
                return;
            } else if (PaymentJson.tree(answer.body()).map(json -> json.path("allow_payments")
                    .asText("true").equals("false")).orElse(false)) {
                lines.add(new Line(Mark.WRONG, "Procore: payments are turned off on " + name + ". Turn them on: Commitment >"
                        + " Advanced Settings > Payment Settings > Enable Payments."));
            } else {
                fine++;
            }
        }
        if (fine > 0) {
            lines.add(new Line(Mark.OK, fine + " commitments in the lookup can be read and accept payments"
                    + (all.size() > MOST_COMMITMENTS ? " (checked: the first " + MOST_COMMITMENTS + " of "
                            + all.size() + ")" : "")));
        }
        if (all.isEmpty()) {
            lines.add(new Line(Mark.OK, "the commitment lookup is empty so far; CSV files or the first sync fill it"));
        }
    }
}
