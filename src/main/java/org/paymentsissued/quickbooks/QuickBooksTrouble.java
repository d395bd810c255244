package org.paymentsissued.quickbooks;

/** QuickBooks did not give what was asked for. Nothing is lost: the watermark stays where it was. */
public final class QuickBooksTrouble extends RuntimeException {

    /** What has to happen before it can work. */
    public enum Kind {
        /** It could not be reached, or is busy: the next run goes on. */
        AWAY,
        /** What came back is not an answer of QuickBooks: cut off, an error page, unreadable. */
        NOT_AN_ANSWER,
        /** A person has to change a setting, a login or a permission. */
        CONFIGURATION
    }

    private final Kind kind;
    private final boolean spoiledPage;

    public QuickBooksTrouble(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    public QuickBooksTrouble(Kind kind, String sentence, Throwable cause) {
        this(kind, sentence, cause, false);
    }

    private QuickBooksTrouble(Kind kind, String sentence, Throwable cause, boolean spoiledPage) {
        super(sentence, cause);
        this.kind = kind;
        this.spoiledPage = spoiledPage;
    }

    /** The same trouble, of a page that came whole: asking for less can leave out the record that spoils it. */
    QuickBooksTrouble spoiledPage() {
        return new QuickBooksTrouble(kind, getMessage(), getCause(), true);
    }

    boolean isSpoiledPage() {
        return spoiledPage;
    }

    public Kind kind() {
        return kind;
    }
}
