package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.procore.CommitmentSearch;
import org.paymentsissued.procore.ProcoreCompanies;

/** Bills that wait for a commitment, grouped by vendor, job and purchase order, and everything that gives them one. */
public final class WaitingPages implements Console.Family {

    private static final String HERE = "/console/waiting";
    private static final int GROUPS_ON_A_PAGE = 25;
    private static final int ASSIGNED_SHOWN = 20;

    private final Assignments assignments;
    private final ProcoreCatalog catalog;
    private final ProcoreCompanies companies;
    private final ProcoreLinks links;
    private final Layout layout;

    public WaitingPages(Assignments assignments, ProcoreCatalog catalog, ProcoreCompanies companies, ProcoreLinks links, Layout layout) {
        this.assignments = assignments;
        this.catalog = catalog;
        this.companies = companies;
        this.links = links;
        this.layout = layout;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get(HERE, this::list)
                .get(HERE + ".csv", call -> WaitingCsv.forPeople(found(call)))
                .get(HERE + "/choose", this::choose)
                .post(HERE + "/assign", this::assign)
                .post(HERE + "/certain", this::useCertain)
                .post(HERE + "/take-back", this::takeBack);
    }

    private List<WaitingView> found(ConsoleCall call) {
        Set<String> words = Arrays.stream(call.parameter("q").toLowerCase(Locale.ROOT).split("\\s+"))
                .filter(word -> !word.isEmpty()).collect(Collectors.toSet());
        return assignments.waiting().stream().filter(bill -> words.stream().allMatch(bill::contains)).toList();
    }

    /** A bill that got its commitment lately. */
    record AssignedView(String companyFile, String billTxnId, String bill, String vendor, String commitment, String reason, Instant at) { }

    private AssignedView view(WaitingBills.Assigned one) {
        return new AssignedView(one.bill().companyFile(), one.bill().txnId(), one.number().isEmpty() ? one.bill().txnId() : one.number(),
                one.vendor(), assignments.name(one.bill().companyFile(), one.commitment()), one.reason(), one.at());
    }

    private WebReply list(ConsoleCall call) {
        String text = call.parameter("q");
        List<WaitingView> bills = found(call);
        List<WaitingView.Group> groups = WaitingView.Group.of(bills);
        int from = Math.min(groups.size(), (call.page() - 1) * GROUPS_ON_A_PAGE);
        Page<WaitingView.Group> page = new Page<>(groups.subList(from, Math.min(groups.size(), from + GROUPS_ON_A_PAGE)), groups.size(),
                call.page(), GROUPS_ON_A_PAGE);
        Assignments.Certain certain = assignments.certain();
        Map<String, Object> model = layout.model("Waiting", Tab.WAITING, call);
        model.putAll(Layout.fields("q", text, "groups", page.items(), "count", Views.count(bills.size()), "several", bills.size() != 1,
                "amount", bills.stream().map(WaitingView::amount).reduce(BigDecimal.ZERO, BigDecimal::add),
                "none", !bills.isEmpty() ? "" : text.isEmpty() ? "No bills are waiting." : "No waiting bills match.",
                "certain", certain.bills().isEmpty() ? null : certain, "certainCount", Views.count(certain.bills().size()),
                "assigned", assignments.lately(ASSIGNED_SHOWN).stream().map(this::view).toList()));
        model.put("hasAssigned", !((List<?>) model.get("assigned")).isEmpty());
        Layout.pager(model, page, HERE, "q", text);
        return layout.page("waiting", model);
    }

    private static WaitingBills.Id bill(ConsoleCall call) {
        return new WaitingBills.Id(call.parameter("companyFile"), call.parameter("bill"));
    }

    /** The bills that wait with this one for the same order. */
    private List<WaitingView> group(WaitingView bill) {
        return assignments.waiting().stream().filter(bill::isOfGroup).toList();
    }

