package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Fact;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.TransactionException;

/** What this installation has learned about its QuickBooks and Procore: each piece of evidence once. */
public final class LearnedFacts implements Fact.Notes {

    private static final Logger LOG = LoggerFactory.getLogger(LearnedFacts.class);
    private static final int LONGEST = 400;
    /** More pieces of evidence than this say nothing new about a question. */
    private static final int MOST_A_FACT = 8;

    private final LedgerDatabase database;
    private final Clock clock;
    /** What is in the ledger already, so that each process writes a fact only once. */
    private final Map<Fact, Set<String>> known = new ConcurrentHashMap<>();

    public LearnedFacts(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A piece of evidence. */
    public record Learned(Fact fact, String evidence, Instant at) { }

    /** Never fails: a learned fact must not stop the work that found it. */
    @Override
    public void note(Fact fact, String evidence) {
        String text = Cut.to(LONGEST, evidence);
        Set<String> seen = known.computeIfAbsent(fact, none -> ConcurrentHashMap.newKeySet());
        if (seen.size() >= MOST_A_FACT || !seen.add(text)) {
            return;
        }
        try {
            List<String> stored = database.jdbc().sql("select evidence from learned_fact where fact = :fact")
                    .param("fact", fact.name()).query(String.class).list();
            seen.addAll(stored);
            if (!stored.contains(text) && stored.size() < MOST_A_FACT) {
                database.jdbc().sql("insert into learned_fact (fact, evidence, noted_at) values (:fact, :evidence, :now)")
                        .param("fact", fact.name()).param("evidence", text).param("now", Rows.stamp(clock.instant())).update();
                LOG.info("Learned: {} {}", fact.question(), text);
            }
        } catch (DuplicateKeyException e) {
            LOG.debug("Another node has noted it at the same moment.");
        } catch (DataAccessException | TransactionException e) {
            seen.remove(text);
            LOG.debug("{} was not noted: {}", fact, e.getMessage());
        }
    }

    /** All that was learned, in the order of the questions. */
    public List<Learned> all() {
        return Arrays.stream(Fact.values()).flatMap(fact -> database.jdbc().sql("""
                select evidence, noted_at from learned_fact where fact = :fact order by noted_at, evidence""")
                .param("fact", fact.name()).query((row, number) -> new Learned(fact, row.getString("evidence"),
                        Rows.instant(row, "noted_at"))).list().stream()).toList();
    }
}
