package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Dead letters as operators look for them. Nothing here changes anything. */
public final class DeadLetterSearch {

    private static final String LISTED = "select id, status, stage, sentence, happened, advice, cause_key, vendor, paid_on, amount,"
            + " exception, http_status, attempts, first_failed_at, last_failed_at, closed_at, payment_id, ledger_row_id from dead_letter";

    private static final BigDecimal NOTHING = new BigDecimal("0.00");

    private final LedgerDatabase database;

    public DeadLetterSearch(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * As it is listed.
     *
     * @param sentence  all of it
     * @param happened  the part that says what happened, without the payment it hit
     * @param advice    the end of the sentence that says what to do; empty where it is not told apart
     * @param cause     key of the cause
     * @param vendor    empty where the payment is not known
     * @param exception class of what was thrown; empty where nothing was
     * @param closedAt  empty while it is open or retried
     */
    public record Listed(long id, String status, String stage, String sentence, String happened, String advice, String cause, String vendor,
            Optional<LocalDate> paidOn, Optional<BigDecimal> amount, String exception,
            Optional<Integer> httpStatus, int attempts, Instant firstFailedAt, Instant lastFailedAt,
            Optional<Instant> closedAt, Optional<Long> paymentId, Optional<Long> rowId) { }

    /**
     * Letters of one cause.
     *
     * @param latest  the youngest, as an example of all
     * @param count   letters
     * @param behind  further payments that wait behind them
     * @param amount  of all of them
     */
    public record Group(String cause, Listed latest, long count, long behind, BigDecimal amount, Instant first, Instant last) {

        /** What happened, and to which payment where it is just one. */
        public String headline() {
            return count == 1 || latest.happened().isEmpty() ? latest.sentence() : latest.happened();
        }

        public String sentence() {
            return count == 1 || latest.happened().isEmpty() ? latest.sentence() : (latest.happened() + " " + latest.advice()).strip();
        }

        /** Those behind a letter of a whole commitment, project or company, or else one a letter. */
        public long payments() {
            return behind > 0 ? behind : count;
        }
    }

    /** What lists are ordered by. */
    public enum Sort {
        LATEST("last_failed_at desc, id desc"), OLDEST("last_failed_at, id"), AMOUNT("amount desc, id desc"), DATE("paid_on desc, id desc"),
        VENDOR("vendor, id desc");

        private final String order;

        Sort(String order) {
            this.order = order;
        }

        /** That of one of the indexes, forward or backward: otherwise all letters are read and sorted for one page. */
        private String of(DeadLetterFilter filter) {
            String direction = this == OLDEST ? " desc, " : ", ";
            return " order by " + (filter.status().isEmpty() ? "" : "status" + direction)
                    + (filter.cause().isEmpty() ? "" : "cause_key" + direction) + order;
        }
    }

    /** One failure. Only the latest ones are kept. */
    public record Attempt(int number, Instant at, String sentence, Optional<Integer> httpStatus, String httpAnswer) { }

    /** What someone did about it; {@code who} is payments-issued if it was the product itself. */
    public record Action(Instant at, String who, String action, String note) { }

    /** All of a dead letter. Texts may be empty. @param candidates what an open one of stage twin asks about, the closest first */
    public record Whole(Listed letter, String companyFile, String stack, String request, String httpAnswer,
            String qbxml, List<Attempt> attempts, List<Action> actions, List<TwinCandidate> candidates) { }

    public Page<Listed> page(DeadLetterFilter filter, Sort sort, int page, int size) {
        List<Listed> items = database.jdbc().sql(pageSql(filter, sort)).params(filter.condition().parameters()).param("size", size)
                .param("offset", (long) (page - 1) * size).query(DeadLetterSearch::listed).list();
        return new Page<>(items, count(filter), page, size);
    }

    static String pageSql(DeadLetterFilter filter, Sort sort) {
        return LISTED + filter.condition().sql() + sort.of(filter) + " limit :size offset :offset";
    }

    public long count(DeadLetterFilter filter) {
        return asked("select count(*) from dead_letter", filter, "").query(Long.class).single();
    }

    /** Ids of all that match, oldest first. */
    public List<Long> ids(DeadLetterFilter filter) {
        return asked("select id from dead_letter", filter, " order by id").query(Long.class).list();
    }

    private JdbcClient.StatementSpec asked(String select, DeadLetterFilter filter, String rest) {
        DeadLetterFilter.Condition condition = filter.condition();
        return database.jdbc().sql(select + condition.sql() + rest).params(condition.parameters());
    }

    /** By cause, that with the most letters first. */
    public Page<Group> groups(DeadLetterFilter filter, int page, int size) {
        DeadLetterFilter.Condition condition = filter.condition();
        // Each status by name, so that the index of causes is used for all of them too.
        List<Sum> sums = database.jdbc().sql("""
                select cause_key, count(*) as letters, sum(amount) as amount, min(first_failed_at) as first_failed,
                  max(last_failed_at) as last_failed, max(id) as latest
                from dead_letter\s""" + condition.sql() + (filter.status().isEmpty()
                        ? " and status in ('open', 'retried', 'resolved', 'discarded')" : "")
                + " group by cause_key order by letters desc, last_failed desc, cause_key")
                .params(condition.parameters()).query(Sum::of).list();
        List<Sum> shown = Page.of(sums, page, size).items();
        Map<String, Sum> behind = behind();
        Map<Long, Listed> latest = listed(shown.stream().map(Sum::latest).toList());
        return new Page<>(shown.stream().filter(sum -> latest.containsKey(sum.latest())).map(sum -> {
            Sum waiting = behind.getOrDefault(sum.cause(), sum.none());
            return new Group(sum.cause(), latest.get(sum.latest()), sum.letters(), waiting.letters(),
                    sum.amount().add(waiting.amount()), sum.first(), sum.last());
        }).toList(), sums.size(), page, size);
    }

    private record Sum(String cause, long letters, BigDecimal amount, Instant first, Instant last, long latest) {
        static Sum of(ResultSet row, int number) throws SQLException {
            return new Sum(row.getString("cause_key"), row.getLong("letters"), Rows.money(row, "amount").orElse(NOTHING),
                    Rows.instant(row, "first_failed"), Rows.instant(row, "last_failed"), row.getLong("latest"));
        }

        Sum none() {
            return new Sum(cause, 0, NOTHING, first, last, latest);
        }
    }

    private Map<Long, Listed> listed(List<Long> ids) {
        Map<Long, Listed> letters = new LinkedHashMap<>();
        if (!ids.isEmpty()) {
            database.jdbc().sql(LISTED + " where id in (:ids)").param("ids", ids).query(DeadLetterSearch::listed).list()
                    .forEach(letter -> letters.put(letter.id(), letter));
        }
        return letters;
    }

    /** What waits behind letters of a whole commitment, project or company, by cause. */
    private Map<String, Sum> behind() {
        Map<String, Sum> behind = new LinkedHashMap<>();
        database.jdbc().sql("""
                select d.cause_key, count(*) as letters, sum(r.wanted_amount) as amount, min(d.first_failed_at) as first_failed,
                  max(d.last_failed_at) as last_failed, max(d.id) as latest
                from refusal f join dead_letter d on d.id = f.dead_letter_id join ledger_row r on r.behind_letter = d.id
                where f.is_open and d.status = 'open' group by d.cause_key""")
                .query(Sum::of).list().forEach(sum -> behind.put(sum.cause(), sum));
        return behind;
    }

    /** Open ones younger than the given id, oldest first. */
    public List<Listed> openAfter(long id, int most) {
        return database.jdbc().sql(LISTED + " where status = 'open' and id > :id order by id limit :most")
                .param("id", id).param("most", most).query(DeadLetterSearch::listed).list();
    }

    public Optional<Whole> whole(long id) {
        return database.jdbc().sql("select * from dead_letter where id = :id").param("id", id)
                .query((row, number) -> new Whole(listed(row, number), row.getString("company_file"),
                        Rows.text(row, "stack"), Rows.text(row, "request"), Rows.text(row, "http_answer"),
                        Rows.text(row, "qbxml"), attempts(id), actions(id), candidates(row))).optional();
    }

    private List<TwinCandidate> candidates(ResultSet row) throws SQLException {
        return row.getString("stage").equals(DeadLetters.TWIN) && row.getString("status").equals("open")
                ? TwinCandidates.of(database.jdbc(), row.getLong("ledger_row_id")) : List.of();
    }

    private List<Attempt> attempts(long id) {
        return database.jdbc().sql("select * from dead_letter_attempt where dead_letter_id = :id order by number desc")
                .param("id", id).query((row, number) -> new Attempt(row.getInt("number"), Rows.instant(row, "at"),
                        row.getString("sentence"), status(row), Rows.text(row, "http_answer"))).list();
    }

    private List<Action> actions(long id) {
        return database.jdbc().sql("select * from dead_letter_action where dead_letter_id = :id order by id desc")
                .param("id", id).query((row, number) -> new Action(Rows.instant(row, "at"), row.getString("who"),
                        row.getString("action"), Rows.text(row, "note"))).list();
    }

    private static Listed listed(ResultSet row, int number) throws SQLException {
        return new Listed(row.getLong("id"), row.getString("status"), row.getString("stage"),
                row.getString("sentence"), Rows.text(row, "happened"), Rows.text(row, "advice"), row.getString("cause_key"),
                Rows.text(row, "vendor"), Rows.date(row, "paid_on"), Rows.money(row, "amount"), Rows.text(row, "exception"), status(row),
                row.getInt("attempts"),
                Rows.instant(row, "first_failed_at"), Rows.instant(row, "last_failed_at"),
                Optional.ofNullable(Rows.instant(row, "closed_at")), Rows.id(row, "payment_id"),
                Rows.id(row, "ledger_row_id"));
    }

    private static Optional<Integer> status(ResultSet row) throws SQLException {
        int status = row.getInt("http_status");
        return row.wasNull() ? Optional.empty() : Optional.of(status);
    }
}