    private WebReply choose(ConsoleCall call) {
        WaitingView bill = assignments.bill(bill(call));
        List<WaitingView> group = group(bill);
        long others = group.stream().filter(other -> !other.billTxnId().equals(bill.billTxnId())).count();
        // Until someone searches, the vendor's own.
        String text = call.request().query().containsKey("q") ? call.parameter("q") : bill.vendor();
        Page<CommitmentView> page = catalog.search(companies.idOf(bill.companyFile()), text, "", "", call.page(), call.size())
                .map(listed -> CommitmentView.of(listed, links));
        Map<String, Object> model = layout.model("Choose a commitment", Tab.WAITING, call);
        model.putAll(Layout.fields("view", bill, "others", others == 0 ? null : Views.count(others), "groupSize", group.size(),
                "same", call.parameter("same").equals("yes"), "q", text, "commitments", page.items(), "total", Views.count(page.total()),
                "none", page.total() > 0 ? "" : "No commitment matches. Try its number, title, project or vendor."));
        Layout.pager(model, page, HERE + "/choose", "companyFile", bill.companyFile(), "bill", bill.billTxnId(), "q", text);
        model.put("csv", "");
        return layout.page("choose", model);
    }

    private WebReply assign(ConsoleCall call) {
        WaitingBills.Id id = new WaitingBills.Id(call.required("companyFile"), call.required("bill"));
        String[] commitment = call.required("commitment").split(":");
        if (commitment.length != 2 || !Arrays.stream(commitment).allMatch(part -> part.matches("[1-9]\\d{0,17}"))) {
            throw new WebRequest.Refusal(400, "Choose a commitment.");
        }
        List<WaitingBills.Id> bills = List.of(id);
        if (call.field("same").equals("yes")) {
            List<WaitingView> group = group(assignments.bill(id));
            if (!String.valueOf(group.size()).equals(call.field("count"))) {
                return layout.back(call, HERE, "The bills of this order have changed meanwhile. Nothing was assigned; look again.");
            }
            bills = Stream.concat(bills.stream(), group.stream().map(bill -> new WaitingBills.Id(bill.companyFile(),
                    bill.billTxnId()))).distinct().toList();
        }
        try {
            Assignments.Done done = assignments.assign(bills, Optional.of(Long.parseLong(commitment[0])), Long.parseLong(commitment[1]),
                    Optional.empty(), call.who());
            return layout.back(call, HERE, bills.size() + (bills.size() == 1 ? " bill is" : " bills are") + " assigned to "
                    + done.commitment().words() + ". " + sent(done.payments()));
        } catch (CommitmentSearch.NotAnswered e) {
            return layout.back(call, HERE, "Nothing was assigned: Procore cannot be asked about this commitment now. " + e.getMessage());
        }
    }

    private static String sent(int payments) {
        return payments == 0 ? "No payment had to move." : payments + (payments == 1 ? " payment" : " payments")
                + " will be sent within seconds.";
    }

    /** What the page showed must still hold: nothing is assigned that no one has seen. */
    private WebReply useCertain(ConsoleCall call) {
        Assignments.Certain certain = assignments.certain();
        boolean asShown = call.field("count").equals(Views.count(certain.bills().size()))
                && call.field("amount").equals(Views.money(certain.amount()));
        if (!asShown) {
            return layout.back(call, HERE, "The certain proposals have changed meanwhile. Nothing was assigned; look again.");
        }
        return layout.back(call, HERE, Views.count(certain.bills().size()) + " bills are assigned. "
                + sent(assignments.use(certain, call.who())));
    }

    private WebReply takeBack(ConsoleCall call) {
        WaitingBills.Id bill = new WaitingBills.Id(call.required("companyFile"), call.required("bill"));
        return layout.back(call, HERE, assignments.takeBack(bill, call.who()).map(payments -> "Taken back. " + payments
                + (payments == 1 ? " payment waits" : " payments wait") + " again; what Procore already shows of it is removed there.")
                .orElse("This bill has no commitment anymore."));
    }
}
