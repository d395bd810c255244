package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Sessions of the console, where every node finds them. A session is known by a digest, never by its cookie. */
public final class ConsoleSessions {

    private final LedgerDatabase database;

    public ConsoleSessions(LedgerDatabase database) {
        this.database = database;
    }

    /** A session. */
    public record Session(String username, boolean mayChange, String csrf, Instant begunAt, Instant usedAt) { }

    public void open(String digest, Session session) {
        database.jdbc().sql("""
                insert into console_session (digest, username, may_change, csrf, started_at, used_at)
                values (:digest, :name, :change, :csrf, :begun, :used)""").param("digest", digest)
                .param("name", session.username()).param("change", session.mayChange()).param("csrf", session.csrf())
                .param("begun", Rows.stamp(session.begunAt())).param("used", Rows.stamp(session.usedAt())).update();
    }

    public Optional<Session> find(String digest) {
        return database.jdbc().sql("select * from console_session where digest = :digest").param("digest", digest)
                .query(ConsoleSessions::session).optional();
    }

    private static Session session(ResultSet row, int number) throws SQLException {
        return new Session(row.getString("username"), row.getBoolean("may_change"), row.getString("csrf"),
                Rows.instant(row, "started_at"), Rows.instant(row, "used_at"));
    }

    public void used(String digest, Instant at) {
        database.jdbc().sql("update console_session set used_at = :at where digest = :digest")
                .param("at", Rows.stamp(at)).param("digest", digest).update();
    }

    public void close(String digest) {
        database.jdbc().sql("delete from console_session where digest = :digest").param("digest", digest).update();
    }

    /** Forgets sessions that are over, and of the others all but the latest used. */
    public void tidy(Instant usedSince, Instant begunSince, int most) {
        database.jdbc().sql("delete from console_session where used_at < :used or started_at < :begun")
                .param("used", Rows.stamp(usedSince)).param("begun", Rows.stamp(begunSince)).update();
        database.jdbc().sql("""
                delete from console_session where digest in
                  (select digest from console_session order by used_at desc offset :most rows)""")
                .param("most", most).update();
    }

    /** Keeps a sentence for the page that is shown next. */
    public void tell(String digest, String sentence) {
        database.jdbc().sql("update console_session set notice = :notice where digest = :digest")
                .param("notice", database.kept(sentence, 2000))
                .param("digest", digest).update();
    }

    /** That sentence, once; empty if there is none. */
    public String notice(String digest) {
        String notice = database.jdbc().sql("select notice from console_session where digest = :digest and notice <> ''")
                .param("digest", digest).query(String.class).optional().orElse("");
        if (!notice.isEmpty()) {
            tell(digest, "");
        }
        return notice;
    }
}
