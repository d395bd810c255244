package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.PaymentKind;

/** What reading QuickBooks remembers in addition to its watermarks, per company file and feed. */
public final class ReadingHistory {

    /** Checks, credit cards, deletions. */
    private static final int FEEDS = 3;

    private final LedgerDatabase database;
    private final Clock clock;

    public ReadingHistory(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** When a feed was last read to its end; empty before the first time. */
    public Optional<Instant> lastReadToEnd(String companyFile, String feed) {
        return database.jdbc().sql("select read_at from feed_reading where company_file = :file and feed = :feed")
                .param("file", companyFile).param("feed", feed)
                .query((row, number) -> Rows.instant(row, "read_at")).optional();
    }

    /** When the changes of a company file were last read, all of its feeds to their ends; empty where one never was. */
    public Optional<Instant> lastReadToEnd(String companyFile) {
        return database.jdbc().sql("""
                select case when count(*) >= :feeds then min(read_at) end as oldest from feed_reading
                where company_file = :file""").param("feeds", FEEDS).param("file", companyFile)
                .query((row, number) -> Optional.ofNullable(Rows.instant(row, "oldest"))).single();
    }

    public void readToEnd(String companyFile, String feed) {
        database.transactions().executeWithoutResult(status -> {
            database.turns().requireWithin(companyFile);
            Object now = Rows.stamp(clock.instant());
            int updated = database.jdbc().sql("""
                    update feed_reading set read_at = :now where company_file = :file and feed = :feed""")
                    .param("now", now).param("file", companyFile).param("feed", feed).update();
            if (updated == 0) {
                database.jdbc().sql("insert into feed_reading (company_file, feed, read_at) values (:file, :feed, :now)")
                        .param("now", now).param("file", companyFile).param("feed", feed).update();
            }
        });
    }

    /** Ids of the payments of a kind that QuickBooks held when last asked. */
    public List<String> knownPayments(String companyFile, PaymentKind kind) {
        return database.jdbc().sql("""
                select payment_txn_id from payment where company_file = :file and payment_kind = :kind
                and verdict <> 'DELETED' order by id""")
                .param("file", companyFile).param("kind", kind.name()).query(String.class).list();
    }

    /** Ids of the payments of a kind that QuickBooks held when last asked, changed at or after a stamp; so many at most. */
    public List<String> changedSince(String companyFile, PaymentKind kind, HostTime stamp, int most) {
        return database.jdbc().sql("""
                select payment_txn_id from payment where company_file = :file and payment_kind = :kind
                and verdict <> 'DELETED' and time_modified >= :stamp
                order by company_file, payment_kind, time_modified desc limit :most""")
                .param("file", companyFile).param("kind", kind.name()).param("stamp", stamp.toString())
                .param("most", most).query(String.class).list();
    }

    /**
     * A payment as QuickBooks last held it.
     *
     * @param words as an operator knows it
     */
    public record KnownPayment(PaymentKind kind, String txnId, String editSequence, HostTime modified, String words) { }

    /** The payments that changed last, by their stamps; none that is deleted or has no stamp. */
    public List<KnownPayment> latest(String companyFile, int most) {
        return Stream.of(PaymentKind.values()).flatMap(kind -> latest(companyFile, kind, most).stream())
                .sorted(Comparator.comparing(KnownPayment::modified).reversed()).limit(most).toList();
    }

    private List<KnownPayment> latest(String companyFile, PaymentKind kind, int most) {
        // "> ''" is "not null" in words by which H2 takes the index of these stamps.
        return database.jdbc().sql("""
                select payment_txn_id, edit_sequence, time_modified, ref_number, txn_date from payment
                where company_file = :file and payment_kind = :kind and verdict <> 'DELETED' and time_modified > ''
                order by company_file, payment_kind, time_modified desc, id desc limit :most""")
                .param("file", companyFile).param("kind", kind.name()).param("most", most)
                .query((row, number) -> {
                    String txnId = row.getString("payment_txn_id");
                    String named = Rows.text(row, "ref_number");
                    return new KnownPayment(kind, txnId, Rows.text(row, "edit_sequence"),
                            HostTime.parse(row.getString("time_modified")).orElseThrow(), kind.words() + " "
                            + (named.isEmpty() ? "without number (" + txnId + ")" : named)
                            + Rows.date(row, "txn_date").map(day -> " of " + day).orElse(""));
                }).list();
    }

    /** Forgets when a company file was read to its end: the next reading compares all its payments by their ids. */
    public void forgetReadings(String companyFile) {
        database.jdbc().sql("delete from feed_reading where company_file = :file").param("file", companyFile).update();
    }

    /** Last day of a backfill that is in the ledger; empty where it is new. @param range first and last day as text */
    public Optional<LocalDate> backfilledTo(String companyFile, String feed, String range) {
        return database.jdbc().sql("""
                select done_to from backfill_progress
                where company_file = :file and feed = :feed and date_range = :range""")
                .param("file", companyFile).param("feed", feed).param("range", range).query(LocalDate.class).optional();
    }

    public void backfilledTo(String companyFile, String feed, String range, LocalDate day) {
        database.transactions().executeWithoutResult(status -> {
            database.turns().requireWithin(companyFile);
            int updated = database.jdbc().sql("""
                    update backfill_progress set done_to = :day
                    where company_file = :file and feed = :feed and date_range = :range""")
                    .param("day", day).param("file", companyFile).param("feed", feed).param("range", range).update();
            if (updated == 0) {
                database.jdbc().sql("""
                        insert into backfill_progress (company_file, feed, date_range, done_to)
                        values (:file, :feed, :range, :day)""")
                        .param("day", day).param("file", companyFile).param("feed", feed).param("range", range).update();
            }
        });
    }

    /** The range was read to its end: if asked for again, it is read again. */
    public void backfillEnded(String companyFile, String range) {
        database.jdbc().sql("delete from backfill_progress where company_file = :file and date_range = :range")
                .param("file", companyFile).param("range", range).update();
    }

    /** Whether a record with exactly this text is known to be spoiled. */
    public boolean isKnownSpoiled(String companyFile, String fingerprint) {
        return database.jdbc().sql("""
                select count(*) from spoiled_record where company_file = :file and fingerprint = :fingerprint""")
                .param("file", companyFile).param("fingerprint", fingerprint).query(Long.class).single() > 0;
    }

    /** Remembers records that are spoiled. */
    public void spoiled(String companyFile, Collection<String> fingerprints) {
        for (String fingerprint : Set.copyOf(fingerprints)) {
            database.transactions().executeWithoutResult(status -> {
                database.turns().requireWithin(companyFile);
                if (!isKnownSpoiled(companyFile, fingerprint)) {
                    database.jdbc().sql("""
                            insert into spoiled_record (company_file, fingerprint, found_at)
                            values (:file, :fingerprint, :now)""").param("file", companyFile)
                            .param("fingerprint", fingerprint).param("now", Rows.stamp(clock.instant())).update();
                }
            });
        }
    }
}
