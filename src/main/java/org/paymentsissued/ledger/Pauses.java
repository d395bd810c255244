package org.paymentsissued.ledger;

import java.time.Instant;
import java.util.Optional;

/** Until when Procore asked to wait, kept for the next process and for other nodes: a limit outlives the process that met it. */
public final class Pauses {

    private final LedgerDatabase database;

    public Pauses(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * A pause that was asked for.
     *
     * @param until how long it is kept
     * @param asked how long Procore asked for, which may be longer
     */
    public record Pause(Instant until, Instant asked, String sentence) { }

    public void remember(Pause pause) {
        database.jdbc().sql("""
                update procore_pause set until = :until, asked = :asked, sentence = :sentence where until is null or until < :until""")
                .param("until", Rows.stamp(pause.until())).param("asked", Rows.stamp(pause.asked()))
                .param("sentence", database.kept(pause.sentence(), 400)).update();
    }

    /** The latest pause that was asked for, over or not. */
    public Optional<Pause> last() {
        return database.jdbc().sql("select until, coalesce(asked, until) as asked, sentence from procore_pause where until is not null")
                .query((row, number) -> new Pause(Rows.instant(row, "until"), Rows.instant(row, "asked"),
                        Rows.text(row, "sentence"))).optional();
    }
}
