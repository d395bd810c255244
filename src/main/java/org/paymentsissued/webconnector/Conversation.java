package org.paymentsissued.webconnector;

import static org.paymentsissued.webconnector.Soap.Answer.list;
import static org.paymentsissued.webconnector.Soap.Answer.text;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.ledger.WebConnections.CompanyFile;
import org.paymentsissued.ledger.WebConnections.WebConnection;
import org.paymentsissued.webconnector.Session.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with the Web Connector of one company file, operation by operation (Web Connector Programmer's Guide).
 * The life of a session: authenticate gives a ticket if a reading is due; sendRequestXML hands out a request; its answer
 * comes with receiveResponseXML and is stored on another thread, for which the call waits a while; when all is stored the
 * percentage is 100. A session that is lost is never resumed: its iterator is gone, so the next one starts at the watermark.
 */
public final class Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    /** Without a call for so long a ticket is worth nothing. */
    static final Duration TICKET_LIFE = Duration.ofMinutes(30);
    /** A session begun at another address that called within this is believed to be alive. */
    static final Duration BELIEVED_ALIVE = Duration.ofMinutes(5);
    static final int MOST_RESTARTS = 3;
    static final int MOST_NO_OPS = 60;
    private static final String NO_OP = "NoOp";
    private static final int UNKNOWN_TICKET = -1;
    private static final int FAILED = -2;
    private static final Pattern VERSION = Pattern.compile("\\s*(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

    private final Plan plan;
    private final WebConnections connections;
    private final Supplier<Work> readings;
    private final LoginGuard logins;
    private final Clock clock;
    private final Deque<Work> ended = new ArrayDeque<>();
    private final Instant startedAt;
    private Session session;
    private Instant silenceToldAt;

    /**
     * How a company file is read; see the settings of the same names.
     *
     * @param companyFile   its name, the key in every table
     * @param path          the file in QuickBooks; empty: the one of the first session
     * @param qbxmlVersion  version of the requests
     * @param productName   what serverVersion answers
     * @param quietAfter    without a call for so long it is reported missing
     * @param answersWithin how long a call waits for an answer to be stored before it is told to come again
     */
    public record Plan(String companyFile, String username, String password, String path, String qbxmlVersion,
            String productName, Duration quietAfter, Duration answersWithin) { }

    public Conversation(Plan plan, WebConnections connections, Supplier<Work> readings, Clock clock) {
        this.plan = plan;
        this.connections = connections;
        this.readings = readings;
        this.logins = new LoginGuard(plan.username(), plan.password(), clock);
        this.clock = clock;
        this.startedAt = clock.instant();
        this.silenceToldAt = startedAt;
    }

    /** A reading is wanted; the Web Connector carries it out at its next call. */
    public void due() {
        connections.markDue(plan.companyFile());
        LOG.info("QuickBooks is to be read: its Web Connector does it at its next call.");
    }

    /** Whether an answer that comes with this ticket belongs to a session. */
    public synchronized boolean isCurrent(String ticket) {
        return current(ticket).isPresent();
    }

    /** Answers a call. For receiveResponseXML {@link #receive} has been asked before. */
    public Soap.Answer answer(Call call) {
        String operation = call.operation();
        return switch (operation) {
            case "serverVersion" -> text(operation, plan.productName());
            case "clientVersion" -> text(operation, "");
            case "authenticate" -> authenticate(call);
            case "sendRequestXML" -> text(operation, sendRequest(call));
            case "receiveResponseXML" -> text(operation, Integer.toString(received(call)));
            case "connectionError" -> text(operation, connectionError(call));
            case "getLastError" -> text(operation, lastError(call));
            case "closeConnection" -> text(operation, close(call));
            default -> throw new SoapFault(SoapFault.Code.CLIENT, "There is no operation " + operation + ".");
        };
    }

    // ---- authenticate ------------------------------------------------------------------------------------------

    private synchronized Soap.Answer authenticate(Call call) {
        // Whoever asks gets a ticket, worth something or not: closeConnection comes with it in any case.
        String ticket = UUID.randomUUID().toString();
        return list(call.operation(), ticket, admit(ticket, call));
    }

    private String admit(String ticket, Call call) {
        switch (logins.check(call.text("strUserName"), call.text("strPassword"), call.from())) {
            case WRONG -> {
                LOG.warn("The Web Connector's login from {} was refused: wrong user name or password. Type the value of"
                        + " quickbooks.password into the Web Connector.", call.from());
                note(() -> connections.loginRefused(plan.companyFile(), call.from()));
                return "nvu";
            }
            case TOO_OFTEN -> {
                LOG.warn("Logins from {} are not looked at for up to {} minutes: {} were wrong.", call.from(),
                        LoginGuard.WINDOW.toMinutes(), LoginGuard.MOST_WRONG_LOGINS);
                return "busy";
            }
            case RIGHT -> { }
        }
        if (session != null && session.page != null) {
            called(call, "busy: an answer of QuickBooks is still being stored");
            return "busy";
        }
        if (session != null && !session.hasEnded()) {
            if (!session.from.equals(call.from()) && clock.instant().isBefore(session.lastCallAt.plus(BELIEVED_ALIVE))) {
                called(call, "busy: a session from " + session.from + " is under way");
                return "busy";
            }
            fail("The Web Connector's session was lost: it has begun a new one. The watermark stays; the new session reads"
                    + " from there.", false);
        }
        session = null;
        try {
            if (!connections.of(plan.companyFile()).isDue()) {
                called(call, "none: nothing is due");
                return "none";
            }
            Instant now = clock.instant();
            session = new Session(ticket, call.from(), now, readings.get());
        } catch (RuntimeException e) {
            LOG.error("The Web Connector was told to come again, for the ledger cannot be used", e);
            return "busy";
        }
        called(call, "a session has begun");
        return plan.path().replace('/', '\\');
    }

    private Optional<Session> current(String ticket) {
        if (session != null && !session.hasEnded() && clock.instant().isAfter(session.lastCallAt.plus(TICKET_LIFE))
                && session.page == null) {
            fail("The Web Connector has not called for " + TICKET_LIFE.toMinutes() + " minutes in the middle of a session."
                    + " The watermark stays; the next session reads from there.", false);
            session = null;
        }
        return Optional.ofNullable(session).filter(open -> open.ticket.equals(ticket));
    }

    // ---- requests ----------------------------------------------------------------------------------------------

    private String sendRequest(Call call) {
        Page storing = pageOf(call);
        if (storing != null) {
            await(storing);
        }
        synchronized (this) {
            Session open = current(call.text("ticket")).orElse(null);
            if (open == null) {
                LOG.warn("The Web Connector at {} asks with a ticket of no session; it is told to begin anew.", call.from());
                return "";
            }
            open.lastCallAt = clock.instant();
            open.saidNoOp = false;
            String request = open.hasEnded() ? "" : nextRequest(open, call);
            called(call, request.isEmpty() ? "nothing to ask: " + outcome(open)
                    : request.equals(NO_OP) ? "told to wait, an answer is still being stored" : "a request was handed out");
            return request;
        }
    }

    private String nextRequest(Session open, Call call) {
        if (!isTheRightFile(open, call) || !canRead(open, call)) {
            return "";
        }
        if (open.page != null) {
            return noOp(open);
        }
        open.noOps = 0;
        if (!open.asked.isEmpty()) {
            // Its answer never came. QuickBooks may have moved the iterator on all the same: asking on would skip a page.
            open.asked = "";
            if (++open.restarts > MOST_RESTARTS) {
                fail("QuickBooks' answers did not arrive " + open.restarts + " times in one session. The watermark stays; the"
                        + " next session reads from there.", false);
                return "";
            }
            LOG.warn("An answer of QuickBooks did not arrive; the session reads from the watermark again.");
            open.work.startAnew();
        }
        if (!open.work.isUnfinished()) {
            finish(open);
            return "";
        }
        String request = open.work.nextRequest();
        if (connection().refusedRequest().filter(request::equals).isPresent()) {
            fail("QuickBooks could not read this request before (0x80040400), so it is not sent again as it is. Set"
                    + " quickbooks.qbxml-version to a version that this QuickBooks supports, and restart.", true);
            return "";
        }
        open.asked = request;
        return request;
    }

    private String noOp(Session open) {
        if (++open.noOps > MOST_NO_OPS) {
            fail("An answer of QuickBooks takes too long to be stored. The watermark stays; lower quickbooks.page-size.", false);
            return "";
        }
        open.saidNoOp = true;
        return NO_OP;
    }

    private boolean isTheRightFile(Session open, Call call) {
        String path = call.text("strCompanyFileName").strip();
        Optional<String> company = open.identified ? Optional.empty() : HostAnswers.companyName(call.text("strHCPResponse"));
        if (path.isEmpty()) {
            if (!open.identified) {
                LOG.warn("The Web Connector does not say which company file is open, so it cannot be compared.");
                open.identified = true;
            }
            return true;
        }
        if (open.identified && same(path, open.companyFile)) {
            return true;
        }
        Optional<String> refusal = open.identified && !open.companyFile.isEmpty()
                ? Optional.of("The company file changed in the middle of the session, from " + open.companyFile + " to " + path
                        + ". Nothing of it was read.")
                : refusal(path, company);
        if (refusal.isPresent()) {
            fail(refusal.get(), true);
            return false;
        }
        open.identified = true;
        open.companyFile = path;
        return true;
    }

    /** Compares a company file with the one that belongs to this ledger, which the first session decides. */
    private Optional<String> refusal(String path, Optional<String> company) {
        Optional<CompanyFile> bound = connection().boundTo();
        if (!plan.path().isEmpty()) {
            if (!same(path, plan.path())) {
                return Optional.of("The company file " + path + " is not the one to be read, which is " + plan.path()
                        + " (web-connector.company-file). Nothing of it was read.");
            }
        } else if (bound.isPresent()) {
            String way = " Nothing of it was read. If it is the right file, set web-connector.company-file to its path.";
            if (!same(path, bound.get().path())) {
                return Optional.of("The company file " + path + " is not the one read so far, which is "
                        + bound.get().path() + "." + way);
            }
            if (company.isPresent() && !bound.get().company().isEmpty() && !company.get().equals(bound.get().company())) {
                return Optional.of("The company file " + path + " is now that of " + company.get() + "; the one read so far was"
                        + " that of " + bound.get().company() + "." + way);
            }
        }
        CompanyFile told = new CompanyFile(path, company.or(() -> bound.map(CompanyFile::company)).orElse(""));
        if (bound.isEmpty() || !bound.get().equals(told)) {
            LOG.info("The ledger {} belongs to the company file {} {}", plan.companyFile(), path, told.company());
            connections.bind(plan.companyFile(), told);
        }
        return Optional.empty();
    }

    private static boolean same(String path, String other) {
        return path.replace('/', '\\').equalsIgnoreCase(other.replace('/', '\\'));
    }

    /** Whether QuickBooks' request processor knows the version of our requests; unknown counts as yes. */
    private boolean canRead(Session open, Call call) {
        Matcher ours = VERSION.matcher(plan.qbxmlVersion());
        Matcher major = VERSION.matcher(call.text("qbXMLMajorVers"));
        Matcher minor = VERSION.matcher(call.text("qbXMLMinorVers"));
        if (!ours.matches() || !major.matches() || number(major) == 0) {
            return true;
        }
        int theirMinor = minor.matches() ? number(minor) : 0;
        int ourMinor = ours.group(2) == null ? 0 : Integer.parseInt(ours.group(2));
        if (number(ours) < number(major) || number(ours) == number(major) && ourMinor <= theirMinor) {
            return true;
        }
        fail("QuickBooks reads qbXML up to version " + number(major) + "." + theirMinor + ", the requests are written in "
                + plan.qbxmlVersion() + ". Lower quickbooks.qbxml-version and restart.", true);
        return false;
    }

    private static int number(Matcher version) {
        return Integer.parseInt(version.group(1));
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /**
     * Takes QuickBooks' answer from a call of receiveResponseXML.
     *
     * @return the page to be stored; null where there is nothing to store
     */
    public synchronized Page receive(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        Page page = null;
        if (open != null) {
            open.lastCallAt = clock.instant();
            if (!open.hasEnded() && !open.asked.isEmpty()) {
                page = takePage(open, call);
                open.asked = "";
            }
        }
        if (page == null && call.response() != null) {
            call.response().delete();
        }
        return page;
    }

    private Page takePage(Session open, Call call) {
        String code = call.text("hresult").strip();
        if (!call.flaw().isEmpty()) {
            fail(call.flaw() + " The watermark stays.", true);
        } else if (Hresult.isError(code)) {
            requestFailed(open, code, call.text("message"));
        } else if (call.response() == null) {
            fail("The Web Connector brought no answer of QuickBooks" + said(call.text("message"))
                    + ". The watermark stays; the next session asks again.", false);
        } else {
            open.page = new Page(open, call.response());
            return open.page;
        }
        return null;
    }

    private void requestFailed(Session open, String code, String message) {
        Optional<Hresult> known = Hresult.of(code);
        if (known.filter(Hresult.NOT_PARSED::equals).isPresent()) {
            connections.refuse(plan.companyFile(), open.asked);
        }
        boolean needsSomebody = known.map(Hresult::needsSomebody).orElse(false);
        String next = known.filter(Hresult.NOT_PARSED::equals).isPresent()
                ? " It is not sent again as it is. Set quickbooks.qbxml-version to a version that this QuickBooks supports,"
                        + " and restart."
                : " The watermark stays; the next session asks again.";
        fail(problem(known, code, message) + next, needsSomebody);
    }

    private static String problem(Optional<Hresult> known, String code, String message) {
        return "The Web Connector reports " + (code.isBlank() ? "an error" : code.strip())
                + known.map(hresult -> ": " + hresult.meaning()).orElse("") + said(message) + ".";
    }

    private static String said(String message) {
        String clean = message.strip().replaceAll("\\s+", " ").replaceFirst("\\.$", "");
        return clean.isEmpty() ? "" : " (" + (clean.length() > 500 ? clean.substring(0, 500) : clean) + ")";
    }

    /** Every row of the page is in the ledger. */
    public synchronized void stored(Page page) {
        Session owner = page.session();
        if (owner.hasEnded()) {
            return;
        }
        owner.percent = Math.max(owner.percent, Math.min(99, Math.max(1, owner.work.percentRead())));
        if (!owner.work.isUnfinished()) {
            finish(owner);
        }
    }

    /** The page could not be stored, or is not an answer of QuickBooks; why, the work has been told. */
    public synchronized void notStored(Page page) {
        Session owner = page.session();
        if (!owner.hasEnded()) {
            fail(owner, owner.work.trouble().orElse("The answer of QuickBooks could not be stored. The watermark stays; the"
                    + " next session reads from there."), false);
        }
    }

    /** The page is not needed any more. */
    public void release(Page page) {
        page.getText().delete();
        synchronized (this) {
            page.session().page = null;
        }
        page.stored().complete(null);
    }

    private void finish(Session owner) {
        Optional<String> trouble = owner.work.trouble();
        if (trouble.isPresent()) {
            owner.trouble = trouble.get();
        } else {
            connections.read(plan.companyFile(), owner.begunAt);
            owner.allRead = true;
        }
        ended.add(owner.work);
    }

    private int received(Call call) {
        Page storing = pageOf(call);
        if (storing != null) {
            await(storing);
        }
        synchronized (this) {
            Session open = current(call.text("ticket")).orElse(null);
            if (open == null) {
                LOG.warn("The Web Connector at {} brings an answer for a ticket of no session; it was not read.", call.from());
                return UNKNOWN_TICKET;
            }
            int result = open.allRead ? 100 : open.hasEnded() ? FAILED : Math.max(1, open.percent);
            called(call, open.hasEnded() ? outcome(open) : result + " % read");
            return result;
        }
    }

    private synchronized Page pageOf(Call call) {
        return current(call.text("ticket")).map(open -> open.page).orElse(null);
    }

    private void await(Page page) {
        try {
            page.stored().get(plan.answersWithin().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            // The caller is told to come again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- errors and the end ------------------------------------------------------------------------------------

    private synchronized String connectionError(Call call) {
        Optional<Session> open = current(call.text("ticket"));
        open.ifPresent(known -> {
            known.lastCallAt = clock.instant();
            if (!known.hasEnded()) {
                String code = call.text("hresult");
                Optional<Hresult> hresult = Hresult.of(code);
                fail(problem(hresult, code, call.text("message")) + " Nothing was read; the next session tries again.",
                        hresult.map(Hresult::needsSomebody).orElse(false));
            }
            called(call, outcome(known));
        });
        // Not tried again within this session: whatever keeps QuickBooks from opening does not pass in seconds.
        return "done";
    }

    private synchronized String lastError(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        if (open == null) {
            return "This session is not known (any more): it was lost, has ended, or payments-issued was restarted. Nothing is"
                    + " lost; the next session reads from the watermark.";
        }
        open.lastCallAt = clock.instant();
        return !open.hasEnded() && open.saidNoOp ? NO_OP : outcome(open);
    }

    private synchronized String close(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        if (open == null) {
            return "Closed.";
        }
        if (!open.hasEnded()) {
            fail("The Web Connector closed the session before all was read. The watermark stays; the next session reads from"
                    + " there.", false);
        }
        called(call, outcome(open));
        if (open.page == null) {
            session = null;
        }
        return outcome(open);
    }

    private static String outcome(Session open) {
        if (!open.trouble.isEmpty()) {
            return open.trouble;
        }
        return open.allRead ? open.work.paymentsRead() == 0 ? "Nothing has changed in QuickBooks."
                : "Read: " + open.work.paymentsRead() + " bill payments. They are delivered to Procore now."
                : "The session is under way; no error is known.";
    }

    private void fail(String sentence, boolean needsSomebody) {
        fail(session, sentence, needsSomebody);
    }

    private void fail(Session failed, String sentence, boolean needsSomebody) {
        failed.trouble = sentence;
        failed.work.stop(sentence, needsSomebody);
        ended.add(failed.work);
    }

    /** Works that have ended, well or not, since this was last asked. */
    public synchronized List<Work> takeEnded() {
        List<Work> taken = new ArrayList<>(ended);
        ended.clear();
        return taken;
    }

    // ---- what is known of the Web Connector --------------------------------------------------------------------

    /** To be asked now and then: ends a session that fell silent, and warns where there has been no call for long. */
    public synchronized void watch() {
        current("");
        Instant now = clock.instant();
        Optional<Instant> called = connection().lastCall().map(WebConnections.Call::at);
        Instant last = called.filter(at -> at.isAfter(startedAt)).orElse(startedAt);
        if (now.isBefore(last.plus(plan.quietAfter()))) {
            silenceToldAt = last;
        } else if (!now.isBefore(silenceToldAt.plus(plan.quietAfter()))) {
            silenceToldAt = now;
            LOG.warn("The Web Connector has not called for {} hours (last call: {}). Payments made since are not in Procore."
                    + " See that the QuickBooks machine is on, somebody is logged in, and the Web Connector runs with Auto-Run"
                    + " ticked.", Duration.between(called.orElse(startedAt), now).toHours(), called.map(Instant::toString).orElse("never"));
        }
    }

    private WebConnection connection() {
        return connections.of(plan.companyFile());
    }

    private void called(Call call, String result) {
        note(() -> connections.called(plan.companyFile(), call.from(), call.operation(), result));
    }

    /** Written for the console alone: a call does not fail for it. */
    private static void note(Runnable write) {
        try {
            write.run();
        } catch (RuntimeException e) {
            LOG.warn("The Web Connector's last call could not be noted: {}", e.toString());
        }
    }
}
