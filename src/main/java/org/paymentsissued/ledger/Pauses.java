package org.paymentsissued.ledger;

import java.time.Instant;
import java.util.Optional;

/** Until when Procore asked to wait, kept for the next process and for other nodes: a limit outlives who met it. */
public final class Pauses {

    private final LedgerDatabase database;

    public Pauses(LedgerDatabase database) {
        this.database = database;
    }

    /** A pause that was asked for. */
    public record Pause(Instant until, String sentence) { }

    public void remember(Pause pause) {
        database.jdbc().sql("""
                update procore_pause set until = :until, sentence = :sentence where until is null or until < :until""")
                .param("until", Rows.stamp(pause.until())).param("sentence", database.kept(pause.sentence(), 400)).update();
    }

    /** The latest pause that was asked for, over or not. */
    public Optional<Pause> last() {
        return database.jdbc().sql("select until, sentence from procore_pause where until is not null")
                .query((row, number) -> new Pause(Rows.instant(row, "until"), Rows.text(row, "sentence"))).optional();
    }
}
