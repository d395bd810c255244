package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.paymentsissued.payment.CommitmentRef;

/**
 * Commitments, projects and companies that Procore refuses as a whole. Each is one dead letter; its payments stay pending and
 * wait behind it, and a retry releases all of them.
 */
public final class Refusals {

    private static final String COVERED = """
            payment_id in (select id from payment where company_file in (:files)) and (
              cast(:project as bigint) is null
              or wanted and wanted_project_id = :project
                and (cast(:commitment as bigint) is null or wanted_contract_id = :commitment)
              or held_procore_id is not null and held_project_id = :project
                and (cast(:commitment as bigint) is null or held_contract_id = :commitment)
              or pending_call is not null and pending_call_project_id = :project
                and (cast(:commitment as bigint) is null or pending_call_contract_id = :commitment))""";

    private static final int AT_ONCE = 500;
    /** Leaves room for the count of what waits behind it. */
    private static final int LONGEST_SENTENCE = 1_800;

    private final LedgerDatabase database;
    private final DeadLetters deadLetters;
    private final Clock clock;

    public Refusals(LedgerDatabase database, DeadLetters deadLetters, Clock clock) {
        this.database = database;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    /** What is refused: a company, one of its projects, or one commitment. */
    public record Scope(String companyId, Optional<Long> projectId, Optional<Long> commitmentId) {

        public static Scope company(String companyId) {
            return new Scope(companyId, Optional.empty(), Optional.empty());
        }

        public static Scope project(String companyId, long projectId) {
            return new Scope(companyId, Optional.of(projectId), Optional.empty());
        }

        public static Scope commitment(String companyId, CommitmentRef place) {
            return new Scope(companyId, Optional.of(place.projectId()), Optional.of(place.commitmentId()));
        }

        /** Whether a commitment of the same company is in it. */
        public boolean covers(CommitmentRef place) {
            return projectId.map(id -> id == place.projectId()).orElse(true)
                    && commitmentId.map(id -> id == place.commitmentId()).orElse(true);
        }

        /** Empty where more than one is meant. */
        public Optional<CommitmentRef> commitment() {
            return commitmentId.map(id -> new CommitmentRef(projectId.orElseThrow(), id));
        }

        public boolean isCompany() {
            return projectId.isEmpty();
        }

        private String troubleKey() {
            return "refused|" + companyId + projectId.map(id -> "|" + id).orElse("") + commitmentId.map(id -> "|" + id).orElse("");
        }
    }

    /**
     * One that Procore has refused.
     *
     * @param sentence what the operator reads, without the payments behind it
     * @param isOpen   false once an operator has released its payments, until Procore accepts or refuses one of them
     */
    public record Refusal(long letterId, Scope scope, String sentence, boolean isOpen) { }

    /** All of a company, including those that were released. */
    public List<Refusal> of(String companyId) {
        return database.jdbc().sql("select * from refusal where company_id = :company order by dead_letter_id")
                .param("company", companyId).query((row, number) -> new Refusal(row.getLong("dead_letter_id"),
                        new Scope(row.getString("company_id"), Rows.id(row, "project_id"), Rows.id(row, "commitment_id")),
                        row.getString("sentence"), row.getBoolean("is_open"))).list();
    }

    /** Opens the dead letter of a refusal, or notes one more failure of it, and makes all of its payments wait behind it. */
    public synchronized Refusal refuse(Scope scope, List<String> companyFiles, DeadLetters.Trouble trouble) {
        String sentence = database.kept(trouble.sentence(), LONGEST_SENTENCE);
        return database.transactions().execute(status -> {
            long letter = deadLetters.openWithin(trouble.of(companyFiles.get(0), scope.troubleKey()));
            database.jdbc().sql("delete from refusal where dead_letter_id = :id").param("id", letter).update();
            database.jdbc().sql("""
                    insert into refusal (dead_letter_id, company_id, project_id, commitment_id, sentence, is_open)
                    values (:id, :company, :project, :commitment, :sentence, true)""")
                    .param("id", letter).param("company", scope.companyId())
                    .param("project", scope.projectId().orElse(null), Types.BIGINT)
                    .param("commitment", scope.commitmentId().orElse(null), Types.BIGINT)
                    .param("sentence", sentence).update();
            Refusal refusal = new Refusal(letter, scope, sentence, true);
            join(refusal, companyFiles);
            return refusal;
        });
    }

    /** New payments join those that wait behind an open refusal; one with nothing left behind it is closed. */
    public synchronized void joinAll(String companyId, List<String> companyFiles) {
        if (isAnyBehindNone()) {
            database.jdbc().sql("""
                    update ledger_row set behind_letter = null where behind_letter is not null
                      and behind_letter not in (select dead_letter_id from refusal where is_open)""").update();
        }
        for (Refusal refusal : of(companyId)) {
            if (refusal.isOpen()) {
                database.transactions().executeWithoutResult(status -> join(refusal, companyFiles));
            }
        }
    }

    private boolean isAnyBehindNone() {
        return database.jdbc().sql("""
                select count(*) from ledger_row where behind_letter is not null
                  and behind_letter not in (select dead_letter_id from refusal where is_open)""")
                .query(Long.class).single() > 0;
    }

    private void join(Refusal refusal, List<String> companyFiles) {
        List<Long> rows = database.jdbc().sql("""
                select id from ledger_row where state = 'pending' and behind_letter is null and\s""" + COVERED + " order by id")
                .param("files", companyFiles).param("project", refusal.scope().projectId().orElse(null), Types.BIGINT)
                .param("commitment", refusal.scope().commitmentId().orElse(null), Types.BIGINT).query(Long.class).list();
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            List<Long> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
            lock(database, some);
            database.jdbc().sql("""
                    update ledger_row set behind_letter = :letter, reason = :reason, changed_at = :now
                    where id in (:ids) and state = 'pending' and behind_letter is null""")
                    .param("letter", refusal.letterId()).param("reason", reason(refusal.letterId()))
                    .param("now", Rows.stamp(clock.instant())).param("ids", some).update();
        }
        Behind behind = behind(refusal.letterId());
        if (behind.payments() == 0) {
            close(refusal, "Nothing waits behind it anymore.");
            return;
        }
        database.jdbc().sql("update dead_letter set sentence = :sentence where id = :id and sentence <> :sentence")
                .param("id", refusal.letterId()).param("sentence", refusal.sentence() + behind.words()).update();
    }

