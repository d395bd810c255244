package org.paymentsissued.webconnector;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.ReadingTurns;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.ledger.WebConnections.Refusals;
import org.paymentsissued.ledger.WebConnections.WebConnection;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.webconnector.Session.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with the Web Connector of one company file, after its login. The life of a session: authenticate gives a
 * ticket if a reading is due; sendRequestXML hands out a request; its answer comes with receiveResponseXML and is stored on
 * another thread, for which the call waits a while; when all is stored the percentage is 100. A lost session is
 * never resumed: its iterator no longer exists, so the next one starts at the watermark. What comes with a ticket that is not the
 * session's is answered with nothing.
 */
public final class Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    /** After this long without a call, a ticket is no longer valid. */
    static final Duration TICKET_LIFE = Duration.ofMinutes(30);
    /** A session started at another address that called within this time is assumed to be alive. */
    static final Duration BELIEVED_ALIVE = Duration.ofMinutes(5);
    static final int MOST_RESTARTS = 3;
    static final int MOST_NO_OPS = 60;
    private static final String NO_OP = "NoOp";
    private static final int FAILED = -2;
    private static final Pattern VERSION = Pattern.compile("\\s*(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

    private final Plan plan;
    private final CompanyFilePaths files;
    private final WebConnections connections;
    private final Supplier<Work> readings;
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
     * @param quietAfter    after this long without a call it is reported missing
     * @param answersWithin how long a call waits for an answer to be stored before it is asked to call again
     */
    public record Plan(String companyFile, String username, String password, String path, String qbxmlVersion,
            Duration quietAfter, Duration answersWithin) { }

    Conversation(Plan plan, CompanyFilePaths files, WebConnections connections, Supplier<Work> readings, Clock clock) {
        this.plan = plan;
        this.files = files;
        this.connections = connections;
        this.readings = readings;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.silenceToldAt = startedAt;
    }

    void due() {
        connections.markDue(plan.companyFile());
        LOG.info("QuickBooks ({}) is due to be read; its Web Connector does so at its next call.", plan.companyFile());
    }

    synchronized boolean isCurrent(String ticket) {
        return current(ticket).isPresent();
    }

    // ---- authenticate ------------------------------------------------------------------------------------------

    /** After a valid login. @return path of the company file to open, empty for the one that is open; or none or busy */
    synchronized String admit(String ticket, Call call) {
        if (session != null && session.page != null) {
            called(call, "busy: an answer from QuickBooks is still being stored");
            return "busy";
        }
        if (session != null && !session.hasEnded()) {
            if (!session.from.equals(call.from()) && clock.instant().isBefore(session.lastCallAt.plus(BELIEVED_ALIVE))) {
                called(call, "busy: a session from " + session.from + " is in progress");
                return "busy";
            }
            fail("The Web Connector's session was lost: it has started a new one. The watermark stays; the new session reads"
                    + " from there.", false);
        }
        session = null;
        try {
            Optional<String> nothingToDo = nothingToDo(connection());
            if (nothingToDo.isPresent()) {
                called(call, "none: " + nothingToDo.get());
                return "none";
            }
            session = new Session(ticket, call.from(), clock.instant(), readings.get());
        } catch (ReadingTurns.Taken e) {
            called(call, "busy: " + e.getMessage());
            return "busy";
        } catch (RuntimeException e) {
            LOG.error("The Web Connector was asked to call again, because the ledger cannot be used", e);
            return "busy";
        }
        called(call, "a session has started");
        return plan.path().replace('/', '\\');
    }

    /** Why no session may start; empty if one may. */
    private Optional<String> nothingToDo(WebConnection connection) {
        if (!connection.isDue()) {
            return Optional.of("nothing is due");
        }
        // Another version of qbXML is another request.
        Optional<Refusals> refused = connection.refusals().filter(refusals -> refusals.qbxmlVersion().equals(plan.qbxmlVersion()));
        if (refused.isPresent() && refused.get().nextAt().isEmpty()) {
            return Optional.of("QuickBooks could not read the request " + refused.get().inARow() + " times in a row; it is not sent"
                    + " again until someone presses Sync now in the console");
        }
        return refused.flatMap(Refusals::nextAt).filter(clock.instant()::isBefore)
                .map(until -> "QuickBooks could not read the request; it is sent again after " + until);
    }

    private Optional<Session> current(String ticket) {
        if (session != null && !session.hasEnded() && clock.instant().isAfter(session.lastCallAt.plus(TICKET_LIFE))
                && session.page == null) {
            fail("The Web Connector has not called for " + TICKET_LIFE.toMinutes() + " minutes in the middle of a session."
                    + " The watermark stays; the next session reads from there.", false);
            session = null;
        }
        return Optional.ofNullable(session).filter(open -> open.isOf(ticket));
    }

    // ---- requests ----------------------------------------------------------------------------------------------

    Optional<String> sendRequest(Call call) {
        Page storing = pageOf(call);
        if (storing != null) {
            await(storing);
        }
        synchronized (this) {
            Session open = current(call.text("ticket")).orElse(null);
            if (open == null) {
                return Optional.empty();
            }
            open.lastCallAt = clock.instant();
            open.saidNoOp = false;
            String request = open.hasEnded() ? "" : nextRequest(open, call);
            called(call, request.isEmpty() ? "nothing to ask: " + outcome(open)
                    : request.equals(NO_OP) ? "asked to wait, an answer is still being stored" : "a request was handed out");
            return Optional.of(request);
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
            // Its answer never came. QuickBooks may have advanced the iterator anyway: continuing would skip a page.
            open.asked = "";
            if (++open.restarts > MOST_RESTARTS) {
                fail("QuickBooks' answers did not arrive " + open.restarts + " times in one session. The watermark stays; the"
                        + " next session reads from there.", false);
                return "";
            }
            LOG.warn("An answer from QuickBooks did not arrive; the session reads from the watermark again.");
            open.work.startAnew();
        }
        if (!open.work.isUnfinished()) {
            finish(open);
            return "";
        }
        String request = open.work.nextRequest();
        open.asked = request;
        return request;
    }

    private String noOp(Session open) {
        if (++open.noOps > MOST_NO_OPS) {
            fail("Storing an answer from QuickBooks is taking too long. The watermark stays; lower quickbooks.page-size.", false);
            return "";
        }
        open.saidNoOp = true;
        return NO_OP;
    }

    private boolean isTheRightFile(Session open, Call call) {
        String path = call.text("strCompanyFileName").strip();
        Optional<String> company = open.identified ? Optional.empty() : HostAnswers.companyName(call.text("strHCPResponse"));
        if (open.identified && (path.isEmpty() || CompanyFilePaths.same(path, open.companyFile))) {
            return true;
        }
        Optional<String> refusal = !open.companyFile.isEmpty()
                ? Optional.of("The company file changed in the middle of the session, from " + open.companyFile + " to " + path
                        + ". Nothing was read from it.")
                : files.refusal(plan.companyFile(), path, company);
        if (refusal.isPresent()) {
            fail(refusal.get(), true);
            return false;
        }
        open.identified = true;
        open.companyFile = path;
        return true;
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

    /** @return the page to be stored */
    synchronized Optional<Page> receive(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        if (open == null) {
            return Optional.empty();
        }
        open.lastCallAt = clock.instant();
        Optional<Page> page = open.hasEnded() || open.asked.isEmpty() ? Optional.empty() : takePage(open, call);
        open.asked = "";
        return page;
    }

    private Optional<Page> takePage(Session open, Call call) {
        String code = call.text("hresult").strip();
        if (!call.flaw().isEmpty()) {
            fail(call.flaw() + " The watermark stays.", true);
        } else if (Hresult.isError(code)) {
            requestFailed(code, call.text("message"));
        } else if (call.response() == null) {
            fail("The Web Connector brought no answer from QuickBooks" + said(call.text("message"))
                    + ". The watermark stays; the next session asks again.", false);
        } else {
            open.page = new Page(this, open, call.response());
            return Optional.of(open.page);
        }
        return Optional.empty();
    }

    private void requestFailed(String code, String message) {
        Optional<Hresult> known = Hresult.of(code);
        String problem = problem(known, code, message);
        if (known.filter(Hresult.NOT_PARSED::equals).isPresent()) {
            Refusals refused = connections.refused(plan.companyFile(), plan.qbxmlVersion());
            String sentence = problem + whatIsNext(refused);
            if (refused.nextAt().isEmpty()) {
                connections.askOperator(plan.companyFile(), sentence);
            }
            fail(sentence, refused.nextAt().isEmpty());
        } else {
            fail(problem + " The watermark stays; the next session asks again.", known.map(Hresult::needsAttention).orElse(false));
        }
    }

    private static String whatIsNext(Refusals refused) {
        if (refused.nextAt().isEmpty()) {
            return " That happened " + refused.inARow() + " times in a row, so it is not sent again automatically."
                    + " Restart QuickBooks and the Web Connector, then press Sync now in the console: that sends it again. If QuickBooks still cannot"
                    + " read it, lower quickbooks.qbxml-version to a version that this QuickBooks supports, and restart"
                    + " payments-issued. Nothing is lost: the watermark stays.";
        }
        return " The watermark stays; " + (refused.pause().isZero() ? "the next session asks again."
                : "that happened " + refused.inARow() + " times in a row, so it is asked again in "
                        + refused.pause().toMinutes() + (refused.pause().toMinutes() == 1 ? " minute" : " minutes")
                        + ", or at once after Sync now in the console.");
    }

    private static String problem(Optional<Hresult> known, String code, String message) {
        return "The Web Connector reports " + (code.isBlank() ? "an error" : code.strip())
                + known.map(hresult -> ": " + hresult.meaning()).orElse("") + said(message) + ".";
    }

    private static String said(String message) {
        String clean = message.strip().replaceAll("\\s+", " ").replaceFirst("\\.$", "");
        return clean.isEmpty() ? "" : " (" + Cut.to(500, clean) + ")";
    }

    synchronized void stored(Page page) {
        Session owner = page.session();
        if (owner.hasEnded()) {
            return;
        }
        owner.percent = Math.max(owner.percent, Math.min(99, Math.max(1, owner.work.percentRead())));
        if (!owner.work.isUnfinished()) {
            finish(owner);
        }
    }

    synchronized void notStored(Page page) {
        Session owner = page.session();
        if (!owner.hasEnded()) {
            fail(owner, owner.work.trouble().orElse("The answer from QuickBooks could not be stored. The watermark stays; the"
                    + " next session reads from there."), false);
        }
    }

    void release(Page page) {
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

    /** @return the percentage that is read, or a negative number if the session cannot continue */
    Optional<String> received(Call call) {
        Page storing = pageOf(call);
        if (storing != null) {
            await(storing);
        }
        synchronized (this) {
            Session open = current(call.text("ticket")).orElse(null);
            if (open == null) {
                return Optional.empty();
            }
            int result = open.allRead ? 100 : open.hasEnded() ? FAILED : Math.max(1, open.percent);
            called(call, open.hasEnded() ? outcome(open) : result + " % read");
            return Optional.of(Integer.toString(result));
        }
    }

    private synchronized Page pageOf(Call call) {
        return current(call.text("ticket")).map(open -> open.page).orElse(null);
    }

    private void await(Page page) {
        try {
            page.stored().get(plan.answersWithin().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            // The caller is asked to call again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- errors and the end ------------------------------------------------------------------------------------

    synchronized Optional<String> connectionError(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        if (open == null) {
            return Optional.empty();
        }
        open.lastCallAt = clock.instant();
        if (!open.hasEnded()) {
            String code = call.text("hresult");
            Optional<Hresult> hresult = Hresult.of(code);
            fail(problem(hresult, code, call.text("message")) + " Nothing was read; the next session tries again.",
                    hresult.map(Hresult::needsAttention).orElse(false));
        }
        called(call, outcome(open));
        return Optional.of(outcome(open));
    }

    synchronized Optional<String> lastError(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        if (open == null) {
            return Optional.empty();
        }
        open.lastCallAt = clock.instant();
        return Optional.of(!open.hasEnded() && open.saidNoOp ? NO_OP : outcome(open));
    }

    synchronized Optional<String> close(Call call) {
        Session open = current(call.text("ticket")).orElse(null);
        if (open == null) {
            return Optional.empty();
        }
        if (!open.hasEnded()) {
            fail("The Web Connector closed the session before everything was read. The watermark stays; the next session reads from"
                    + " there.", false);
        }
        called(call, outcome(open));
        if (open.page == null) {
            session = null;
        }
        return Optional.of(outcome(open));
    }

    private static String outcome(Session open) {
        if (!open.trouble.isEmpty()) {
            return open.trouble;
        }
        return open.allRead ? open.work.paymentsRead() == 0 ? "Nothing has changed in QuickBooks."
                : "Read: " + open.work.paymentsRead() + " bill payments. They are delivered to Procore now."
                : "The session is in progress; no error is known.";
    }

    private void fail(String sentence, boolean needsAttention) {
        fail(session, sentence, needsAttention);
    }

    private void fail(Session failed, String sentence, boolean needsAttention) {
        failed.trouble = sentence;
        failed.work.stop(sentence, needsAttention);
        ended.add(failed.work);
    }

    synchronized List<Work> takeEnded() {
        List<Work> taken = new ArrayList<>(ended);
        ended.clear();
        return taken;
    }

    // ---- what is known of the Web Connector --------------------------------------------------------------------

    synchronized void watch() {
        current("");
        Instant now = clock.instant();
        Optional<Instant> called = connection().lastCall().map(WebConnections.Call::at);
        Instant last = called.filter(at -> at.isAfter(startedAt)).orElse(startedAt);
        if (now.isBefore(last.plus(plan.quietAfter()))) {
            silenceToldAt = last;
        } else if (!now.isBefore(silenceToldAt.plus(plan.quietAfter()))) {
            silenceToldAt = now;
            LOG.warn("The Web Connector of {} has not called for {} hours (last call: {}). Payments made since are not in"
                    + " Procore. See that the QuickBooks machine is on, a user is logged in, and the Web Connector runs with"
                    + " Auto-Run checked.", plan.companyFile(), Duration.between(called.orElse(startedAt), now).toHours(),
                    called.map(Instant::toString).orElse("never"));
        }
    }

    private WebConnection connection() {
        return connections.of(plan.companyFile());
    }

    private void called(Call call, String result) {
        note(() -> connections.called(plan.companyFile(), call.from(), call.operation(), result));
    }

    /** Only for the console: a call does not fail because of it. */
    static void note(Runnable write) {
        try {
            write.run();
        } catch (RuntimeException e) {
            LOG.warn("The Web Connector's last call could not be recorded: {}", e.toString());
        }
    }
}
