package org.paymentsissued.quickbooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** One of QuickBooks' iterators, page after page, and whether it makes progress. */
final class Paging {

    private static final int MOST_PAGES_WITHOUT_PROGRESS = 3;
    /** With the smallest usual page that is ten million payments; a count that goes down by one each time ends here too. */
    static final int MOST_PAGES = 100_000;
    private static final int NOT_TOLD = Integer.MAX_VALUE;

    private String iteratorId = "";
    private int remaining = NOT_TOLD;
    private int pages;
    private int pagesWithoutProgress;
    private MessageDigest page = digest();
    private String pageBefore = "";

    /** Writes the attributes that begin the iterator or ask for its next page. */
    void write(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeAttribute("iterator", iteratorId.isEmpty() ? "Start" : "Continue");
        if (!iteratorId.isEmpty()) {
            xml.writeAttribute("iteratorID", iteratorId);
        }
    }

    void sees(RowElement row) {
        page.update(row.xml().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether rows were announced that have not come. */
    boolean isInTheMiddle() {
        return remaining != NOT_TOLD;
    }

    /** Rows that were announced and have not come; 0 where none were. */
    int announced() {
        return isInTheMiddle() ? remaining : 0;
    }

    /**
     * Takes note of a page that leaves rows to come.
     *
     * @return whether it makes sense to ask on
     */
    boolean goesOn(Answer.Response response) {
        int left = response.remaining().orElseThrow();
        String thisPage = HexFormat.of().formatHex(page.digest());
        boolean again = response.rows() > 0 && thisPage.equals(pageBefore);
        // Rows may come twice, but a whole page of them that counts as another one hides rows that never came.
        boolean lostRows = again && left < remaining && response.rows() > 1;
        pagesWithoutProgress = left < remaining && response.rows() > 0 && !again ? 0 : pagesWithoutProgress + 1;
        pageBefore = thisPage;
        remaining = left;
        // Not every page has to repeat the id.
        iteratorId = response.iteratorId().isEmpty() ? iteratorId : response.iteratorId();
        return !iteratorId.isEmpty() && pagesWithoutProgress < MOST_PAGES_WITHOUT_PROGRESS && !lostRows && ++pages < MOST_PAGES;
    }

    /** Starts over; the next question opens another iterator. Pages count on, so that starting over has an end too. */
    void restart() {
        iteratorId = "";
        remaining = NOT_TOLD;
        pagesWithoutProgress = 0;
        page = digest();
        pageBefore = "";
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
