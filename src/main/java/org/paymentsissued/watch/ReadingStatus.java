package org.paymentsissued.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.ledger.GoLive;
import org.paymentsissued.ledger.ReadingHistory;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.ledger.WebConnections.WebConnection;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.sync.WebConnectorReading;

/** How each company file is read: when last, when next, and the state of its Web Connector, if it has one. */
public final class ReadingStatus {

    private final List<CompanyFile> companyFiles;
    private final GoLive goLive;
    private final ReadingHistory history;
    private final Runs runs;
    private final WebConnections connections;
    private final Duration quietAfter;

    /** @param quietAfter a Web Connector that has not called for this long is reported */
    public ReadingStatus(List<CompanyFile> companyFiles, GoLive goLive, ReadingHistory history, Runs runs,
            WebConnections connections, Duration quietAfter) {
        this.goLive = goLive;
        this.companyFiles = List.copyOf(companyFiles);
        this.history = history;
        this.runs = runs;
        this.connections = connections;
        this.quietAfter = quietAfter;
    }

    /**
     * One company file.
     *
     * @param goLive       what QuickBooks created before it is history; empty before the first reading decides it
     * @param lastRead     when its changes were last read completely; empty if never, or if it is read from files
     * @param webConnector empty if no Web Connector reads it
     */
    public record OfFile(String companyFile, String transport, Optional<HostTime> goLive, Optional<Instant> lastRead,
            Optional<WebConnector> webConnector) { }

    /**
     * A company file's Web Connector.
     *
     * @param lastSession the last of its sessions that has ended
     * @param silence     since its last call, where that is longer than it may be silent
     */
    public record WebConnector(WebConnection connection, Optional<Runs.Run> lastSession, Optional<Duration> silence) {

        /** What keeps payments from being read, each as a sentence with what to do; empty if nothing does. */
        public List<String> troubles() {
            List<String> troubles = new ArrayList<>();
            lastSession.filter(session -> !session.error().isEmpty()).ifPresent(session ->
                    troubles.add("The last session failed: " + session.error()));
            silence.ifPresent(silent -> troubles.add("It has not called for " + words(silent) + ". Payments made since are not in"
                    + " Procore. See that the QuickBooks machine is on, a user is logged in, and the Web Connector runs with"
                    + " Auto-Run checked."));
            if (hasNeverCalled()) {
                troubles.add("It has not called yet. Open the .qwc file in the Web Connector once.");
            }
            if (loginIsRefused()) {
                troubles.add("The last login was refused: wrong user name or password. Type the value of quickbooks.password into"
                        + " the Web Connector.");
            }
            return troubles;
        }

        public boolean hasNeverCalled() {
            return connection.lastCall().isEmpty();
        }

        /** Whether the last login was a wrong one. */
        public boolean loginIsRefused() {
            return connection.refusedLogin().map(refused -> connection.lastCall()
                    .map(call -> refused.at().isAfter(call.at())).orElse(true)).orElse(false);
        }

        /** Whether it is not read though it should be; a person must look. */
        public boolean isBad() {
            return silence.isPresent() || lastSession.map(session -> !session.error().isEmpty()).orElse(false);
        }
    }

    public static String words(Duration silence) {
        return silence.toHours() >= 2 ? silence.toHours() + " hours" : silence.toMinutes() + " minutes";
    }

    List<OfFile> look(Instant now) {
        return companyFiles.stream().map(file -> new OfFile(file.name(), file.transport(), goLive.of(file.name()),
                history.lastReadToEnd(file.name()), file.isReadThroughWebConnector()
                        ? Optional.of(webConnector(file.name(), now)) : Optional.empty())).toList();
    }

    private WebConnector webConnector(String companyFile, Instant now) {
        WebConnection connection = connections.of(companyFile);
        Optional<Duration> silence = connection.lastCall().map(call -> Duration.between(call.at(), now))
                .filter(silent -> silent.compareTo(quietAfter) >= 0);
        return new WebConnector(connection, runs.lastEnded(companyFile, WebConnectorReading.STARTED_BY), silence);
    }
}
