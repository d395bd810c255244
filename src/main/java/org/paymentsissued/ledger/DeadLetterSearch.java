package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Dead letters as operators look for them. Nothing here changes anything. */
public final class DeadLetterSearch {

    private static final String LISTED = "select id, status, stage, sentence, cause, http_status, attempts,"
            + " first_failed_at, last_failed_at, closed_at, payment_id, ledger_row_id from dead_letter";

    private final LedgerDatabase database;

    public DeadLetterSearch(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * What is looked for.
     *
     * @param status open, retried, resolved or discarded; empty for any
     * @param stage  empty for any
     * @param text   words that all appear in the sentence or in the answer's cause; empty for any
     */
    public record Filter(String status, String stage, String text) {

        /** Open ones, whatever their stage. */
        public static final Filter OPEN = new Filter("open", "", "");
    }

    /** As it is listed. @param closedAt empty while it is open or retried */
    public record Listed(long id, String status, String stage, String sentence, String cause,
            Optional<Integer> httpStatus, int attempts, Instant firstFailedAt, Instant lastFailedAt,
            Optional<Instant> closedAt, Optional<Long> paymentId, Optional<Long> rowId) { }

    /** One failure. Only the latest ones are kept. */
    public record Attempt(int number, Instant at, String sentence, Optional<Integer> httpStatus, String httpAnswer) { }

    /** What someone did about it; {@code who} is payments-issued if it was the product itself. */
    public record Action(Instant at, String who, String action, String note) { }

    /** All of a dead letter. Texts may be empty. */
    public record Whole(Listed letter, String companyFile, String stack, String request, String httpAnswer,
            String qbxml, List<Attempt> attempts, List<Action> actions) { }

    /** The latest failures first. */
    public Page<Listed> page(Filter filter, int page, int size) {
        long total = count(filter);
        List<Listed> items = bound(database.jdbc().sql(LISTED + where(filter)
                + " order by last_failed_at desc, id desc limit :size offset :offset"), filter)
                .param("size", size).param("offset", (long) (page - 1) * size)
                .query(DeadLetterSearch::listed).list();
        return new Page<>(items, total, page, size);
    }

    public long count(Filter filter) {
        return bound(database.jdbc().sql("select count(*) from dead_letter" + where(filter)), filter)
                .query(Long.class).single();
    }

    /** Ids of all that match, oldest first. */
    public List<Long> ids(Filter filter) {
        return bound(database.jdbc().sql("select id from dead_letter" + where(filter) + " order by id"), filter)
                .query(Long.class).list();
    }

    /** How many are open at each stage. */
    public Map<String, Long> openByStage() {
        Map<String, Long> counts = new LinkedHashMap<>();
        database.jdbc().sql("select stage, count(*) as n from dead_letter where status = 'open' group by stage order by n desc, stage")
                .query((row, number) -> counts.put(row.getString("stage"), row.getLong("n"))).list();
        return counts;
    }

    /** When the oldest open one failed first; empty when none is open. */
    public Optional<Instant> oldestOpen() {
        return database.jdbc().sql("select min(first_failed_at) as oldest from dead_letter where status = 'open'")
                .query((row, number) -> Optional.ofNullable(Rows.instant(row, "oldest"))).single();
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
                        Rows.text(row, "qbxml"), attempts(id), actions(id))).optional();
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

    private static String where(Filter filter) {
        StringBuilder where = new StringBuilder(" where 1 = 1");
        if (!filter.status().isEmpty()) {
            where.append(" and status = :status");
        }
        if (!filter.stage().isEmpty()) {
            where.append(" and stage = :stage");
        }
        for (int i = 0; i < SearchText.of(filter.text()).words().size(); i++) {
            where.append(" and (position(:word").append(i).append(" in lower(sentence)) > 0 or position(:word").append(i)
                    .append(" in lower(coalesce(cause, ''))) > 0)");
        }
        return where.toString();
    }

    private static JdbcClient.StatementSpec bound(JdbcClient.StatementSpec sql, Filter filter) {
        JdbcClient.StatementSpec bound = sql;
        if (!filter.status().isEmpty()) {
            bound = bound.param("status", filter.status());
        }
        if (!filter.stage().isEmpty()) {
            bound = bound.param("stage", filter.stage());
        }
        List<String> words = SearchText.of(filter.text()).words();
        for (int i = 0; i < words.size(); i++) {
            bound = bound.param("word" + i, words.get(i));
        }
        return bound;
    }

    private static Listed listed(ResultSet row, int number) throws SQLException {
        return new Listed(row.getLong("id"), row.getString("status"), row.getString("stage"),
                row.getString("sentence"), Rows.text(row, "cause"), status(row), row.getInt("attempts"),
                Rows.instant(row, "first_failed_at"), Rows.instant(row, "last_failed_at"),
                Optional.ofNullable(Rows.instant(row, "closed_at")), Rows.id(row, "payment_id"),
                Rows.id(row, "ledger_row_id"));
    }

    private static Optional<Integer> status(ResultSet row) throws SQLException {
        int status = row.getInt("http_status");
        return row.wasNull() ? Optional.empty() : Optional.of(status);
    }
}
