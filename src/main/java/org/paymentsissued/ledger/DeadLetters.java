package org.paymentsissued.ledger;

import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.paymentsissued.payment.Cut;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What needs an operator. The life cycle of a dead letter: {@code open}; a retry makes it {@code retried}, and failing once more
 * opens the same one again; once its cause is gone, it is {@code resolved}; with a reason it may be {@code discarded}.
 */
public final class DeadLetters {

    /** Who acted, if it was the product itself. */
    static final String SELF = "payments-issued";
    /** Stage of what keeps a company file from being read. */
    static final String POLL = "poll";
    /** Stage of a record in Procore that may be the same payment. */
    public static final String TWIN = "twin";

    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final int ATTEMPTS_KEPT = 50;
    /** Any further ones, in a process whose routes announce none, appear only in the console. */
    private static final int MOST_ANNOUNCED = 10_000;

    private final LedgerDatabase database;
    private final Clock clock;
    private final Queue<Listed> opened = new ConcurrentLinkedQueue<>();

    public DeadLetters(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Trouble to be kept.
     *
     * @param stage      poll, split, enrich, aggregate, deliver, twin, go-live, lookup, safety or yours (set aside by
     *                   a route of the installation)
     * @param troubleKey the same for the same trouble of the same thing
     * @param sentence   what happened, to which payment, what to do; a line break may divide what happened from what to do
     * @param cause      what was thrown; empty where nothing was
     * @param qbxml      the payment as QuickBooks gave it; if empty, the one in the ledger is meant
     * @param about      the beginning of the sentence that names the payment; no part of the cause
     */
    public record Trouble(String companyFile, String stage, String troubleKey, Optional<Long> paymentId,
            Optional<Long> rowId, String sentence, Optional<Throwable> cause, String request,
            Optional<Integer> httpStatus, String httpAnswer, String qbxml, String about) {

        public Trouble(String companyFile, String stage, String troubleKey, Optional<Long> paymentId, Optional<Long> rowId,
                String sentence, Optional<Throwable> cause, String request, Optional<Integer> httpStatus, String httpAnswer,
                String qbxml) {
            this(companyFile, stage, troubleKey, paymentId, rowId, sentence, cause, request, httpStatus, httpAnswer, qbxml, "");
        }

        public static Trouble of(String companyFile, String stage, String troubleKey, String sentence) {
            return new Trouble(companyFile, stage, troubleKey, Optional.empty(), Optional.empty(), sentence,
                    Optional.empty(), "", Optional.empty(), "", "");
        }

        public Trouble causedBy(Throwable failure) {
            return new Trouble(companyFile, stage, troubleKey, paymentId, rowId, sentence,
                    Optional.ofNullable(failure), request, httpStatus, httpAnswer, qbxml, about);
        }

        public Trouble with(String paymentXml) {
            return new Trouble(companyFile, stage, troubleKey, paymentId, rowId, sentence, cause, request, httpStatus,
                    httpAnswer, paymentXml, about);
        }

        /** The same trouble, named by the payment it hit. */
        public Trouble about(String payment) {
            return new Trouble(companyFile, stage, troubleKey, paymentId, rowId, payment + sentence, cause, request, httpStatus,
                    httpAnswer, qbxml, payment);
        }

        /** The same trouble of something larger than a payment. */
        Trouble of(String file, String key) {
            return new Trouble(file, stage, key, Optional.empty(), Optional.empty(), sentence, cause, request, httpStatus, httpAnswer, "",
                    about);
        }

        /** @param text what is to be read again on retry, without secrets */
        public Trouble holding(String text) {
            return new Trouble(companyFile, stage, troubleKey, paymentId, rowId, sentence, cause, text, httpStatus, httpAnswer,
                    qbxml);
        }

        Trouble ofRow(LedgerRow row) {
            return new Trouble(companyFile, stage, troubleKey, Optional.of(row.paymentId()), Optional.of(row.id()),
                    sentence, cause, request, httpStatus, httpAnswer, qbxml, about);
        }

        /** In one line. */
        @Override
        public String sentence() {
            return sentence.replace('\n', ' ');
        }

        String happened() {
            return sentence.substring(about.length()).lines().findFirst().orElse("");
        }

        String advice() {
            return String.join(" ", sentence.lines().skip(1).toList());
        }
    }

    private static final String LOOKUP_FILE = "lookup|";

    /** Trouble key of a lookup file with refused lines. */
    public static String keyOfLookupFile(String fileName) {
        return LOOKUP_FILE + fileName;
    }

    /** A lookup file with refused lines. @param refusedLines as a file of their own; empty where they cannot be read again */
    public record RefusedFile(String name, String refusedLines) { }

    /** The file that an open dead letter is about; empty where it is about something else. */
    public Optional<RefusedFile> refusedFile(long letterId) {
        return database.jdbc().sql("""
                select company_file, trouble_key, coalesce(request, '') as request from dead_letter
                where id = :id and status = 'open' and stage = 'lookup'""").param("id", letterId).query((row, number) -> {
                    String prefix = row.getString("company_file") + "|" + LOOKUP_FILE;
                    String key = row.getString("trouble_key");
                    return key.startsWith(prefix) ? new RefusedFile(key.substring(prefix.length()), Rows.text(row, "request")) : null;
                }).optional();
    }

    /** Trouble key of one row of QuickBooks, such as a BillPaymentCheckRet. */
    public static String keyOfRow(String element, String txnId) {
        return "row|" + element + "|" + txnId;
    }

    /** A trouble key as the table has it. */
    static String wholeKey(String companyFile, String troubleKey) {
        return Cut.to(400, companyFile + "|" + troubleKey);
    }

    /** For which of these keys something is open or under retry. */
    Set<String> inTrouble(List<String> wholeKeys) {
        return wholeKeys.isEmpty() ? Set.of() : Set.copyOf(database.jdbc().sql("""
                select trouble_key from dead_letter where trouble_key in (:keys) and status in ('open', 'retried')""")
                .param("keys", wholeKeys).query(String.class).list());
    }

    /** Keeps the trouble: as a new dead letter, or as one more failure of the one that is open or was retried. */
    public long open(Trouble trouble) {
        return database.transactions().execute(status -> openWithin(trouble));
    }

    long openWithin(Trouble trouble) {
        JdbcClient jdbc = database.jdbc();
        Instant now = clock.instant();
        String key = wholeKey(trouble.companyFile(), trouble.troubleKey());
        Optional<Long> known = jdbc.sql("""
                select id from dead_letter where trouble_key = :key and status in ('open', 'retried')
                order by case status when 'open' then 0 else 1 end, id desc limit 1""")
                .param("key", key).query(Long.class).optional();
        String qbxml = trouble.qbxml().isEmpty()
                ? trouble.paymentId().flatMap(id -> jdbc.sql("select qbxml from payment where id = :id")
                        .param("id", id).query(String.class).optional()).orElse("")
                : trouble.qbxml();
        if (known.isEmpty() && trouble.rowId().isEmpty() && !qbxml.isEmpty()) {
            // Discarded in this very version: the polls that still read it must not bring it back.
            Optional<Long> discarded = jdbc.sql("""
                    select max(id) as id from dead_letter
                    where trouble_key = :key and status = 'discarded' and qbxml = :qbxml""")
                    .param("key", key).param("qbxml", qbxml).query((row, number) -> Rows.id(row, "id")).single();
            if (discarded.isPresent()) {
                return discarded.get();
            }
        }
        if (known.isPresent()) {
            fields(jdbc.sql("""
                    update dead_letter set opened_at = case when status = 'open' then opened_at else :now end, status = 'open',
                      open_key = :key, payment_id = :payment, ledger_row_id = :row, sentence = :sentence, happened = :happened,
                      advice = :advice, cause_key = :cause, vendor = :vendor, paid_on = :paidOn, amount = :amount,
                      search = :search,
                      exception = :exception, stack = :stack, request = :request,
                      http_status = :status, http_answer = :answer, qbxml = :qbxml, attempts = attempts + 1,
                      last_failed_at = :now, closed_at = null where id = :id"""), trouble, key, qbxml, now)
                    .param("id", known.get()).update();
            keepAttempt(known.get(), trouble, now);
            return known.get();
        }
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        fields(jdbc.sql("""
                insert into dead_letter (company_file, stage, status, trouble_key, open_key, payment_id, ledger_row_id,
                  sentence, happened, advice, cause_key, vendor, paid_on, amount, search, exception, stack, request, http_status,
                  http_answer, qbxml, attempts, opened_at, first_failed_at, last_failed_at)
                values (:companyFile, :stage, 'open', :key, :key, :payment, :row, :sentence, :happened, :advice, :cause, :vendor,
                  :paidOn, :amount, :search, :exception, :stack, :request, :status, :answer, :qbxml, 1, :now, :now, :now)"""),
                trouble, key, qbxml, now)
                .param("companyFile", trouble.companyFile()).param("stage", trouble.stage())
                .update(id, "id");
        keepAttempt(id.getKey().longValue(), trouble, now);
        announce(new Listed(id.getKey().longValue(), trouble.companyFile(), trouble.stage(), trouble.sentence()));
        return id.getKey().longValue();
    }

    /** Only after the commit: a rolled back dead letter never existed. */
    private void announce(Listed letter) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                if (opened.size() < MOST_ANNOUNCED) {
                    opened.add(letter);
                }
            }
        });
    }

    /** What this process has opened since it was last asked, oldest first, each at most once; after a kill it is not repeated. */
    public List<Listed> takeOpened() {
        List<Listed> taken = new ArrayList<>();
        for (Listed next = opened.poll(); next != null && taken.size() < MOST_ANNOUNCED; next = opened.poll()) {
            taken.add(next);
        }
        return taken;
    }

    private void keepAttempt(long id, Trouble trouble, Instant now) {
        database.jdbc().sql("""
                insert into dead_letter_attempt (dead_letter_id, number, at, sentence, http_status, http_answer)
                values (:id, (select attempts from dead_letter where id = :id), :now, :sentence, :status, :answer)""")
                .param("id", id).param("now", Rows.stamp(now)).param("sentence", database.kept(trouble.sentence(), 2000))
                .param("status", trouble.httpStatus().orElse(null), Types.INTEGER)
                .param("answer", database.kept(trouble.httpAnswer(), LONGEST_ANSWER)).update();
        database.jdbc().sql("""
                delete from dead_letter_attempt where dead_letter_id = :id
                  and number <= (select attempts from dead_letter where id = :id) - :kept""")
                .param("id", id).param("kept", ATTEMPTS_KEPT).update();
    }

    private JdbcClient.StatementSpec fields(JdbcClient.StatementSpec sql, Trouble trouble, String key,
            String qbxml, Instant now) {
        LetterFacts facts = LetterFacts.of(database, trouble, qbxml);
        return sql.param("key", key).param("happened", database.kept(facts.happened(), 2000))
                .param("advice", database.kept(trouble.advice(), 2000)).param("cause", facts.causeKey())
                .param("vendor", Cut.to(250, facts.vendor())).param("paidOn", facts.paidOn().orElse(null), Types.DATE)
                .param("amount", facts.amount().orElse(null), Types.DECIMAL).param("search", database.kept(facts.search(), 4000))
                .param("payment", trouble.paymentId().orElse(null)).param("row", trouble.rowId().orElse(null))
                .param("sentence", database.kept(trouble.sentence(), 2000))
                .param("exception", trouble.cause().map(cause -> Cut.to(300, cause.getClass().getName())).orElse(null))
                .param("stack", trouble.cause().map(this::stackOf).orElse(null))
                .param("request", database.kept(trouble.request(), LONGEST_ANSWER)).param("status", trouble.httpStatus().orElse(null))
                .param("answer", database.kept(trouble.httpAnswer(), LONGEST_ANSWER)).param("qbxml", qbxml)
                .param("now", Rows.stamp(now));
    }

    /** Closes what is open for a row because its cause is gone. */
    void resolveWithin(long rowId, String note) {
        for (long id : database.jdbc().sql("""
                select id from dead_letter where ledger_row_id = :row and status in ('open', 'retried') for update""")
                .param("row", rowId).query(Long.class).list()) {
            closeWithin(id, "resolved", SELF, note);
        }
    }

    /** Closes what is open under this trouble key because its cause is gone. */
    public void resolve(String companyFile, String troubleKey, String note) {
        database.transactions().executeWithoutResult(status -> resolveKeyWithin(companyFile, troubleKey, note));
    }

    void resolveKeyWithin(String companyFile, String troubleKey, String note) {
        database.jdbc().sql("""
                select id from dead_letter where trouble_key = :key and status in ('open', 'retried') for update""")
                .param("key", wholeKey(companyFile, troubleKey)).query(Long.class).list()
                .forEach(id -> closeWithin(id, "resolved", SELF, note));
    }

    void closeWithin(long id, String status, String who, String note) {
        Instant now = clock.instant();
        database.jdbc().sql("""
                update dead_letter set status = :status, open_key = null, closed_at = :now where id = :id""")
                .param("status", status).param("now", Rows.stamp(now)).param("id", id).update();
        actWithin(id, status, who, note);
    }

    /** An operator has made it due again; failing once more opens it again. */
    void retriedWithin(long id, String who) {
        closeWithin(id, "retried", who, "");
    }

    /** @return false if the same trouble has a dead letter of its own by now */
    boolean reopenWithin(long id, String who) {
        int reopened = database.jdbc().sql("""
                update dead_letter set status = 'open', open_key = trouble_key, closed_at = null, opened_at = :now
                where id = :id and not exists (select 1 from dead_letter other where other.trouble_key = dead_letter.trouble_key
                  and other.id <> dead_letter.id and other.status in ('open', 'retried'))""")
                .param("now", Rows.stamp(clock.instant())).param("id", id).update();
        if (reopened > 0) {
            actWithin(id, "reopen", who, "");
        }
        return reopened > 0;
    }

    void actWithin(long id, String action, String who, String note) {
        database.jdbc().sql("""
                insert into dead_letter_action (dead_letter_id, at, who, action, note)
                values (:id, :now, :who, :action, :note)""")
                .param("id", id).param("now", Rows.stamp(clock.instant())).param("who", who).param("action", action)
                .param("note", database.kept(note, 2000)).update();
    }

    /** As it is listed. */
    public record Listed(long id, String companyFile, String stage, String sentence) { }

    /** Open ones, oldest first. */
    public List<Listed> openOnes(int most) {
        return database.jdbc().sql("select id, company_file, stage, sentence from dead_letter where status = 'open'"
                + " order by id limit :most")
                .param("most", most).query((row, number) ->
                        new Listed(row.getLong("id"), row.getString("company_file"), row.getString("stage"),
                                row.getString("sentence"))).list();
    }

    public long openCount() {
        return database.jdbc().sql("select count(*) from dead_letter where status = 'open'").query(Long.class).single();
    }

    private String stackOf(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return database.kept(text.toString(), LONGEST_ANSWER);
    }
}
