package org.paymentsissued.webconnector;

import static org.paymentsissued.webconnector.Soap.Answer.list;
import static org.paymentsissued.webconnector.Soap.Answer.text;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.webconnector.Session.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the Web Connector, operation by operation (Web Connector Programmer's Guide). The user name identifies the company
 * file a call is about, from then on the ticket does; each company file has its own conversation, and none waits for
 * another.
 */
public final class Conversations {

    private static final Logger LOG = LoggerFactory.getLogger(Conversations.class);
    private static final String UNKNOWN_TICKET = "-1";

    private final Map<String, Conversation> byCompanyFile = new LinkedHashMap<>();
    private final String productName;
    private final WebConnections connections;
    private final LoginGuard logins;

    /**
     * @param plans       of each company file that is read through the Web Connector, no two with one user name
     * @param productName what serverVersion answers
     * @param readings    begins a reading of a company file, by its name
     */
    public Conversations(List<Conversation.Plan> plans, String productName, WebConnections connections,
            Function<String, Work> readings, Clock clock) {
        this.productName = productName;
        this.connections = connections;
        this.logins = new LoginGuard(plans.stream().map(plan -> new LoginGuard.Login(plan.companyFile(), plan.username(),
                plan.password())).toList(), clock);
        Map<String, String> paths = new LinkedHashMap<>();
        plans.forEach(plan -> paths.put(plan.companyFile(), plan.path()));
        CompanyFilePaths files = new CompanyFilePaths(paths, connections);
        plans.forEach(plan -> byCompanyFile.put(plan.companyFile(), new Conversation(plan, files, connections,
                () -> readings.apply(plan.companyFile()), clock)));
    }

    /** A reading is due; the Web Connector does it at its next call. */
    public void due(String companyFile) {
        byCompanyFile.get(companyFile).due();
    }

    /** Whether an answer that comes with this ticket belongs to a session. */
    public boolean isCurrent(String ticket) {
        return byCompanyFile.values().stream().anyMatch(conversation -> conversation.isCurrent(ticket));
    }

    /** Answers a call. For receiveResponseXML {@link #receive} has been asked before. */
    public Soap.Answer answer(Call call) {
        String operation = call.operation();
        return switch (operation) {
            case "serverVersion" -> text(operation, productName);
            case "clientVersion" -> text(operation, "");
            case "authenticate" -> authenticate(call);
            case "sendRequestXML" -> text(operation, whoseTicket(conversation -> conversation.sendRequest(call))
                    .orElseGet(() -> stale(call, "asks with a ticket of no known session; it is asked to start again.", "")));
            case "receiveResponseXML" -> text(operation, whoseTicket(conversation -> conversation.received(call))
                    .orElseGet(() -> stale(call, "brings an answer for a ticket of no known session; it was not read.", UNKNOWN_TICKET)));
            case "connectionError" -> {
                whoseTicket(conversation -> conversation.connectionError(call));
                // Not tried again within this session: whatever keeps QuickBooks from opening does not pass in seconds.
                yield text(operation, "done");
            }
            case "getLastError" -> text(operation, whoseTicket(conversation -> conversation.lastError(call))
                    .orElse("This session is no longer known: it was lost or has ended, or payments-issued was restarted."
                            + " Nothing is lost; the next session reads from the watermark."));
            case "closeConnection" -> text(operation, whoseTicket(conversation -> conversation.close(call)).orElse("Closed."));
            default -> throw new SoapFault(SoapFault.Code.CLIENT, "There is no operation " + operation + ".");
        };
    }

    /** The first one that knows the ticket. */
    private <T> Optional<T> whoseTicket(Function<Conversation, Optional<T>> asked) {
        return byCompanyFile.values().stream().map(asked).flatMap(Optional::stream).findFirst();
    }

    private static String stale(Call call, String what, String answer) {
        LOG.warn("The Web Connector at {} {}", call.from(), what);
        return answer;
    }

    private Soap.Answer authenticate(Call call) {
        // Every caller gets a ticket, valid or not: closeConnection uses it in any case.
        String ticket = UUID.randomUUID().toString();
        return list(call.operation(), ticket, admit(ticket, call));
    }

    private String admit(String ticket, Call call) {
        LoginGuard.Checked login = logins.check(call.text("strUserName"), call.text("strPassword"), call.from());
        return switch (login.verdict()) {
            case WRONG -> {
                LOG.warn("The Web Connector's login from {} was refused: wrong user name or password. Type the value of"
                        + " quickbooks.password into the Web Connector.", call.from());
                // An unknown name may be a typo for any company file.
                byCompanyFile.keySet().stream().filter(name -> login.companyFile().map(name::equals).orElse(true))
                        .forEach(name -> Conversation.note(() -> connections.loginRefused(name, call.from())));
                yield "nvu";
            }
            case TOO_OFTEN -> {
                LOG.warn("Too many different wrong passwords came from {}; its logins are ignored for up to a minute.",
                        call.from());
                yield "busy";
            }
            case RIGHT -> byCompanyFile.get(login.companyFile().orElseThrow()).admit(ticket, call);
        };
    }

    /**
     * Takes QuickBooks' answer from a call of receiveResponseXML.
     *
     * @return the page to be stored; null if there is nothing to store
     */
    public Page receive(Call call) {
        Optional<Page> page = whoseTicket(conversation -> conversation.receive(call));
        if (page.isEmpty() && call.response() != null) {
            call.response().delete();
        }
        return page.orElse(null);
    }

    /** Every row of the page is in the ledger. */
    public void stored(Page page) {
        page.conversation().stored(page);
    }

    /** The page could not be stored, or is not an answer from QuickBooks; the work knows why. */
    public void notStored(Page page) {
        page.conversation().notStored(page);
    }

    /** The page is no longer needed. */
    public void release(Page page) {
        page.conversation().release(page);
    }

    /** Works that have ended, well or not, since this was last asked. */
    public List<Work> takeEnded() {
        return byCompanyFile.values().stream().flatMap(conversation -> conversation.takeEnded().stream()).toList();
    }

    /** Called periodically: ends silent sessions, and warns if there has been no call for a long time. */
    public void watch() {
        byCompanyFile.values().forEach(Conversation::watch);
    }
}
