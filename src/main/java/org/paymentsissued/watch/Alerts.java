package org.paymentsissued.watch;

import jakarta.mail.PasswordAuthentication;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.MailAuthenticator;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.SentAlerts;
import org.paymentsissued.procore.ProcorePause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts for people who are not looking at the console: grouped, and each kind no more often than configured. */
public final class Alerts {

    static final String DEAD_LETTERS = "dead-letters";
    static final String QUICKBOOKS_SILENT = "quickbooks-silent";
    static final String PROCORE_REFUSES = "procore-refuses";

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final int LETTERS_TOLD = 5;
    private static final int OK_UNTIL = 300;

    private final Status status;
    private final DeadLetterSearch deadLetters;
    private final SentAlerts sent;
    private final Plan plan;
    private final UnaryOperator<String> withoutSecrets;
    private final Clock clock;
    private final Instant started;

    /**
     * How alerts are sent; see the settings of the same names.
     *
     * @param webhook address; empty for none
     * @param mailTo  addresses; empty for none
     * @param console address of the console, for the message
     */
    public record Plan(Duration silence, Duration repeat, String webhook, String mailTo, String console) { }

    /** One message. @param name of the section in the runbook */
    public record Alert(String name, String subject, String text) { }

    public Alerts(Status status, DeadLetterSearch deadLetters, SentAlerts sent, Plan plan,
            UnaryOperator<String> withoutSecrets, Clock clock) {
        this.status = status;
        this.deadLetters = deadLetters;
        this.sent = sent;
        this.plan = plan;
        this.withoutSecrets = withoutSecrets;
        this.clock = clock;
        this.started = clock.instant();
    }

    public boolean hasWebhook() {
        return !plan.webhook().isEmpty();
    }

    public boolean hasMail() {
        return !plan.mailTo().isEmpty();
    }

    /** The alerts to send now; none if neither webhook nor email is set. */
    public List<Alert> due() {
        if (!hasWebhook() && !hasMail()) {
            return List.of();
        }
        Status.Look look = status.look();
        List<Alert> due = new ArrayList<>();
        newDeadLetters(due, look);
        Instant lastSign = look.lastGood().filter(good -> good.isAfter(started)).orElse(started);
        boolean silent = Duration.between(lastSign, clock.instant()).compareTo(plan.silence()) > 0;
        lasting(due, silent, new Alert(QUICKBOOKS_SILENT, "QuickBooks is silent",
                "QuickBooks has not been read completely " + look.lastGood().map(good -> "since " + good).orElse("yet")
                        + ". " + look.lastRun().map(run -> withoutSecrets.apply(run.error())).orElse("")
                        + " No payment is lost. Check that the QuickBooks machine and its gateway are running. " + plan.console()));
        boolean refused = look.procore().map(pause -> pause.reason() == ProcorePause.Reason.REFUSED).orElse(false);
        lasting(due, refused, new Alert(PROCORE_REFUSES, "Procore refuses our login",
                look.procore().map(pause -> withoutSecrets.apply(pause.sentence())).orElse("")
                        + ". Nothing is delivered until this is fixed. " + plan.console()));
        return due;
    }

    private void newDeadLetters(List<Alert> due, Status.Look look) {
        long last = sent.upTo(DEAD_LETTERS);
        List<DeadLetterSearch.Listed> fresh = deadLetters.openAfter(last, Integer.MAX_VALUE);
        if (fresh.isEmpty()) {
            return;
        }
        long youngest = fresh.get(fresh.size() - 1).id();
        if (sent.take(DEAD_LETTERS, plan.repeat(), youngest)) {
            StringBuilder text = new StringBuilder();
            fresh.stream().limit(LETTERS_TOLD).forEach(letter -> text.append("#").append(letter.id()).append(' ')
                    .append(withoutSecrets.apply(letter.sentence())).append('\n'));
            if (fresh.size() > LETTERS_TOLD) {
                text.append("... and ").append(fresh.size() - LETTERS_TOLD).append(" more\n");
            }
            due.add(new Alert(DEAD_LETTERS, (fresh.size() == 1 ? "1 new dead letter" : fresh.size() + " new dead letters")
                    + ", " + look.totals().open() + " open", text + plan.console() + "console/dead-letters"));
        }
    }

    private void lasting(List<Alert> due, boolean lasts, Alert alert) {
        if (!lasts) {
            sent.forget(alert.name());
        } else if (sent.take(alert.name(), plan.repeat(), 0)) {
            due.add(alert);
        }
    }

    /** What chat systems accept: one field, text. */
    public Map<String, Object> message(Alert alert) {
        return Map.of("text", "payments-issued: " + alert.subject() + "\n" + alert.text());
    }

    /** Where the webhook is; not in a route, since anyone who knows the address can post there. */
    public String webhook() {
        return plan.webhook();
    }

    /** A webhook that answers with an error has not accepted the alert. */
    public void requireTaken(Exchange exchange) {
        int answer = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        if (answer >= OK_UNTIL) {
            throw new IllegalStateException("the webhook answered HTTP " + answer);
        }
    }

    /** Remembers that a channel failed, for {@link #ended}. */
    public void failed(Exchange exchange, String way, Exception failure) {
        exchange.setProperty("failures", exchange.getProperty("failures", 0, Integer.class) + 1);
        LOG.warn("An alert could not be sent by {}: {}", way, withoutSecrets.apply(String.valueOf(failure)));
    }

    /** After all channels were tried: if none worked, the alert is due again. */
    public void ended(Exchange exchange, Alert alert) {
        int ways = (hasWebhook() ? 1 : 0) + (hasMail() ? 1 : 0);
        if (exchange.getProperty("failures", 0, Integer.class) >= ways) {
            sent.forget(alert.name());
        } else {
            LOG.info("Alert sent: {}", alert.subject());
        }
    }

    /** The mail server's login, kept out of endpoint addresses. */
    public static final class MailLogin extends MailAuthenticator {
        private final String username;
        private final String password;

        public MailLogin(String username, String password) {
            this.username = username;
            this.password = password;
        }

        @Override
        public PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(username, password);
        }
    }
}
