package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.paymentsissued.payment.Cut;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** What is known of the QuickBooks Web Connector that reads a company file; outlives every session and restart. */
public final class WebConnections {

    private static final int LONGEST_RESULT = 2000;
    private static final int LONGEST_ADDRESS = 100;

    private static final String REFUSED = "web connector|refused";

    private final LedgerDatabase database;
    private final DeadLetters deadLetters;
    private final Clock clock;

    public WebConnections(LedgerDatabase database, DeadLetters deadLetters, Clock clock) {
        this.database = database;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    /**
     * One company file's Web Connector.
     *
     * @param fileId         FileID of the .qwc file, a GUID in braces
     * @param wantedAt       when a reading was last asked for; empty where one that began later has ended well
     * @param boundTo        the company file read in the first session; empty before it
     * @param refusals       sessions in a row whose request QuickBooks could not read; empty where the last reading ended well
     * @param lastCall       its last call with the right login or ticket
     * @param lastReadAt     when a reading last ended well
     * @param refusedLogin   the last login that was refused
     */
    public record WebConnection(String fileId, Optional<Instant> wantedAt, Optional<CompanyFile> boundTo,
            Optional<Refusals> refusals, Optional<Call> lastCall, Optional<Instant> lastReadAt,
            Optional<RefusedLogin> refusedLogin) {

        public boolean isDue() {
            return wantedAt.isPresent();
        }
    }

    /**
     * Requests that QuickBooks could not read (0x80040400), in a row. A busy or restarting QuickBooks says so too, so the first
     * is followed by another try at once, further ones by pauses, and the last one by a person.
     *
     * @param qbxmlVersion in which they were written
     */
    public record Refusals(int inARow, Instant last, String qbxmlVersion) {

        /** After so many, only a person can have it sent again. */
        public static final int MOST = 5;
        private static final List<Duration> PAUSES = List.of(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(5),
                Duration.ofMinutes(15));

        /** From when on the next session may ask; empty where a person has to ask for it. */
        public Optional<Instant> nextAt() {
            return inARow >= MOST ? Optional.empty() : Optional.of(last.plus(pause()));
        }

        /** How long the next session waits, unless a person has to ask for it. */
        public Duration pause() {
            return PAUSES.get(Math.min(inARow, PAUSES.size()) - 1);
        }
    }

    /** A company file as QuickBooks names it. @param company the company's name; empty if not given */
    public record CompanyFile(String path, String company) { }

    /** A call. @param operation such as {@code receiveResponseXML} @param result its outcome in words */
    public record Call(Instant at, String from, String operation, String result) { }

    public record RefusedLogin(Instant at, String from) { }

    /** A new one gets its file id here, and a reading is due for it at once. */
    public WebConnection of(String companyFile) {
        return find(companyFile).orElseGet(() -> {
            try {
                database.jdbc().sql("""
                        insert into web_connector (company_file, file_id, wanted_at) values (:file, :id, :now)""")
                        .param("file", companyFile).param("id", "{" + UUID.randomUUID() + "}")
                        .param("now", now()).update();
            } catch (DuplicateKeyException e) {
                // Another thread was first; its file id counts.
            }
            return find(companyFile).orElseThrow();
        });
    }

    private Optional<WebConnection> find(String companyFile) {
        return database.jdbc().sql("select * from web_connector where company_file = :file").param("file", companyFile)
                .query((row, number) -> map(row)).optional();
    }

    private static WebConnection map(ResultSet row) throws SQLException {
        Optional<CompanyFile> bound = Optional.ofNullable(row.getString("bound_path"))
                .map(path -> new CompanyFile(path, orEmpty(text(row, "bound_company"))));
        Optional<Call> call = instant(row, "last_called_at").map(at -> new Call(at, orEmpty(text(row, "last_called_from")),
                orEmpty(text(row, "last_operation")), orEmpty(text(row, "last_result"))));
        Optional<RefusedLogin> refused = instant(row, "refused_login_at")
                .map(at -> new RefusedLogin(at, orEmpty(text(row, "refused_login_from"))));
        return new WebConnection(row.getString("file_id"), instant(row, "wanted_at"), bound,
                refusals(row), call, instant(row, "last_read_at"), refused);
    }

    private static Optional<Refusals> refusals(ResultSet row) throws SQLException {
        int inARow = row.getInt("refusals");
        return inARow == 0 ? Optional.empty()
                : Optional.of(new Refusals(inARow, Rows.instant(row, "refused_at"), row.getString("refused_version")));
    }

    private static String text(ResultSet row, String column) {
        try {
            return row.getString(column);
        } catch (SQLException e) {
            throw new IllegalStateException("the column " + column + " cannot be read", e);
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** A reading is wanted: it stays due until one that begins after this has ended well. */
    public void markDue(String companyFile) {
        update(companyFile, "wanted_at = :now").param("now", now()).update();
    }

    /** A reading that began then has ended well: what was asked for later stays due. */
    public void read(String companyFile, Instant begunAt) {
        update(companyFile, """
                last_read_at = :now, refusals = 0,
                wanted_at = case when wanted_at > :begun then wanted_at else null end""")
                .param("now", now()).param("begun", Rows.stamp(begunAt)).update();
        deadLetters.resolve(companyFile, REFUSED, "QuickBooks was read to the end.");
    }

    /** From now on, this company file is the expected one. */
    public void bind(String companyFile, CompanyFile to) {
        update(companyFile, "bound_path = :path, bound_company = :company")
                .param("path", Cut.to(1000, to.path())).param("company", Cut.to(500, to.company())).update();
    }

    /**
     * QuickBooks could not read a request.
     *
     * @return how often that has happened in a row, with requests of this version
     */
    public Refusals refused(String companyFile, String qbxmlVersion) {
        update(companyFile, """
                refusals = case when refused_version = :version then refusals + 1 else 1 end,
                refused_version = :version, refused_at = :now""").param("version", qbxmlVersion).param("now", now()).update();
        return of(companyFile).refusals().orElseThrow();
    }

    /** Only a person can have it read again. The dead letter closes when a reading ends well. */
    public void askOperator(String companyFile, String sentence) {
        deadLetters.open(DeadLetters.Trouble.of(companyFile, DeadLetters.POLL, REFUSED, sentence));
    }

    /** A person wants it read now: no pause after refused requests stops the next session from asking. */
    public void askAgain(String companyFile) {
        askAgain(database, companyFile);
    }

    /** @return whether it was refused before */
    static boolean askAgain(LedgerDatabase database, String companyFile) {
        return database.jdbc().sql("update web_connector set refusals = 0 where company_file = :file and refusals > 0")
                .param("file", companyFile).update() > 0;
    }

    /** It has called. */
    public void called(String companyFile, String from, String operation, String result) {
        update(companyFile, "last_called_at = :now, last_called_from = :from, last_operation = :operation, last_result = :result")
                .param("now", now()).param("from", Cut.to(LONGEST_ADDRESS, from)).param("operation", operation)
                .param("result", database.kept(result, LONGEST_RESULT)).update();
    }

    /** A call came with a wrong login. */
    public void loginRefused(String companyFile, String from) {
        update(companyFile, "refused_login_at = :now, refused_login_from = :from")
                .param("now", now()).param("from", Cut.to(LONGEST_ADDRESS, from)).update();
    }

    private StatementSpec update(String companyFile, String assignments) {
        of(companyFile);
        return database.jdbc().sql("update web_connector set " + assignments + " where company_file = :file")
                .param("file", companyFile);
    }

    private OffsetDateTime now() {
        return Rows.stamp(clock.instant());
    }
}