    /** The payments first and all by their ids, as everyone locks them: two orders would wait for each other. */
    private static void lock(LedgerDatabase database, List<Long> rows) {
        database.jdbc().sql("""
                select id from payment where id in (select payment_id from ledger_row where id in (:ids)) order by id for update""")
                .param("ids", rows).query(Long.class).list();
        database.jdbc().sql("select id from ledger_row where id in (:ids) order by id for update")
                .param("ids", rows).query(Long.class).list();
    }

    private static int letGo(LedgerDatabase database, long letterId, Instant now) {
        List<Long> rows = database.jdbc().sql("select id from ledger_row where behind_letter = :id order by id")
                .param("id", letterId).query(Long.class).list();
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            List<Long> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
            lock(database, some);
            database.jdbc().sql("""
                    update ledger_row set behind_letter = null, attempts = 0, next_attempt_at = :now, changed_at = :now, reason = ''
                    where id in (:ids) and behind_letter = :id""")
                    .param("ids", some).param("id", letterId).param("now", Rows.stamp(now)).update();
        }
        return rows.size();
    }

    /** What waits behind a dead letter. */
    public record Behind(long payments, BigDecimal total) {

        private String words() {
            return String.format(Locale.ROOT, " Waiting behind it: %,d payment%s issued, %,.2f in total.", payments,
                    payments == 1 ? "" : "s", total);
        }
    }

    /** How many payments issued wait behind a dead letter, and their total. */
    public Behind behind(long letterId) {
        return database.jdbc().sql("""
                select count(*) as payments, coalesce(sum(coalesce(wanted_amount, held_amount)), 0) as total from ledger_row
                where behind_letter = :letter and state = 'pending'""").param("letter", letterId)
                .query((row, number) -> new Behind(row.getLong("payments"), row.getBigDecimal("total"))).single();
    }

    /** Whether Procore refuses a whole company. */
    public boolean isCompanyRefused() {
        return database.jdbc().sql("""
                select count(*) from refusal r join dead_letter d on d.id = r.dead_letter_id
                where r.is_open and d.status = 'open' and r.project_id is null""").query(Long.class).single() > 0;
    }

    /** An operator releases all that waits behind a refusal. @return how many, or empty if the letter is not a refusal */
    static Optional<Integer> release(LedgerDatabase database, long letterId, Instant now) {
        int open = database.jdbc().sql("update refusal set is_open = false where dead_letter_id = :id and is_open")
                .param("id", letterId).update();
        return open == 0 ? Optional.empty() : Optional.of(letGo(database, letterId, now));
    }

    /** Procore accepts what it refused before. */
    public void accepted(Refusal refusal) {
        database.transactions().executeWithoutResult(status -> close(refusal, "Procore accepts its payments again."));
    }

    private void close(Refusal refusal, String note) {
        database.jdbc().sql("select id from dead_letter where id = :id and status in ('open', 'retried') for update")
                .param("id", refusal.letterId()).query(Long.class).optional()
                .ifPresent(id -> deadLetters.closeWithin(id, "resolved", DeadLetters.SELF, note));
        database.jdbc().sql("delete from refusal where dead_letter_id = :id").param("id", refusal.letterId()).update();
        letGo(database, refusal.letterId(), clock.instant());
    }

    static boolean isOpen(LedgerDatabase database, long letterId) {
        return database.jdbc().sql("select dead_letter_id from refusal where dead_letter_id = :id and is_open for update")
                .param("id", letterId).query(Long.class).optional().isPresent();
    }

    static String reason(long letterId) {
        return "Waits behind dead letter " + letterId + ".";
    }
}
