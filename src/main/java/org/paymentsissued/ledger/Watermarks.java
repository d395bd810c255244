package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.payment.HostTime;

/** How far each feed of each company file has been read. A watermark never moves back. */
public final class Watermarks {

    private final LedgerDatabase database;
    private final Clock clock;

    public Watermarks(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Largest stamp read; empty before the first. */
    public Optional<HostTime> of(String companyFile, String feed) {
        return database.jdbc().sql("select host_time from watermark where company_file = :file and feed = :feed")
                .param("file", companyFile).param("feed", feed).query(String.class).optional()
                .flatMap(HostTime::parse);
    }

    /** A watermark. @param hostTime local clock text of the QuickBooks machine */
    public record Mark(String companyFile, String feed, String hostTime, Instant movedAt) { }

    /** All watermarks, by company file and feed. */
    public List<Mark> all() {
        return database.jdbc().sql("select * from watermark order by company_file, feed")
                .query((row, number) -> new Mark(row.getString("company_file"), row.getString("feed"),
                        row.getString("host_time"), Rows.instant(row, "moved_at"))).list();
    }

    /** Moves the watermark to a later stamp; an earlier one leaves it. */
    public void moveTo(String companyFile, String feed, HostTime stamp) {
        database.transactions().executeWithoutResult(status -> {
            database.turns().requireWithin(companyFile);
            Optional<HostTime> present = of(companyFile, feed);
            if (present.isEmpty()) {
                database.jdbc().sql("""
                        insert into watermark (company_file, feed, host_time, moved_at)
                        values (:file, :feed, :stamp, :now)""")
                        .param("file", companyFile).param("feed", feed).param("stamp", stamp.toString())
                        .param("now", Rows.stamp(clock.instant())).update();
            } else if (stamp.isAfter(present.get())) {
                database.jdbc().sql("""
                        update watermark set host_time = :stamp, moved_at = :now
                        where company_file = :file and feed = :feed""")
                        .param("file", companyFile).param("feed", feed).param("stamp", stamp.toString())
                        .param("now", Rows.stamp(clock.instant())).update();
            }
        });
    }
}
