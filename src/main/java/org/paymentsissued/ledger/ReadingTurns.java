package org.paymentsissued.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DuplicateKeyException;

/**
 * Whose turn it is to read a company file: one node at a time. A turn lasts a lease and is renewed by heartbeats, so
 * that a node that dies or stops loses it. What such a node read is kept out of the ledger when it wakes, since every
 * transaction of a reading asks whether the turn is still its own. Why not an advisory lock: docs/decisions/0008.
 */
public final class ReadingTurns {

    /** A reading that wrote nothing for this long has ended, whatever its process says. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(30);

    private final LedgerDatabase database;
    private final Map<String, Turn> ours = new ConcurrentHashMap<>();

    private record Turn(long number, long usedAt) { }

    ReadingTurns(LedgerDatabase database) {
        this.database = database;
    }

    /** How long a turn lasts without a heartbeat. */
    public Duration lease() {
        return database.lease();
    }

    /**
     * Takes the turn, from an earlier reading of this process too.
     *
     * @return its number, to be given back to {@link #end}; empty while another node has it
     */
    public OptionalLong take(String companyFile) {
        ensure(companyFile);
        return database.transactions().execute(status -> {
            int taken = database.jdbc().sql("""
                    update reading_turn set number = number + 1, node_id = :node, since = current_timestamp,
                      until = current_timestamp + %s
                    where company_file = :file
                      and (until is null or until < current_timestamp or node_id = :node)""".formatted(LedgerDatabase.LEASE))
                    .param("lease", database.leaseSeconds()).param("node", database.nodeId()).param("file", companyFile)
                    .update();
            if (taken == 0) {
                return OptionalLong.empty();
            }
            long number = database.jdbc().sql("select number from reading_turn where company_file = :file")
                    .param("file", companyFile).query(Long.class).single();
            ours.put(companyFile, new Turn(number, System.nanoTime()));
            return OptionalLong.of(number);
        });
    }

    private void ensure(String companyFile) {
        if (database.jdbc().sql("select count(*) from reading_turn where company_file = :file").param("file", companyFile)
                .query(Long.class).single() == 0) {
            try {
                database.jdbc().sql("insert into reading_turn (company_file, number) values (:file, 0)")
                        .param("file", companyFile).update();
            } catch (DuplicateKeyException e) {
                // Another node was faster.
            }
        }
    }

    /** Gives a turn back; one that was lost or taken again is left alone. */
    public void end(String companyFile, long number) {
        Turn turn = ours.get(companyFile);
        if (turn != null && turn.number() == number) {
            ours.remove(companyFile, turn);
        }
        database.jdbc().sql("""
                update reading_turn set node_id = null, until = null
                where company_file = :file and node_id = :node and number = :number""")
                .param("file", companyFile).param("node", database.nodeId()).param("number", number).update();
    }

    /** Gives back every turn of this process, which ends. */
    public void endAll() {
        ours.forEach((companyFile, turn) -> end(companyFile, turn.number()));
    }

    /** Prolongs the turns of this process. */
    public void renew() {
        ours.forEach((companyFile, turn) -> {
            if (System.nanoTime() - turn.usedAt() < LONGEST_SILENCE.toNanos()) {
                database.jdbc().sql("update reading_turn set until = current_timestamp + " + LedgerDatabase.LEASE
                        + " where company_file = :file and node_id = :node and number = :number")
                        .param("lease", database.leaseSeconds()).param("file", companyFile)
                        .param("node", database.nodeId()).param("number", turn.number()).update();
            }
        });
    }

    /**
     * To be asked in every transaction of a reading: locks the turn, so that no one takes it before the transaction ends.
     *
     * @throws Lost when this process had the turn and has lost it
     */
    void requireWithin(String companyFile) {
        Turn turn = ours.get(companyFile);
        if (turn == null) {
            return;
        }
        boolean own = database.jdbc().sql("""
                select number from reading_turn where company_file = :file and node_id = :node and number = :number
                for update""").param("file", companyFile).param("node", database.nodeId())
                .param("number", turn.number()).query(Long.class).optional().isPresent();
        if (!own) {
            throw new Lost(companyFile);
        }
        ours.replace(companyFile, turn, new Turn(turn.number(), System.nanoTime()));
    }

    /** Forgets turns of processes that ended without giving them back. Only right where no other process may run. */
    public void forgetOldTurns() {
        database.jdbc().sql("update reading_turn set node_id = null, until = null where node_id is not null").update();
        database.jdbc().sql("delete from node").update();
    }

    /** Another node is reading the company file and continues. */
    public static final class Taken extends RuntimeException {
        public Taken(String sentence) {
            super(sentence);
        }
    }

    /** Another node reads the company file now; nothing more may be written of this reading. */
    public static final class Lost extends RuntimeException {
        Lost(String companyFile) {
            super("This node did not respond for too long while it read company file " + companyFile + ", so another one"
                    + " may have taken over. Nothing more of this reading is saved; that node reads it.");
        }
    }
}
