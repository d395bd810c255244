package org.paymentsissued.quickbooks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.paymentsissued.ledger.ReadingHistory.KnownPayment;
import org.paymentsissued.payment.HostTime;

/**
 * Recognizes a company file by payments it must still contain; qbXML answers do not name the file. A reading asks again for a
 * while before its watermark, and payments of that time must come once more. If not one of them comes, the latest payments are
 * asked for by their ids, together with all deletions that QuickBooks keeps, before anything of the answer is taken. If QuickBooks
 * says of each one that it does not know it, or shows an older state of it, and reports no deletion, another company file is open
 * or a backup was restored. Any other answer, or none, counts as the right company file.
 */
final class FamiliarPayments {

    /** Of fewer, a single damaged record could be all. */
    private static final int FEWEST = 2;
    private static final int SOME_NOT_FOUND = 500;
    private static final int OBJECT_NOT_FOUND = 3120;
    private static final Pattern MODIFIED = Pattern.compile("<TimeModified>([^<]{1,40})</TimeModified>");
    private static final Pattern EDIT = Pattern.compile("<EditSequence>([^<]{1,100})</EditSequence>");

    private final String companyFile;
    private final Map<Feed, Set<String>> expected;
    private final List<KnownPayment> latest;
    private final HostTime deletedSince;
    private boolean settled;

    /**
     * @param expected     ids of the known payments that the first answer has to hold, by feed
     * @param latest       the payments that changed last of all that are known
     * @param deletedSince as far back as QuickBooks keeps deletions
     */
    FamiliarPayments(String companyFile, Map<Feed, Set<String>> expected, List<KnownPayment> latest, HostTime deletedSince) {
        this.companyFile = companyFile;
        this.expected = expected;
        this.latest = latest;
        this.deletedSince = deletedSince;
        this.settled = latest.size() < FEWEST || expected.values().stream().allMatch(Set::isEmpty);
    }

    /** Where nothing has to be recognized. */
    static FamiliarPayments none() {
        return new FamiliarPayments("", Map.of(), List.of(), null);
    }

    /**
     * Looks for a familiar payment in the first answer to the questions for changed payments.
     *
     * @param answered the feeds whose rows these are
     * @return whether there is none, so that {@link #probes} should be asked before the rows are taken
     */
    boolean areMissedIn(Set<Feed> answered, Iterator<RowElement> rows) {
        Set<Feed> asked = expected.keySet().stream().filter(feed -> !expected.get(feed).isEmpty()).collect(Collectors.toSet());
        if (settled || !answered.containsAll(asked)) {
            return false;
        }
        settled = true;
        while (rows.hasNext()) {
            RowElement row = rows.next();
            Feed feed = Feed.ofRow(row.name()).orElseThrow();
            if (expected.getOrDefault(feed, Set.of()).contains(row.txnId())) {
                return false;
            }
        }
        return true;
    }

    boolean areSettled() {
        return settled;
    }

    /** Asks for the latest payments, each in a question of its own, and for deletions. */
    List<FeedReader> probes() {
        List<FeedReader> probes = new ArrayList<>();
        for (int i = 0; i < latest.size(); i++) {
            probes.add(new Probe(i, latest.get(i)));
        }
        probes.add(new DeletionsProbe(deletedSince));
        return probes;
    }

    /**
     * What the answers to the probes mean.
     *
     * @param answers by the probe they answer
     * @param rows    of those answers
     * @return trouble, where QuickBooks does not have the payments open that were read before
     */
    Optional<QuickBooksTrouble> judge(Map<FeedReader, Answer.Response> answers, Iterator<RowElement> rows) {
        Map<String, RowElement> shown = new HashMap<>();
        Set<String> deleted = new HashSet<>();
        rows.forEachRemaining(row -> {
            if (row.isDeletion()) {
                deleted.add(row.txnId());
            } else {
                shown.put(row.name() + row.txnId(), row);
            }
        });
        boolean deletionsAreTold = answers.entrySet().stream().anyMatch(answer -> answer.getKey() instanceof DeletionsProbe
                && answer.getValue().status().isUsable());
        long strange = answers.entrySet().stream().filter(answer -> answer.getKey() instanceof Probe probe
                && isStrange(probe.payment, answer.getValue().status(), shown, deleted)).count();
        return deletionsAreTold && strange == latest.size() ? Optional.of(otherBooks()) : Optional.empty();
    }

    private static boolean isStrange(KnownPayment known, Status status, Map<String, RowElement> shown, Set<String> deleted) {
        if (deleted.contains(known.txnId())) {
            return false;
        }
        RowElement row = shown.get(known.kind().element() + known.txnId());
        if (row == null) {
            return status.code() == SOME_NOT_FOUND || status.code() == OBJECT_NOT_FOUND;
        }
        Matcher edit = EDIT.matcher(row.xml());
        Matcher modified = MODIFIED.matcher(row.xml());
        return status.isUsable() && edit.find() && !edit.group(1).strip().equals(known.editSequence())
                && modified.find() && HostTime.parse(modified.group(1))
                        .filter(stamp -> known.modified().isAfter(new HostTime(stamp.clock().plus(HostTime.CLOCKS_DIFFER)))).isPresent();
    }

    private QuickBooksTrouble otherBooks() {
        return new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "QuickBooks no longer has the payments that were read last: "
                + latest.stream().map(KnownPayment::words).collect(Collectors.joining(", "))
                + ". They are missing there, or older, and QuickBooks reports no deletion. Another company file is open, or"
                + " a backup was restored. Nothing was recorded, nothing is removed, and the watermark stays. Open the right"
                + " company file. If this is the right one, restored from a backup, run once --restored=" + companyFile
                + ": it compares all payments by their ids.");
    }

    /** Asks for one payment by its id. */
    private static final class Probe extends FeedReader {
        private final int number;
        private final KnownPayment payment;

        private Probe(int number, KnownPayment payment) {
            super(Feed.of(payment.kind()));
            this.number = number;
            this.payment = payment;
        }

        @Override
        String requestId() {
            return "known-" + number;
        }

        @Override
        public void write(XMLStreamWriter xml) throws XMLStreamException {
            xml.writeStartElement(feed().request());
            xml.writeAttribute("requestID", requestId());
            RequestEnvelope.element(xml, "TxnID", payment.txnId());
            RequestEnvelope.element(xml, "IncludeLineItems", "true");
            xml.writeEndElement();
        }

        @Override
        void advance(Answer.Response response) {
            done();
        }

        @Override
        void restart() {
            // One question, one answer.
        }

        @Override
        boolean followsTheFeed() {
            return false;
        }

        @Override
        boolean isOptional() {
            return true;
        }
    }

    /** Asks for all deletions that QuickBooks keeps, whatever the watermark says. */
    private static final class DeletionsProbe extends FeedReader.Deletions {

        private DeletionsProbe(HostTime from) {
            super(from);
        }

        @Override
        String requestId() {
            return "known-" + super.requestId();
        }

        @Override
        boolean followsTheFeed() {
            return false;
        }

        @Override
        boolean isOptional() {
            return true;
        }
    }
}
