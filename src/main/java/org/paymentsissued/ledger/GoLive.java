package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.paymentsissued.payment.HostTime;

/**
 * From which moment on the payments of a company file are sent: {@code poll.start}, or else 00:00 of the day before the first
 * reading, which is remembered. What QuickBooks created before it is history.
 */
public final class GoLive {

    /** Stage of the dead letter, and its trouble key. */
    public static final String STAGE = "go-live";

    private final LedgerDatabase database;
    private final DeadLetters deadLetters;
    private final Optional<HostTime> set;
    private final Clock clock;
    private final Map<String, HostTime> inForce = new ConcurrentHashMap<>();

    /** @param set the setting {@code poll.start}; empty where the owner left it so */
    public GoLive(LedgerDatabase database, DeadLetters deadLetters, Optional<HostTime> set, Clock clock) {
        this.database = database;
        this.deadLetters = deadLetters;
        this.set = set;
        this.clock = clock;
    }

    /** The moment for a company file; empty before its first reading where {@code poll.start} is empty. */
    public Optional<HostTime> of(String companyFile) {
        return set.or(() -> Optional.ofNullable(inForce.get(companyFile))).or(() -> remembered(companyFile));
    }

    /** By company file, as people read it. */
    public Map<String, String> of(Collection<String> companyFiles) {
        Map<String, String> all = new TreeMap<>();
        companyFiles.forEach(file -> of(file).ifPresent(stamp -> all.put(file, stamp.toString())));
        return all;
    }

    /** What {@code check} and {@code once} say about it. */
    public String words(String companyFile) {
        return of(companyFile).map(stamp -> "payments entered in QuickBooks before " + stamp.toString().replace('T', ' ')
                + " are history and are not sent (poll.start" + (set.isPresent() ? ")" : " is empty: the day before the first start)"))
                .orElse("payments entered in QuickBooks before the day before the first start are history and are not sent"
                        + " (poll.start is empty)");
    }

    /**
     * A reading begins. An earlier {@code poll.start} than the one before makes everything since then be read again.
     *
     * @return the moment that holds from now on
     */
    public HostTime begin(String companyFile) {
        HostTime now = database.transactions().execute(status -> {
            Optional<HostTime> before = remembered(companyFile);
            HostTime start = set.or(() -> before).orElseGet(() -> new HostTime(
                    LocalDate.now(clock.withZone(ZoneId.systemDefault())).minusDays(1).atStartOfDay()));
            if (before.isEmpty()) {
                database.jdbc().sql("insert into go_live (company_file, host_time) values (:file, :stamp)")
                        .param("file", companyFile).param("stamp", start.toString()).update();
            } else if (!before.get().equals(start)) {
                database.jdbc().sql("update go_live set host_time = :stamp where company_file = :file")
                        .param("file", companyFile).param("stamp", start.toString()).update();
            }
            if (before.isPresent() && before.get().isAfter(start)) {
                database.jdbc().sql("delete from watermark where company_file = :file").param("file", companyFile).update();
            }
            if (set.isPresent()) {
                deadLetters.resolveKeyWithin(companyFile, STAGE, "poll.start is set.");
            }
            return start;
        });
        inForce.put(companyFile, now);
        return now;
    }

    private Optional<HostTime> remembered(String companyFile) {
        return database.jdbc().sql("select host_time from go_live where company_file = :file").param("file", companyFile)
                .query(String.class).optional().flatMap(HostTime::parse);
    }

    /** A record in Procore with a key of ours. @param paymentTxnId the payment that its key names */
    public record Keyed(String paymentTxnId, Optional<LocalDate> day) { }

    /**
     * Records with our key that a list of Procore shows. Where this ledger is new and has never sent them, an earlier one has: an
     * operator has to say since when, or edits and voids of its payments are not followed.
     */
    public void sees(String companyFile, Supplier<List<Keyed>> records) {
        if (set.isPresent()) {
            return;
        }
        List<Keyed> keyed = records.get();
        if (keyed.isEmpty() || !isNewLedger()) {
            return;
        }
        keyed.stream().filter(record -> record.day().isPresent()).filter(record -> !isOfThisLedger(companyFile, record.paymentTxnId()))
                .map(record -> record.day().get()).min(Comparator.naturalOrder()).ifPresent(oldest -> tell(companyFile, oldest));
    }

    /** Not an older copy that was restored: that one knows its go-live. */
    private boolean isNewLedger() {
        return database.jdbc().sql("select count(*) from ledger_age where not delivered_once and copied_at is null")
                .query(Long.class).single() > 0;
    }

    private boolean isOfThisLedger(String companyFile, String paymentTxnId) {
        return database.jdbc().sql("""
                select count(*) from ledger_row r join payment p on p.id = r.payment_id
                where p.company_file = :file and p.payment_txn_id = :txn
                  and (r.held_procore_id is not null or r.pending_call is not null or r.change_number > 0)""")
                .param("file", companyFile).param("txn", paymentTxnId).query(Long.class).single() > 0;
    }

    private void tell(String companyFile, LocalDate oldest) {
        database.transactions().executeWithoutResult(status -> {
            Optional<LocalDate> told = database.jdbc().sql("select oldest_record from go_live where company_file = :file for update")
                    .param("file", companyFile).query((row, number) -> Rows.date(row, "oldest_record")).optional()
                    .flatMap(day -> day);
            if (told.isPresent() && !told.get().isAfter(oldest)) {
                return;
            }
            database.jdbc().sql("update go_live set oldest_record = :day where company_file = :file").param("day", oldest)
                    .param("file", companyFile).update();
            deadLetters.openWithin(DeadLetters.Trouble.of(companyFile, STAGE, STAGE, "Procore already holds payments of an earlier"
                    + " ledger, the oldest of " + oldest + ", and this ledger is new.\nSet poll.start to that day or earlier, then"
                    + " sync: they are then read and adopted, and their edits and voids followed. Until then they stay as they are."));
        });
    }
}
